"""Managers of establishments, their browsers, the invitations that they receive."""

import re

from django.test import Client

from habilitations.acteur import Acteur
from habilitations.models import Compte, Courriel, Gestionnaire, Role
from tests import fabriques
from tests.habilitations import scenes


def equipe(nombre: int = 2) -> tuple:
    """An establishment and its managers."""
    etablissement = fabriques.etablissement(nom="Université d'Essai")
    habilitation = fabriques.habilitation(ecriture=True, uais=[etablissement.uai])
    return etablissement, [
        scenes.gestionnaire(etablissement, habilitation=habilitation) for _ in range(nombre)
    ]


def gestion(acteur: Acteur) -> Gestionnaire:
    return Gestionnaire.objects.get(compte=acteur.compte)


def gere(compte: object, etablissement: object) -> bool:
    return compte.gestions.actifs().filter(etablissement=etablissement).exists()


def secret(courriel: str) -> str:
    texte = Courriel.objects.filter(genre="invitation", destinataire=courriel).first().texte
    return re.search(r"/gestion/invitation/(\S+)", texte)[1]


def connecte(compte: object) -> Client:
    client = Client()
    client.force_login(compte)
    return client


def incarne(compte: Compte) -> Client:
    client = connecte(scenes.compte(Role.Nom.ADMINISTRATEUR))
    client.post(f"/personnes/{compte.pk}/incarner", {"motif": "Assistance"})
    return client
