"""« Établissements couverts »: the same facts as GET /api/etablissements, for readers."""

import pytest
from django.utils import timezone

from referentiel.pilotage.couverture import rafraichir
from tests import fabriques
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

PAGE = "/etablissements-couverts"


@pytest.fixture
def toulouse():
    etablissement = fabriques.etablissement(
        nom="Université de l'Essai", academie="Toulouse", departement="31"
    )
    for _ in range(11):
        fabriques.inscription(etablissement=etablissement)
    rafraichir(aujourdhui=timezone.localdate())
    return etablissement


@pytest.fixture
def muet():
    return fabriques.etablissement(nom="École muette", type="ecole_art", academie="Paris")


def test_the_page_shows_first_those_that_declare(client, toulouse, muet):
    page = lire(client.get(PAGE))
    assert "1 établissement sur 2 déclare des inscriptions" in page.texte
    assert toulouse.nom in page.texte
    assert toulouse.uai in page.texte
    assert muet.nom not in page.texte


def test_fewer_than_ten_inscriptions_are_not_counted(client, toulouse, muet):
    for _ in range(3):
        fabriques.inscription(etablissement=muet)
    rafraichir(aujourdhui=timezone.localdate())
    texte = lire(client.get(PAGE)).texte
    assert "moins de 10" in texte
    assert " 11 " in texte


@pytest.mark.parametrize(
    ("filtre", "toulouse_vue", "muet_vu"),
    [
        ({"alimente": ""}, True, True),
        ({"alimente": "false"}, False, True),
        ({"alimente": "", "q": "ECOLE"}, False, True),
        ({"alimente": "", "academie": "Toulouse"}, True, False),
        ({"alimente": "", "type": "ecole_art"}, False, True),
    ],
)
def test_each_filter_cuts_the_list(client, toulouse, muet, filtre, toulouse_vue, muet_vu):
    texte = lire(client.get(PAGE, filtre)).texte
    assert (toulouse.nom in texte) == toulouse_vue
    assert (muet.nom in texte) == muet_vu


def test_an_unknown_filter_is_told_and_not_applied(client, toulouse):
    page = lire(client.get(PAGE, {"type": "cirque"}))
    assert "Un filtre de l'adresse n'est pas valable" in page.texte
    assert toulouse.nom in page.texte


def test_the_sandbox_is_not_shown(client, toulouse):
    fictif = fabriques.etablissement(nom="Université fictive", fictif=True)
    assert fictif.nom not in lire(client.get(PAGE, {"alimente": ""})).texte


def test_the_list_is_downloaded_with_the_same_filters(client, toulouse, muet):
    page = lire(client.get(PAGE, {"alimente": "", "academie": "Toulouse"}))
    (adresse,) = [lien for lien in page.liens() if "format=csv" in lien]
    contenu = client.get(adresse).content.decode("utf-8-sig")
    assert toulouse.uai in contenu
    assert muet.uai not in contenu


def test_the_number_of_queries_does_not_depend_on_that_of_establishments(
    client, toulouse, django_assert_max_num_queries
):
    for rang in range(60):
        fabriques.etablissement(nom=f"Lycée {rang}", type="lycee", academie="Lyon")
    with django_assert_max_num_queries(4):
        page = lire(client.get(PAGE, {"alimente": ""}))
    assert "61 établissements" in page.texte
