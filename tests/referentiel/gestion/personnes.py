"""Who comes to the establishments' admin, signed in."""

from django.test import Client

from habilitations.models import Gestionnaire, Role
from referentiel.models import Etablissement
from tests import fabriques
from tests.habilitations import scenes


def gestionnaire(*etablissements: Etablissement) -> Client:
    """A manager of these establishments."""
    compte = scenes.compte()
    habilitation = fabriques.habilitation(ecriture=True, uais=[un.uai for un in etablissements])
    for etablissement in etablissements:
        Gestionnaire.objects.create(compte=compte, etablissement=etablissement, habilitation=habilitation)
    return _entre(compte)


def ministere(role: str = Role.Nom.RESPONSABLE) -> Client:
    return _entre(scenes.compte(role))


def _entre(compte: object) -> Client:
    client = Client()
    client.compte = compte  # type: ignore[attr-defined]
    client.force_login(compte)  # type: ignore[arg-type]
    return client
