"""The ministry's list of establishments, taken as it is published; old UAIs that registrars still write."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from referentiel.models import Etablissement, Inscription, UaiAncien
from tests import fabriques
from tests.cas_publics.portes import UAI, Portes
from tests.referentiel.ecriture.portes import champs, en_csv, identite
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db

#: Twelve lines of the open list (Licence Ouverte), whole, chosen for what each has of its own.
EXTRAIT = Path(__file__).parent / "etablissements_publies.csv"


def importer(contenu: bytes, tmp_path: Path) -> tuple[int, str, str]:
    fichier = tmp_path / "liste.csv"
    fichier.write_bytes(contenu)
    sortie, erreurs = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("importer_etablissements", str(fichier), stdout=sortie, stderr=erreurs)
    except SystemExit as fin:
        code = int(fin.code or 0)
    return code, sortie.getvalue(), erreurs.getvalue()


def test_the_published_list_is_taken_as_it_is_but_who_has_no_uai(tmp_path: Path) -> None:
    code, sortie, erreurs = importer(EXTRAIT.read_bytes(), tmp_path)
    assert code == 1
    assert sortie.startswith("12 lignes lues : 11 établissements créés, 0 mis à jour, 0 inchangés, 1 rejetés")
    rejets = [ligne for ligne in erreurs.splitlines() if "avertissement" not in ligne]
    assert len(rejets) == 1
    assert "uai" in rejets[0]
    assert "obligatoire" in rejets[0]
    lus = {e.uai: e for e in Etablissement.objects.all()}
    # The official label is blank: the plain one is taken.
    assert lus["0753607N"].nom == "École spéciale des travaux publics, du bâtiment et de l'industrie"
    assert (lus["0771077C"].type, lus["0771077C"].secteur) == ("ecole_superieure", "prive")
    # The first of several SIRETs.
    assert lus["0292125C"].siret == "39779265600019"
    # France's schools abroad are in their country.
    assert (lus["1270009V"].code_commune, lus["1260001S"].code_commune) == ("99127", "99126")
    assert lus["0632084Y"].nom == "Université Clermont Auvergne"


def test_taking_it_again_changes_nothing(tmp_path: Path) -> None:
    importer(EXTRAIT.read_bytes(), tmp_path)
    _, sortie, _ = importer(EXTRAIT.read_bytes(), tmp_path)
    assert sortie.startswith("12 lignes lues : 0 établissements créés, 0 mis à jour, 11 inchangés, 1 rejetés")
    assert "anciens codes" not in sortie


def test_every_type_of_the_list_is_one_of_ours(tmp_path: Path) -> None:
    _, _, erreurs = importer(EXTRAIT.read_bytes(), tmp_path)
    with EXTRAIT.open(encoding="utf-8-sig", newline="") as fichier:
        types = {ligne["type d'établissement"] for ligne in csv.DictReader(fichier, delimiter=";")}
    assert types == {"École", "Université", "Grand établissement", "Autre établissement"}
    assert "Autre établissement »" not in erreurs


def test_a_second_uai_and_former_ones_lead_to_the_establishment(tmp_path: Path) -> None:
    importer(EXTRAIT.read_bytes(), tmp_path)
    mene = dict(UaiAncien.objects.values_list("uai", "etablissement__uai"))
    assert mene["0942340H"] == "0753607N"
    assert mene["0632035V"] == "0632084Y"
    # Two establishments say that it was theirs: nobody can tell.
    assert "9840303G" not in mene


@pytest.mark.parametrize(
    ("fermeture", "ouvert"), [("2019", False), ("2199", True), ("", True), ("2019-12-31", False)]
)
def test_an_establishment_is_closed_by_a_year(tmp_path: Path, fermeture: str, ouvert: bool) -> None:
    importer(f"uai;libellé;Code commune;date_fermeture\n{UAI};Essai;31555;{fermeture}\n".encode(), tmp_path)
    assert Etablissement.objects.get().ouvert is ouvert


def test_the_ministry_s_staff_import_it_in_the_admin() -> None:
    client = personnes.ministere()
    with EXTRAIT.open("rb") as fichier:
        envoi = client.post(reverse("gestion-importer", args=["etablissements"]), {"fichier": fichier})
    assert envoi.status_code == 302
    page = client.get(envoi["Location"])
    assert (page.context["bilan"]["crees"], page.context["bilan"]["rejetes"]) == (11, 1)
    assert "anciens codes UAI" in page.content.decode()
    client.post(envoi["Location"], {"confirmer": "1"})
    assert Etablissement.objects.count() == 11
    assert UaiAncien.objects.filter(uai="0632035V").exists()


# --- Writing with a former UAI -------------------------------------------------------------------------------------


ANCIEN = "0632035V"


@pytest.fixture
def clermont(portes: Portes) -> Etablissement:
    """The university for which `portes` writes, and the code that it had before a merger."""
    etablissement = Etablissement.objects.get(uai=UAI)
    UaiAncien.objects.create(uai=ANCIEN, etablissement=etablissement)
    return etablissement


def test_a_registrar_who_writes_a_former_uai_is_taken_with_a_notice(
    portes: Portes, clermont: Etablissement
) -> None:
    response = portes.declarer(uai=ANCIEN)
    assert response.status_code == 200, response.content
    assert response.json()["inscription"]["uai"] == UAI
    assert [(un["parameter"], un["code"]) for un in response.json()["avis"]] == [("uai", "uai_ancien")]
    assert UAI in response.json()["avis"][0]["explication"]
    assert Inscription.objects.get().etablissement == clermont
    assert portes.declarer(uai=UAI).json()["message"] == "une nouvelle inscription créée"


def test_the_former_establishment_closed_since_leads_to_today_s(
    portes: Portes, clermont: Etablissement
) -> None:
    fabriques.etablissement(uai=ANCIEN, ferme=True)
    assert portes.declarer(uai=ANCIEN).json()["inscription"]["uai"] == UAI


def test_an_open_establishment_is_itself_whatever_the_list_says(
    portes: Portes, clermont: Etablissement
) -> None:
    fabriques.etablissement(uai=ANCIEN)
    assert portes.declarer(uai=ANCIEN).status_code == 403


def test_a_former_uai_opens_no_right(portes: Portes) -> None:
    autre = fabriques.etablissement(uai="0755890V")
    UaiAncien.objects.create(uai=ANCIEN, etablissement=autre)
    assert portes.declarer(uai=ANCIEN).status_code == 403
    assert portes.declarer(uai="0632036W").status_code == 404
    assert not Inscription.objects.exists()


def test_a_file_with_a_former_uai_is_taken_with_a_notice(clermont: Etablissement, tmp_path: Path) -> None:
    fichier = tmp_path / "inscriptions.csv"
    fichier.write_bytes(en_csv([champs(uai=ANCIEN, identite=identite())]))
    sortie = io.StringIO()
    call_command("importer_inscriptions", str(fichier), stdout=sortie)
    assert "1 inscriptions créées" in sortie.getvalue()
    assert "1 avertissements" in sortie.getvalue()
    assert Inscription.objects.get().etablissement == clermont


def test_an_establishment_abroad_declares_its_students(portes: Portes) -> None:
    Etablissement.objects.filter(uai=UAI).update(code_commune="99127", departement="", academie="")
    response = portes.declarer()
    assert response.status_code == 200, response.content
    assert response.json()["inscription"]["codeCommune"] == "99127"
    assert Client().get("/api/etablissements").json()
