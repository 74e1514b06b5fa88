"""The README says true: its words are classes, its folders exist, and none is left out."""

import re
from pathlib import Path

from django.apps import apps

RACINE = Path(__file__).parent.parent
LISEZ_MOI = (RACINE / "README.md").read_text()
#: Django's own, which every application has.
DE_DJANGO = {"__pycache__", "management", "migrations", "templatetags"}


def test_each_class_of_the_glossary_exists() -> None:
    noms = re.findall(r"`((?:referentiel|habilitations)\.[A-Z]\w+)`", LISEZ_MOI)
    assert len(noms) > 25
    assert {nom: apps.get_model(nom).__name__ for nom in noms} == {nom: nom.split(".")[1] for nom in noms}


def test_the_layout_names_each_folder_and_no_other() -> None:
    plan = LISEZ_MOI.partition("## Layout\n\n```\n")[2].partition("```")[0]
    for paquet in ("referentiel", "habilitations", "statut_etudiant"):
        suite = re.search(rf"^{paquet}/.*\n((?: .*\n)*)", plan, re.MULTILINE)
        assert suite is not None
        nommes = {nom for ligne in suite[1].splitlines() for nom in re.findall(r"^  ((?:\w+/ ?)+)", ligne)}
        dossiers = {dossier for noms in nommes for dossier in re.findall(r"\w+", noms)}
        presents = {un.name for un in (RACINE / paquet).iterdir() if un.is_dir()} - DE_DJANGO
        assert dossiers == presents, paquet
