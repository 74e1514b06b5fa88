"""Who comes to the establishments' admin, signed in."""

from django.test import Client

from habilitations.models import Compte, Role
from referentiel.models import Etablissement
from tests.habilitations import scenes
from tests.referentiel.gestion import aides


def entrer(compte: Compte) -> Client:
    client = Client()
    client.compte = compte  # type: ignore[attr-defined]
    client.force_login(compte)
    return client


def gestionnaire(*etablissements: Etablissement) -> Client:
    return entrer(aides.gestionnaire(*etablissements))


def ministere(role: str = Role.Nom.RESPONSABLE) -> Client:
    return entrer(scenes.compte(role))
