"""`GET /api/etablissements`: who feeds the referential, told to everyone, without telling anything of anyone."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referentiel.models import Couverture, Etudiant, Inscription
from referentiel.pilotage.couverture import rafraichir
from referentiel.tasks import rafraichir_couverture
from tests.api.ecriture.aides import FICTIVE, PARIS, TOULOUSE, creer_etablissement

pytestmark = pytest.mark.django_db

URL = "/api/etablissements"
AUJOURDHUI = datetime.date(2026, 11, 21)
LYCEE = "0310044J"


def inscrire(etablissement, nombre, *, fin=datetime.date(2027, 8, 31)):
    depart = Etudiant.objects.count()
    etudiants = Etudiant.objects.bulk_create(
        Etudiant(
            ine=f"{1_000_000_000 + depart + numero}A",
            nom_naissance="Nom",
            prenoms=["Prénom"],
            date_naissance="2004-01-01",
            fictif=etablissement.fictif,
        )
        for numero in range(nombre)
    )
    Inscription.objects.bulk_create(
        Inscription(
            etudiant=etudiant,
            etablissement=etablissement,
            fictif=etablissement.fictif,
            statut="inscrit",
            date_debut=fin.replace(year=fin.year - 1, month=9, day=1),
            date_fin=fin,
            code_commune=etablissement.code_commune,
            source="api",
        )
        for etudiant in etudiants
    )


@pytest.fixture
def toulouse(db):
    return creer_etablissement(
        TOULOUSE,
        nom="Université Toulouse - Jean Jaurès",
        departement="31",
        academie="Toulouse",
    )


@pytest.fixture
def paris(db):
    return creer_etablissement(
        PARIS,
        nom="École d'été de Paris",
        type="ecole_art",
        secteur="prive",
        commune="75105",
        departement="75",
        academie="Paris",
        ouvert=False,
    )


@pytest.fixture
def lycee(db):
    return creer_etablissement(
        LYCEE, nom="Lycée Pierre de Fermat", type="lycee", departement="31", academie="Toulouse"
    )


def lire(client, **parametres):
    response = client.get(URL, parametres)
    assert response.status_code == 200, response.content
    return response.json()["etablissements"]


def test_what_is_said_of_an_establishment(client, toulouse):
    inscrire(toulouse, 12)
    inscrire(toulouse, 3, fin=datetime.date(2026, 8, 31))  # last year's: not counted
    Inscription.objects.update(confirmee_le="2026-11-20T23:30:00Z")
    rafraichir(aujourdhui=AUJOURDHUI)
    response = client.get(URL)
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=300"
    assert response.json() == {
        "etablissements": [
            {
                "uai": TOULOUSE,
                "nom": "Université Toulouse - Jean Jaurès",
                "type": "universite",
                "secteur": "public",
                "academie": "Toulouse",
                "departement": "31",
                "codeCommune": "31555",
                "commune": "Toulouse",
                "ouvert": True,
                "alimente": True,
                "inscriptions": 12,
                "effectif": "10 et plus",
                "derniereMiseAJour": "2026-11-21",
            }
        ]
    }


@pytest.mark.parametrize(
    ("nombre", "attendu"),
    [
        (0, {"alimente": False, "effectif": "aucune"}),
        (1, {"alimente": True, "effectif": "moins de 10"}),
        (9, {"alimente": True, "effectif": "moins de 10"}),
        (10, {"alimente": True, "effectif": "10 et plus", "inscriptions": 10}),
    ],
)
def test_small_numbers_are_not_told(client, lycee, nombre, attendu):
    inscrire(lycee, nombre)
    rafraichir(aujourdhui=AUJOURDHUI)
    [dit] = lire(client)
    assert {cle: dit[cle] for cle in ("alimente", "effectif", "inscriptions") if cle in dit} == attendu


def test_an_establishment_whose_records_are_all_old_no_longer_feeds_but_has_a_date(client, toulouse):
    inscrire(toulouse, 12, fin=datetime.date(2026, 8, 31))
    rafraichir(aujourdhui=AUJOURDHUI)
    [dit] = lire(client)
    assert (dit["alimente"], dit["effectif"]) == (False, "aucune")
    assert "derniereMiseAJour" in dit


def test_refreshing_follows_the_changes(toulouse, lycee):
    plus_tard = datetime.date(2090, 8, 31)  # this year or later, whenever the test runs
    inscrire(toulouse, 2, fin=plus_tard)
    inscrire(lycee, 1, fin=plus_tard)
    assert rafraichir(aujourdhui=AUJOURDHUI) == 2
    Inscription.objects.filter(etablissement=lycee).delete()
    inscrire(toulouse, 1, fin=plus_tard)
    assert rafraichir_couverture() == 1
    assert list(Couverture.objects.values_list("etablissement__uai", "inscriptions")) == [(TOULOUSE, 3)]


def test_the_sandbox_is_never_listed(client, toulouse):
    fictive = creer_etablissement(FICTIVE, fictif=True)
    inscrire(fictive, 20)
    rafraichir(aujourdhui=AUJOURDHUI)
    assert [dit["uai"] for dit in lire(client)] == [TOULOUSE]
    assert lire(client, q=FICTIVE) == []
    assert FICTIVE not in client.get(URL, {"format": "csv"}).content.decode()
    assert not Couverture.objects.exists()


@pytest.mark.parametrize(
    ("filtre", "trouves"),
    [
        ({"academie": "toulouse"}, {TOULOUSE, LYCEE}),
        ({"departement": "75"}, {PARIS}),
        ({"type": "lycee"}, {LYCEE}),
        ({"secteur": "prive"}, {PARIS}),
        ({"alimente": "true"}, {TOULOUSE}),
        ({"alimente": "false"}, {PARIS, LYCEE}),
        ({"ouvert": "true"}, {TOULOUSE, LYCEE}),
        ({"ouvert": "false"}, {PARIS}),
        ({"q": "jean-jaures"}, {TOULOUSE}),
        ({"q": "ECOLE D’ETE"}, {PARIS}),
        ({"q": "fermat lycée"}, {LYCEE}),
        ({"q": "%"}, set()),
        ({"q": LYCEE.lower()}, {LYCEE}),
        ({"academie": "Toulouse", "type": "universite"}, {TOULOUSE}),
        ({"type": ""}, {TOULOUSE, PARIS, LYCEE}),
    ],
)
def test_the_filters_choose_what_is_listed(client, toulouse, paris, lycee, filtre, trouves):
    inscrire(toulouse, 1)
    rafraichir(aujourdhui=AUJOURDHUI)
    assert {dit["uai"] for dit in lire(client, **filtre)} == trouves


@pytest.mark.parametrize(
    ("parametre", "valeur"),
    [
        ("type", "ecole"),
        ("secteur", "x"),
        ("alimente", "oui"),
        ("ouvert", "1"),
        ("q", "x" * 101),
        ("q", "a\x00b"),
        ("limite", "0"),
        ("curseur", "x"),
        ("format", "xml"),
        ("inconnu", ""),
    ],
)
def test_a_wrong_filter_is_refused(client, parametre, valeur):
    response = client.get(URL, {parametre: valeur})
    assert response.status_code == 400
    corps = response.json()
    assert corps["error"] == "bad_request"
    assert parametre in corps["reason"]


def test_pages_follow_one_another(client, toulouse, paris, lycee):
    lus, parametres = [], {"limite": 2}
    while True:
        corps = client.get(URL, parametres).json()
        lus += [dit["uai"] for dit in corps["etablissements"]]
        if "suivant" not in corps:
            break
        parametres["curseur"] = corps["suivant"]
    assert lus == sorted([TOULOUSE, PARIS, LYCEE])


@pytest.mark.parametrize("demande", [{"format": "csv"}, {"accept": "text/csv"}])
def test_the_list_is_given_as_csv(client, toulouse, demande):
    creer_etablissement(LYCEE, nom='=HYPERLINK("http://exemple";"x")', ouvert=False)
    inscrire(toulouse, 3)
    rafraichir(aujourdhui=AUJOURDHUI)
    response = client.get(URL, demande) if "format" in demande else client.get(URL, headers=demande)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="etablissements.csv"'
    octets = response.content
    assert octets.startswith(b"\xef\xbb\xbf")
    lignes = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    assert [ligne["uai"] for ligne in lignes] == [LYCEE, TOULOUSE]
    assert lignes[0]["nom"].startswith("'=")
    assert lignes[1] == {
        "uai": TOULOUSE,
        "nom": "Université Toulouse - Jean Jaurès",
        "type": "universite",
        "secteur": "public",
        "academie": "Toulouse",
        "departement": "31",
        "codeCommune": "31555",
        "commune": "Toulouse",
        "ouvert": "oui",
        "alimente": "oui",
        "inscriptions": "",
        "effectif": "moins de 10",
        "derniereMiseAJour": timezone.localdate().isoformat(),
    }


def test_json_is_the_default_whatever_the_accept_header(client, toulouse):
    for accept in ("text/html,*/*;q=0.8", "application/json", "image/png", ""):
        response = client.get(URL, headers={"accept": accept})
        assert response["Content-Type"].startswith("application/json")


def test_the_list_takes_a_single_query_whatever_the_number(client, toulouse, paris, lycee):
    for parametres in ({}, {"format": "csv"}, {"q": "lycee"}):
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(URL, parametres).status_code == 200
        assert len(requetes) == 1
