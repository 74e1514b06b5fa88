"""Certificates made for the tests, and those who check them."""

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from referentiel.models import Etudiant
from statut_etudiant.certificats import actes
from tests.franceconnect.citoyens import au_registre

NOMS = ["nom", "etablissement", "regime", "annee"]


def etudiante(**inscription: Any) -> Etudiant:
    """Agathe D'Artigues, enrolled for the current university year."""
    return au_registre("agathe", **inscription)


def etablir(etudiant: Etudiant, **options: Any) -> actes.Etabli:
    return actes.etablir(
        **{
            "inscription": actes.inscriptions_possibles(etudiant.pk)[0],
            "champs": NOMS,
            "pour_qui": "",
            "valable_jusqu_au": demain(),
            "partage": False,
            "pin": "",
            **options,
        }
    )


def demain() -> date:
    return timezone.localdate() + timedelta(days=1)


def verifier(code: str, client: Client | None = None, **options: Any) -> str:
    """The page that answers whoever types this code."""
    reponse = (client or Client()).post("/verifier", {"code": code}, **options)
    assert reponse.status_code == 200, reponse.status_code
    return reponse.content.decode().replace("&#x27;", "'")
