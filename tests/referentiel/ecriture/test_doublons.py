"""Possible duplicates: which pairs are signalled, and for how long."""

import datetime

import pytest

from referentiel.ecriture.doublons import DoublonDejaVu, ecarter, reperer
from referentiel.models import DoublonPossible, Etudiant
from tests import fabriques

pytestmark = pytest.mark.django_db

MARIE = {"nom_naissance": "d'Artagnan", "prenoms": ["Marie"], "sexe": "F", "lieu_naissance": "31555"}


def paires():
    return set(DoublonPossible.objects.values_list("premier", "second"))


@pytest.mark.parametrize(
    "autre",
    [
        {},
        {"nom_naissance": "D ARTAGNAN"},
        {"nom_naissance": "Dartagnan", "prenoms": ["Marie-Anne", "Zoé"]},
        {"prenoms": ["MARIE", "Zoé"]},
        {"sexe": None},
        {"lieu_naissance": None},
    ],
)
@pytest.mark.parametrize("sens", [1, -1])
def test_two_students_that_one_identity_would_find_are_suspected(autre, sens):
    couple = [fabriques.etudiant(**qui) for qui in (MARIE, {**MARIE, **autre})[::sens]]
    assert reperer() == (1, 0)
    assert paires() == {(couple[0].pk, couple[1].pk)}
    assert reperer() == (0, 0)


@pytest.mark.parametrize(
    "autre",
    [
        {"prenoms": ["Anne"]},
        {"prenoms": ["Anne", "Marie"]},
        {"prenoms": ["Mariette"]},
        {"nom_naissance": "Artagnan"},
        {"date_naissance": datetime.date(2004, 3, 28)},
        {"sexe": "M"},
        {"lieu_naissance": "31556"},
        {"fictif": True},
    ],
)
def test_two_persons_are_not_suspected(autre):
    """Twins first of all: everything but the first name."""
    fabriques.etudiant(**MARIE)
    fabriques.etudiant(**{**MARIE, **autre})
    assert reperer() == (0, 0)


def test_twins_with_near_compound_names_are_two_persons():
    fabriques.etudiant(**{**MARIE, "prenoms": ["Jean-Pierre"]})
    fabriques.etudiant(**{**MARIE, "prenoms": ["Jean-Paul"]})
    assert reperer() == (0, 0)


def test_two_fictitious_students_are_not_suspected():
    for _ in range(2):
        fabriques.etudiant(**MARIE, fictif=True)
    assert reperer() == (0, 0)


def test_a_pair_set_aside_does_not_come_back():
    for _ in range(3):
        fabriques.etudiant(**MARIE)
    assert reperer() == (3, 0)
    une, *_ = DoublonPossible.objects.order_by("pk")
    ecarter(doublon_id=une.pk, motif="Deux personnes : vu avec l'établissement", auteur="compte:7")
    une.refresh_from_db()
    assert (une.ecarte_par, une.ecarte_le is not None) == ("compte:7", True)
    assert reperer() == (0, 0)
    assert DoublonPossible.objects.count() == 3
    with pytest.raises(DoublonDejaVu):
        ecarter(doublon_id=une.pk, motif="Encore", auteur="compte:8")
    with pytest.raises(ValueError, match="motif"):
        ecarter(doublon_id=une.pk, motif=" ", auteur="compte:8")


def test_a_pair_that_is_none_any_more_is_forgotten_unless_set_aside():
    garde, change, ecarte = (fabriques.etudiant(**MARIE) for _ in range(3))
    reperer()
    ecarter(
        doublon_id=DoublonPossible.objects.get(premier=garde, second=ecarte).pk,
        motif="Non",
        auteur="compte:7",
    )
    Etudiant.objects.filter(pk__in=[change.pk, ecarte.pk]).update(nom_naissance="Planchet")
    assert reperer() == (0, 1)
    # The two that changed alike are still a pair.
    assert paires() == {(garde.pk, ecarte.pk), (change.pk, ecarte.pk)}


def test_a_night_reports_no_more_than_its_share():
    for _ in range(4):
        fabriques.etudiant(**MARIE)
    assert [reperer(maximum=4), reperer(maximum=4), reperer(maximum=4)] == [(4, 0), (2, 0), (0, 0)]
