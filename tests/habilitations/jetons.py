"""Tokens as their holders get them: approved request, link in a mail, call."""

from habilitations.acteur import Acteur
from habilitations.jetons import emission, liens
from habilitations.jetons.ouverture import SQL_OUVERTURE, Ouverture
from habilitations.models import Courriel, Habilitation, Jeton
from referentiel.enonces_prepares import executer
from tests.habilitations import scenes


def validee() -> tuple[Acteur, Habilitation]:
    demande = scenes.demande("validee")
    return Acteur(demande.demandeur), demande.habilitation


def secret_du_lien(habilitation: Habilitation) -> str:
    texte = Courriel.objects.filter(genre="jeton_a_retirer").order_by("-pk").first().texte
    (ligne,) = [ligne for ligne in texte.splitlines() if "/jetons/retrait/" in ligne]
    return ligne.rsplit("/", 1)[1]


def en_service() -> tuple[Acteur, Jeton, str]:
    acteur, habilitation = validee()
    jeton, valeur = liens.retirer(secret=secret_du_lien(habilitation))
    return acteur, jeton, valeur


def ouvrir(secret: str) -> Ouverture:
    return Ouverture(
        *executer(
            f"SELECT * FROM {SQL_OUVERTURE}", (emission.empreintes(secret), "127.0.0.1", None, 20, True)
        )[0]
    )
