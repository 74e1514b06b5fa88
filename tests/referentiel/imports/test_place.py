"""One token, or one establishment, does not fill the database with its deposits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from referentiel.imports.depots import entretien, place
from referentiel.imports.depots.depot import deposer
from referentiel.models import FragmentDeLot, Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, traiter
from tests.referentiel.imports.parcours import lire

pytestmark = pytest.mark.django_db

MO = 1 << 20


@pytest.fixture(autouse=True)
def toulouse():
    fabriques.etablissement(uai="0311384L", code_commune="31555")


def laisser(octets, *, uai="0311384L"):
    return deposer(contenu=[b"x" * octets], canal="api", uais=[uai], jeton_id=1)


def finir(lot, *, il_y_a):
    fini = timezone.now() - il_y_a
    Lot.objects.filter(pk=lot.pk).update(etat="en_cours", bail_jusqua=fini)
    Lot.objects.filter(pk=lot.pk).update(etat="termine", bail_jusqua=None, fini_le=fini, depose_le=fini)


def test_an_establishment_deposits_so_many_megabytes_a_day_and_no_more(settings):
    settings.DEPOTS_PAR_JOUR_MO = 2
    laisser(MO)
    laisser(MO)
    with pytest.raises(place.PlaceManquante, match="plus de 2 Mo aujourd'hui") as refus:
        laisser(1)
    assert refus.value.demain
    fabriques.etablissement(uai="0755890V", code_commune="75105")
    laisser(MO, uai="0755890V")
    Lot.objects.update(depose_le=timezone.now() - timedelta(days=1))
    laisser(2 * MO)


def test_the_ministry_imports_without_limit(settings):
    settings.DEPOTS_PAR_JOUR_MO = settings.DEPOTS_GARDES_MO = 0
    deposer(contenu=[b"x" * MO], canal="commande", uais=None)


def test_the_oldest_finished_deposits_make_room(settings):
    settings.DEPOTS_GARDES_MO = 2
    ancien, recent = laisser(MO), laisser(MO)
    finir(ancien, il_y_a=timedelta(days=9))
    finir(recent, il_y_a=timedelta(days=2))
    laisser(MO)
    assert lire(ancien).efface_le is not None
    assert lire(recent).efface_le is None
    assert set(FragmentDeLot.objects.values_list("lot_id", flat=True)) == {
        recent.pk, Lot.objects.latest("pk").pk
    }  # fmt: skip


def test_what_waits_or_has_just_finished_is_not_erased_and_room_is_lacking(settings):
    settings.DEPOTS_GARDES_MO = 2
    attend, tout_juste = laisser(MO), laisser(MO)
    finir(tout_juste, il_y_a=timedelta(hours=23))
    with pytest.raises(place.PlaceManquante, match="Vos dépôts en cours occupent plus de 2 Mo"):
        laisser(1)
    assert lire(attend).efface_le is None
    assert lire(tout_juste).efface_le is None


def test_a_deposit_with_nothing_to_tell_is_forgotten_after_seven_days():
    lot = traiter(deposer_octets(en_csv([champs(identite=identite())])))
    assert (lot.rejetees, lot.avis) == (0, 0)
    for jours, efface in ((6, False), (8, True)):
        Lot.objects.filter(pk=lot.pk).update(fini_le=timezone.now() - timedelta(days=jours))
        entretien.entretenir(maintenant=timezone.now())
        assert (lire(lot).efface_le is not None) == efface


def test_a_batch_of_the_api_with_something_to_tell_is_forgotten_after_thirty_days():
    lot = traiter(deposer_octets(en_csv([champs(identite=identite()), champs(statut="x")])))
    Lot.objects.filter(pk=lot.pk).update(canal="api")
    for jours, efface in ((29, False), (31, True)):
        Lot.objects.filter(pk=lot.pk).update(fini_le=timezone.now() - timedelta(days=jours))
        entretien.entretenir(maintenant=timezone.now())
        assert (lire(lot).efface_le is not None) == efface
