"""What is told of the columns is what reads them; the example is right, and harmless."""

import io

import pytest
from django.utils import timezone

from referentiel import bac_a_sable
from referentiel.imports import modele
from referentiel.imports.colonnes import DU_CONTRAT as CHAMPS
from referentiel.imports.correspondance import Correspondance
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.models import Inscription
from tests import fabriques
from tests.portail.pages import lire
from tests.referentiel.depots import aides
from tests.referentiel.ecriture.portes import deposer_octets, signalees, traiter


def test_each_column_is_explained():
    assert [description.colonne for description in modele.decrire()] == list(CHAMPS.values())
    assert all(description.attendu and description.sens for description in modele.decrire())


def test_the_codes_of_regimes_are_beside_the_numbers_of_the_api():
    assert [(regime.code, regime.numero) for regime in modele.REGIMES] == [
        ("RF1", "1"), ("RF2", "3"), ("RF3", "4"), ("RF4", "5"), ("RF5", "2"), ("RF6", "6"), ("RF7", "7"),
    ]  # fmt: skip
    import openpyxl

    aide = openpyxl.load_workbook(io.BytesIO(modele.modele_xlsx()))["Aide"]
    rangees = [tuple(cellule.value for cellule in rangee) for rangee in aide.rows]
    assert ("RF3", "reprise d'études non financée sans convention", "4", "Reprise d'études", None) in rangees


@pytest.mark.parametrize("octets", [modele.modele_csv() + b"x", modele.modele_xlsx()], ids=["csv", "xlsx"])
def test_the_titles_of_the_templates_are_recognised(octets):
    if octets.startswith(b"PK"):
        import openpyxl

        classeur = openpyxl.load_workbook(io.BytesIO(octets))
        titres = [cellule.value for cellule in next(classeur.active.rows)]
        assert len(classeur.active.data_validations.dataValidation) == 4
        assert classeur.active.column_dimensions["A"].number_format == "@"
    else:
        titres = ouvrir(io.BytesIO(octets)).entetes
    assert [colonne.identifiant for colonne in Correspondance(titres).colonnes] == list(CHAMPS)


@pytest.mark.django_db
def test_the_example_is_right_in_the_sandbox_and_rejected_elsewhere():
    bac_a_sable.charger(aujourdhui=timezone.localdate(), auteur="essai")
    fabriques.etablissement(uai=aides.UAI)
    avant = set(Inscription.objects.values_list("pk", flat=True))
    octets = modele.exemple_csv(aujourdhui=timezone.localdate())
    fictif = traiter(deposer_octets(octets, fictif=True))
    assert (fictif.inchangees, fictif.avis) == (3, 0)
    reel = traiter(deposer_octets(octets))
    assert (reel.lignes, reel.rejetees) == (3, 3)
    assert {code for *_, code in signalees(reel, "rejet")} == {"uai_inconnu"}
    assert set(Inscription.objects.values_list("pk", flat=True)) == avant


@pytest.mark.django_db
def test_the_page_explains_each_column():
    client = aides.connecte(aides.gestionnaire(fabriques.etablissement()))
    texte = lire(client.get("/gestion/depots/modele")).texte
    for description in modele.decrire():
        assert description.colonne.libelle in texte
        assert description.sens in texte
    assert "0123456789M" in texte
