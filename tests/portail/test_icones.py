"""The icons: every one that a page names is served, and no page needs the DSFR's sheet of them all."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command

from statut_etudiant.management.commands import rassembler_icones


def test_every_icon_named_by_a_page_has_its_drawing() -> None:
    feuille = rassembler_icones.FEUILLE.read_text()
    employees = rassembler_icones.employees()
    assert {"fr-icon-download-line", "fr-icon-theme-fill"} <= employees
    # « fr-icon--sm » and the like are sizes, of the DSFR's core.
    assert [
        nom for nom in employees if not nom.startswith("fr-icon--") and f".{nom}:before" not in feuille
    ] == []
    for adresse in feuille.split("url(../../")[1:]:
        assert finders.find(adresse.split(")")[0]) is not None


def test_the_sheet_is_the_one_that_the_command_makes(tmp_path: Path, monkeypatch) -> None:
    commise = rassembler_icones.FEUILLE.read_text()
    monkeypatch.setattr(rassembler_icones, "FEUILLE", tmp_path / "icones.css")
    call_command("rassembler_icones")
    assert (tmp_path / "icones.css").read_text() == commise
