"""A deposit withdrawn after students that it created were merged."""

import pytest
from django.db import connection

from referentiel import tasks
from referentiel.ecriture.fusion_d_etudiants import GARDE, fusionner
from referentiel.imports.depots.conduite import demander_retrait
from referentiel.models import Etudiant, IneRemplace, Inscription
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, traiter

pytestmark = pytest.mark.django_db


@pytest.fixture
def autre():
    return fabriques.etudiant()


@pytest.fixture
def cree(autre):
    """The student whom a deposit created."""
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    traiter(deposer_octets(en_csv([champs(identite=identite())]), uais=["0311384L"]))
    return Etudiant.objects.exclude(pk=autre.pk).get()


def retirer():
    lot = Inscription.objects.exclude(lot=None).get().lot
    demander_retrait(lot_id=lot.pk)
    tasks.traiter_lots()
    lot.refresh_from_db()
    connection.check_constraints()
    return lot.etat, lot.retirees, lot.etudiants_retires


def test_the_student_into_whom_another_was_merged_stays(cree, autre):
    fusionner(garde_id=cree.pk, retire_id=autre.pk, identite=GARDE, motif="Double", auteur="compte:1")
    assert retirer() == ("retire", 1, 0)
    assert IneRemplace.objects.get().etudiant == cree


def test_the_student_merged_into_another_does_not_take_the_other_along(cree, autre):
    fusionner(garde_id=autre.pk, retire_id=cree.pk, identite=GARDE, motif="Double", auteur="compte:1")
    # The merge has made the inscription the kept student's: it is no longer as the deposit left it.
    assert retirer() == ("retire", 0, 0)
    assert Inscription.objects.get().etudiant == autre
