"""How an establishment is found by what is typed: the same everywhere."""

import pytest

from referentiel.models import Etablissement
from referentiel.saisie.etablissements import criteres_etablissement
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def etablissements() -> None:
    fabriques.etablissement(uai="0693192J", nom="École de l'Été – Lyon", siret="13002526500013")
    fabriques.etablissement(uai="0755890V", nom="Université de Paris")


@pytest.mark.parametrize(
    ("texte", "trouves"),
    [
        ("0693192j", ["0693192J"]),
        ("130 025 265 00013", ["0693192J"]),
        ("ecole lyon", ["0693192J"]),
        ("LYON été", ["0693192J"]),
        ("école paris", []),
        ("%", []),
        ("---", []),
        ("  ", ["0693192J", "0755890V"]),
    ],
)
def test_what_is_typed_designates_an_establishment(texte: str, trouves: list[str]) -> None:
    designes = Etablissement.objects.filter(criteres_etablissement(texte)).order_by("uai")
    assert [un.uai for un in designes] == trouves
