"""Loading the demonstration as its commands do, with few students."""

import re
import shlex
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from statut_etudiant.demonstration import chargement, secrets


def en_petit(remplacements: pytest.MonkeyPatch, dossier: Path) -> Path:
    """Few students, and secrets kept in a folder of the test."""
    remplacements.setattr(secrets, "FICHIER", dossier / "var" / "demonstration.json")
    remplacements.setattr(chargement, "ETUDIANTS", 40)
    return secrets.FICHIER


def charger() -> str:
    sortie = StringIO()
    call_command("charger_demonstration", stdout=sortie)
    return sortie.getvalue()


def presenter() -> str:
    sortie = StringIO()
    call_command("presenter_demonstration", stdout=sortie)
    return sortie.getvalue()


def appels(texte: str) -> list[tuple[str, dict[str, str]]]:
    """The commands printed, as a shell would read them: address and header."""
    trouves = []
    for ligne in re.findall(r"^ *(curl .*)$", texte, re.MULTILINE):
        _, _, entete, adresse = shlex.split(ligne)
        nom, _, valeur = entete.partition(": ")
        parties = urlsplit(adresse)
        trouves.append((f"{parties.path}?{parties.query}", {nom: valeur}))
    return trouves
