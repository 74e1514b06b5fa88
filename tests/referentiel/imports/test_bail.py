"""Who works on which batch: one at a time, in order, and nothing is written by whoever lost it."""

from unittest import mock

import pytest
from django.db import OperationalError
from django.utils import timezone

from referentiel import tasks
from referentiel.imports.depots import bail, moteur
from referentiel.models import Inscription, LigneSignalee, Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite

pytestmark = pytest.mark.django_db

TOULOUSE, PARIS = ["0311384L"], ["0755890V"]


@pytest.fixture(autouse=True)
def etablissements():
    for uai in (*TOULOUSE, *PARIS):
        fabriques.etablissement(uai=uai, code_commune="31555")


def deposer(uais=None, **options):
    return deposer_octets(en_csv([champs(identite=identite()), champs(statut="x")]), uais=uais, **options)


def prendre(executant="a", **options):
    lot = bail.prendre(executant, **options)
    return lot and lot.pk


def expirer(lot_id):
    Lot.objects.filter(pk=lot_id).update(bail_jusqua=timezone.now() - timezone.timedelta(hours=1))


def finir(lot_id):
    Lot.objects.filter(pk=lot_id).update(etat="termine", fini_le=timezone.now(), bail_jusqua=None)


# --- whose turn it is


def test_a_deposit_is_not_taken_twice():
    lot = deposer()
    assert prendre("a") == lot.pk
    assert prendre("b") is None
    assert prendre("b", lot_id=lot.pk) is None
    lot.refresh_from_db()
    assert (lot.etat, lot.executant, lot.tentatives) == ("en_cours", "a", 1)


def test_a_deposit_whose_lease_expired_is_taken_up():
    lot = deposer()
    prendre("a")
    expirer(lot.pk)
    assert prendre("b") == lot.pk
    lot.refresh_from_db()
    assert (lot.executant, lot.tentatives) == ("b", 2)
    assert lot.bail_jusqua > timezone.now()


def test_the_deposits_of_an_establishment_pass_in_order():
    premier, second = deposer(TOULOUSE), deposer([*TOULOUSE, *PARIS])
    assert prendre() == premier.pk
    assert prendre() is None
    finir(premier.pk)
    assert prendre() == second.pk


def test_independent_deposits_pass_in_parallel():
    lots = [deposer(TOULOUSE), deposer(PARIS), deposer(TOULOUSE, fictif=True)]
    assert [prendre(), prendre(), prendre()] == [lot.pk for lot in lots]


@pytest.mark.parametrize("tous_d_abord", [True, False])
def test_a_deposit_for_all_establishments_waits_and_is_waited_for(tous_d_abord):
    uais = [None, PARIS] if tous_d_abord else [PARIS, None]
    premier, _ = [deposer(un) for un in uais]
    assert prendre() == premier.pk
    assert prendre() is None


def test_a_deposit_waits_for_a_newer_one_under_way():
    """The transaction of a long upload may end after that of a later one."""
    ancien, recent = deposer(TOULOUSE, etat="a_confirmer"), deposer(TOULOUSE)
    assert prendre() == recent.pk
    Lot.objects.filter(pk=ancien.pk).update(etat="en_attente", essaye_le=timezone.now())
    assert prendre() is None
    expirer(recent.pk)
    assert prendre("b") == ancien.pk
    assert prendre("b") is None
    finir(ancien.pk)
    assert prendre("b") == recent.pk


def test_a_deposit_to_confirm_is_taken_by_name_only():
    lot = deposer(etat="a_confirmer")
    assert prendre() is None
    assert prendre(lot_id=lot.pk) == lot.pk


@pytest.mark.parametrize("etat", ["termine", "echec", "annule"])
def test_a_finished_deposit_is_taken_no_more(etat):
    lot = deposer()
    if etat != "annule":
        prendre()
    Lot.objects.filter(pk=lot.pk).update(etat=etat, fini_le=timezone.now(), bail_jusqua=None)
    assert prendre(lot_id=lot.pk) is None


# --- who lost it writes nothing (`test_moteur_sessions` has the rest)


def test_a_failure_does_not_replace_another_s_outcome():
    lot = deposer()
    pris = bail.prendre("lent")
    expirer(lot.pk)
    moteur.traiter(bail.prendre("autre"))
    moteur.abandonner(pris)
    lot.refresh_from_db()
    assert (lot.etat, lot.executant) == ("termine", "autre")


# --- the loop of the workers


def test_traiter_lots_does_all_that_waits():
    lots = [deposer(TOULOUSE), deposer(PARIS), deposer(TOULOUSE)]
    assert tasks.traiter_lots() == 3
    assert set(Lot.objects.values_list("etat", flat=True)) == {"termine"}
    assert Inscription.objects.get().lot == lots[0]


def test_a_deposit_that_kills_its_workers_is_given_up():
    lot, suivant = deposer(), deposer()
    Lot.objects.filter(pk=lot.pk).update(tentatives=bail.TENTATIVES_MAXIMALES)
    assert tasks.traiter_lots() == 1
    lot.refresh_from_db()
    suivant.refresh_from_db()
    assert (lot.etat, suivant.etat) == ("echec", "termine")
    assert "à chaque tentative" in lot.message
    assert str(lot.cle) in lot.message


def test_a_database_gone_leaves_the_deposit_to_take_up():
    lot = deposer()
    avant = lot.tentatives
    # However often: it is not the deposit that fails, and it loses no attempt (ADR 0029).
    for _ in range(3):
        with mock.patch.object(moteur, "fusionner_tampon", side_effect=OperationalError("partie")):
            assert tasks.traiter_lots() == 0
        lot.refresh_from_db()
        assert (lot.etat, lot.tentatives) == ("en_cours", avant)
        expirer(lot.pk)
    assert tasks.traiter_lots() == 1
    lot.refresh_from_db()
    assert (lot.etat, lot.creees, lot.rejetees, LigneSignalee.objects.count()) == ("termine", 1, 1, 1)


def test_a_deposit_that_stops_the_database_each_time_keeps_no_other_establishment_waiting():
    difficile, autre = deposer(TOULOUSE), deposer(PARIS)
    fusionner = moteur.traiter

    def traiter(lot):
        if lot.pk == difficile.pk:
            raise OperationalError("plus de mémoire")
        return fusionner(lot)

    with mock.patch.object(moteur, "traiter", traiter):
        for _ in range(2):
            tasks.traiter_lots()
    difficile.refresh_from_db()
    autre.refresh_from_db()
    assert (difficile.etat, autre.etat) == ("en_cours", "termine")
    expirer(difficile.pk)
    assert tasks.traiter_lots() == 1
    difficile.refresh_from_db()
    assert difficile.etat == "termine"
