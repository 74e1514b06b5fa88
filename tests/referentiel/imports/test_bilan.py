"""What is said of a deposit's lines, in short and one by one."""

import pytest

from referentiel.imports.depots.bilan import (
    LIGNES_CITEES,
    Motif,
    avancement,
    lister_signalements,
    resumer_signalements,
)
from referentiel.models import Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, en_csv, identite
from tests.referentiel.imports.parcours import envoyer, essayer

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    lignes = [champs(statut="parti") for _ in range(7)]
    lignes += [
        champs(ine="1111111111A", identite=identite()),
        champs(ine="2222222222Z"),
        champs(dateNaissance="x"),
    ]
    return essayer(envoyer(en_csv(lignes)))


def test_the_summary_says_each_reason_once_in_one_query(lot, django_assert_num_queries):
    with django_assert_num_queries(1):
        motifs = resumer_signalements(lot)
    assert [(motif.niveau, motif.champ, motif.code, motif.nombre) for motif in motifs] == [
        ("rejet", "statut", "valeur_inconnue", 7),
        ("rejet", "dateNaissance", "format", 1),
        ("rejet", "ine", "etudiant_introuvable", 1),
        ("avis", "ine", "cle", 1),
    ]
    assert motifs[0].message == "Valeur non prévue. Attendu : admis (ou 1), inscrit (ou 2)."
    assert motifs[0].lignes == [2, 3, 4, 5, 6]
    assert len(motifs[0].lignes) == LIGNES_CITEES
    assert motifs[2].lignes == [10]
    assert isinstance(motifs[0], Motif)


def test_lines_are_read_by_pages_and_by_reason(lot):
    page = lister_signalements(lot, niveau="rejet", code="valeur_inconnue", page=2, par_page=5)
    assert ([ligne.ligne for ligne in page], page.paginator.count, page.paginator.num_pages) == ([7, 8], 7, 2)
    assert [ligne.ligne for ligne in lister_signalements(lot, champ="ine", niveau="rejet")] == [10]
    assert lister_signalements(lot, page="x").number == 1
    assert lister_signalements(lot, page=99).number == 1
    assert not lister_signalements(lot, champ="")


def test_progress_is_a_share_of_the_lines():
    assert avancement(Lot()) is None
    assert avancement(Lot(lignes=200, lignes_lues=50)) == 25
    assert avancement(Lot(lignes=200, lignes_lues=230)) == 99  # an estimate
