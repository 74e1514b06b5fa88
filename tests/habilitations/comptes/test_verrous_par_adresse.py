"""How many tries one IP address has, in figures of our own: many people may share it, and somebody may guess there."""

import pytest

from habilitations.comptes.verrous import ADRESSE, COMPTE, ENVOI, Essai, TropDEssais

pytestmark = pytest.mark.django_db

MAIRIE = (ADRESSE, "192.0.2.1")


def test_thirty_failures_of_one_address_are_free_and_the_next_one_makes_it_wait() -> None:
    for rang in range(31):
        Essai((COMPTE, f"agent{rang}@exemple.test"), MAIRIE)
    with pytest.raises(TropDEssais) as refus:
        Essai((COMPTE, "camille@exemple.test"), MAIRIE)
    assert 14 <= refus.value.secondes <= 15


def test_an_account_has_four_free_failures() -> None:
    for _ in range(5):
        Essai((COMPTE, "camille@exemple.test"))
    with pytest.raises(TropDEssais):
        Essai((COMPTE, "camille@exemple.test"))


def test_ten_mails_asked_for_from_one_address_are_free() -> None:
    for _ in range(11):
        Essai((ENVOI, "192.0.2.1"))
    with pytest.raises(TropDEssais):
        Essai((ENVOI, "192.0.2.1"))


def test_who_signs_in_from_an_address_does_not_forgive_those_who_guess_there() -> None:
    for rang in range(30):
        Essai((COMPTE, f"agent{rang}@exemple.test"), MAIRIE)
    reussi = Essai((COMPTE, "camille@exemple.test"), MAIRIE)
    reussi.reussi()
    Essai((COMPTE, "devine@exemple.test"), MAIRIE)  # the thirty-first that failed
    with pytest.raises(TropDEssais):
        Essai((COMPTE, "autre@exemple.test"), MAIRIE)
