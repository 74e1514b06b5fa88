"""« Carte de couverture »: where establishments declare, on a map and in its table, without a small number."""

import csv
import io
import tarfile

import pytest
from django.core.management import call_command
from django.utils import timezone

from referentiel.pilotage.couverture import rafraichir
from statut_etudiant.management.commands.tracer_departements import arrondir
from statut_etudiant.portail import carte
from tests import fabriques
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

PAGE, CSV, LISTE = "/couverture", "/couverture.csv", "/etablissements-couverts"


@pytest.fixture
def declares():
    """In Haute-Garonne, eleven enrolments in one establishment, three in another, none in a third; Ariège is mute."""
    toulouse = {"academie": "Toulouse", "departement": "31"}
    beaucoup, peu = (fabriques.etablissement(nom=nom, **toulouse) for nom in ("Grande", "Petite"))
    fabriques.etablissement(nom="Muette", type="ecole_art", **toulouse)
    fabriques.etablissement(nom="Fermée", ferme=True, **toulouse)
    fabriques.etablissement(nom="Fictive", fictif=True, **toulouse)
    fabriques.etablissement(nom="Foix", academie="Toulouse", departement="09")
    fabriques.etablissement(nom="Saint-Denis", academie="La Réunion", departement="974")
    for etablissement, combien in ((beaucoup, 11), (peu, 3)):
        for _ in range(combien):
            fabriques.inscription(etablissement=etablissement)
    rafraichir(aujourdhui=timezone.localdate())


def formes(page):
    return {un["aria-label"]: un["href"] for un in page.tous("a") if un.get("aria-label", "").count(" : ")}


def plates(page):
    return {" ".join(cle.split()): valeur for cle, valeur in formes(page).items()}


def test_each_departement_of_the_map_says_its_figures_and_leads_to_its_establishments(client, declares):
    page = lire(client.get(PAGE))
    connues = plates(page)
    # A département without establishment leads nowhere, and is no stop for the keyboard.
    assert set(connues) == {"Haute-Garonne : 2 sur 3", "Ariège : 0 sur 1"}
    assert len(page.tous("path")) == 96
    assert connues["Haute-Garonne : 2 sur 3"] == f"{LISTE}?departement=31&alimente="
    texte = lire(client.get(connues["Haute-Garonne : 2 sur 3"])).texte
    assert "Muette" in texte
    assert "Foix" not in texte


def test_the_map_by_academie_gives_its_departements_the_same_figures(client, declares):
    connues = plates(lire(client.get(PAGE, {"par": "academie"})))
    assert connues == {"Toulouse : 2 sur 4": f"{LISTE}?academie=Toulouse&alimente="}


def test_overseas_is_told_beside_the_map(client, declares):
    assert "La Réunion : 0 sur 1" in lire(client.get(PAGE)).texte


def test_a_small_number_of_enrolments_is_in_no_sum(client, declares):
    lignes = {
        ligne["departement"]: ligne
        for ligne in csv.DictReader(io.StringIO(client.get(CSV).content.decode("utf-8-sig")), delimiter=";")
    }
    garonne = lignes["31"]
    assert (garonne["etablissements"], garonne["alimentent"], garonne["inscriptions"]) == ("3", "2", "11")
    assert garonne["derniere_mise_a_jour"] == timezone.localdate().isoformat()
    assert (lignes["09"]["alimentent"], lignes["09"]["inscriptions"]) == ("0", "")
    assert len(lignes) == 97
    assert "Haute-Garonne 3 2 11" in lire(client.get(PAGE)).texte


def test_programs_read_the_same_figures_in_json(client, declares):
    lu = client.get("/couverture.json")
    assert lu["Content-Type"] == "application/json"
    lignes = {ligne["departement"]: ligne for ligne in lu.json()["departements"]}
    assert lignes["31"] == {
        "departement": "31",
        "nom": "Haute-Garonne",
        "academie": "Toulouse",
        "etablissements": 3,
        "alimentent": 2,
        "inscriptions": 11,
        "derniere_mise_a_jour": timezone.localdate().isoformat(),
    }
    assert lignes["09"]["inscriptions"] is None
    assert lignes["09"]["alimentent"] == 0
    assert "/couverture.json" in lire(client.get(PAGE)).liens()


def test_what_is_not_covered_is_said_by_type(client, declares):
    assert "École d'art ou d'architecture 0 1" in lire(client.get(PAGE)).texte.replace("’", "'")


@pytest.mark.parametrize(
    ("connus", "alimentent", "classe"),
    [(0, 0, "sans"), (4, 0, "aucun"), (4, 1, "peu"), (4, 2, "moitie"), (4, 4, "tous")],
)
def test_the_colour_tells_the_share_of_those_that_declare(connus, alimentent, classe):
    assert carte.Compte(connus, alimentent, 0, None).classe == classe


def test_an_unknown_division_is_that_by_departement(client, declares):
    assert len(formes(lire(client.get(PAGE, {"par": "x"})))) == 2


def test_the_page_costs_the_same_whatever_the_number_of_establishments(
    client, declares, django_assert_max_num_queries
):
    for rang in range(60):
        fabriques.etablissement(nom=f"Lycée {rang}", type="lycee", departement=f"{rang + 10}")
    with django_assert_max_num_queries(2):
        client.get(PAGE)


def test_neighbours_keep_their_common_border_when_rounded():
    assert arrondir("m 1.04,2 1.01,0 0,1 z m 3,3 1,0 0,0 0,1 z") == "M2 4l2 0 0 2zM8 10l2 0 0 2z"


def test_points_that_say_nothing_are_left_out():
    assert arrondir("m 5,5 1,0 1,0 0,1 -2,0 z") == "M10 10l4 0 0 2-4 0z"
    assert arrondir("m 5,5 1,0 -1,0 0,1 z") == "M10 10l2 0-2 0 0 2z"  # there and back
    assert arrondir("m 0,0 0.1,0 0,0.1 z m 5,5 1,0 0,1 z") == "M10 10l2 0 0 2z"


def test_the_outlines_are_those_that_the_command_makes(tmp_path, monkeypatch):
    source = tmp_path / "index.js"
    source.write_text('export default {"locations":[{"id":"2a","path":"m 0,0 1,0 0,1 z"}]};\n')
    archive = tmp_path / "a.tgz"
    with tarfile.open(archive, "w:gz") as contenu:
        contenu.add(source, "package/index.js")
    monkeypatch.setattr("statut_etudiant.management.commands.tracer_departements.TRACES", tmp_path / "d.csv")
    call_command("tracer_departements", str(archive))
    assert (tmp_path / "d.csv").read_text() == "departement,trace\n2A,M0 0l2 0 0 2z\n"
