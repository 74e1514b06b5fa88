"""Guessing is slowed down, per account and per address; nobody is shut out for good."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from habilitations.comptes.verrous import (
    ADRESSE,
    CODE,
    COMPTE,
    NAVIGATEUR,
    PARTOUT,
    Essai,
    Regle,
    TropDEssais,
)
from habilitations.models import Courriel, Verrou
from habilitations.tasks import nettoyer_acces
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, code, connecte, se_connecter, telephone, texte


def echouer(fois: int, *cles: tuple) -> None:
    for _ in range(fois):
        Essai(*cles)


def laisser_passer(secondes: float) -> None:
    """As if that time had gone by."""
    for verrou in Verrou.objects.all():
        verrou.dernier_le -= timedelta(seconds=secondes)
        verrou.jusqua -= timedelta(seconds=secondes)
        verrou.save()


def attente(*cles: tuple) -> int:
    with pytest.raises(TropDEssais) as refus:
        Essai(*cles)
    return refus.value.secondes


@pytest.mark.django_db
@pytest.mark.parametrize(("regle", "libres"), [(COMPTE, 4), (NAVIGATEUR, 4), (PARTOUT, 50), (CODE, 4)])
def test_the_wait_grows_then_grows_no_more(regle: Regle, libres: int) -> None:
    cle = (regle, "camille@exemple.test")
    echouer(libres, cle)
    for prevue in (15, 30, 60, 120, 240, 480, 900, 900, 900):
        echouer(1, cle)
        assert prevue - 1 <= attente(cle) <= prevue
        laisser_passer(prevue)
    echouer(1, cle)  # the try after the last wait is heard


@pytest.mark.django_db
def test_a_try_during_the_wait_does_not_lengthen_it() -> None:
    cle = (COMPTE, "camille@exemple.test")
    echouer(5, cle)
    for _ in range(5):
        attente(cle)
    assert attente(cle) <= 15


@pytest.mark.django_db
def test_a_blocked_address_costs_the_account_nothing() -> None:
    echouer(31, (ADRESSE, "192.0.2.1"))
    for _ in range(10):
        attente((COMPTE, "camille@exemple.test"), (ADRESSE, "192.0.2.1"))
    echouer(4, (COMPTE, "camille@exemple.test"))


@pytest.mark.django_db
def test_the_ipv6_addresses_of_one_customer_count_together() -> None:
    for i in range(31):
        echouer(1, (ADRESSE, f"2001:db8:1:2::{i + 1:x}"))
    attente((ADRESSE, "2001:db8:1:2:ffff::1"))
    echouer(1, (ADRESSE, "2001:db8:1:3::1"))


@pytest.mark.django_db
def test_a_day_without_failure_forgets_all() -> None:
    cle = (COMPTE, "camille@exemple.test")
    echouer(5, cle)
    laisser_passer(24 * 3600 + 1)
    echouer(4, cle)
    laisser_passer(24 * 3600 + 1)
    nettoyer_acces()
    assert not Verrou.objects.exists()


@pytest.mark.django_db
def test_the_cleaning_keeps_the_tries_of_the_day() -> None:
    cle = (COMPTE, "camille@exemple.test")
    echouer(5, cle)
    echouer(1, (COMPTE, "dominique@exemple.test"))
    Verrou.objects.filter(echecs=1).update(dernier_le=timezone.now() - timedelta(hours=24, seconds=1))
    nettoyer_acces()
    assert [verrou.echecs for verrou in Verrou.objects.all()] == [5]
    assert 1 <= attente(cle) <= 15


@pytest.mark.django_db
def test_neither_address_nor_mail_is_kept() -> None:
    echouer(1, (COMPTE, "camille@exemple.test"), (ADRESSE, "192.0.2.1"))
    gardes = "".join(Verrou.objects.values_list("cle", flat=True))
    assert "camille" not in gardes
    assert "192.0.2" not in gardes
    assert re.fullmatch(r"[0-9a-f]{128}", gardes)


@pytest.mark.django_db(transaction=True)
def test_simultaneous_tries_are_all_counted() -> None:
    """Thirty tries at once are not thirty tries for the price of one."""

    def essayer(_: int) -> bool:
        try:
            Essai((COMPTE, "camille@exemple.test"))
        except TropDEssais:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as fils:
        entendus = sum(fils.map(essayer, range(30)))
    assert entendus == 5


@pytest.mark.django_db
@pytest.mark.parametrize("existe", [True, False], ids=["compte", "aucun compte"])
def test_the_page_says_to_wait_alike_whether_the_account_exists_or_not(client: Client, existe: bool) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE, courriel="camille@exemple.test")
    if not existe:
        compte.delete()
    for _ in range(5):
        assert se_connecter(client, compte, mot_de_passe="faux").status_code == 200
    page = se_connecter(client, compte)  # the right one, for the first case
    assert page.status_code == 429
    assert 1 <= int(page["Retry-After"]) <= 15
    assert "Trop d'essais infructueux. Réessayez dans" in texte(page).replace("&#x27;", "'")
    assert not connecte(client)
    laisser_passer(15)
    se_connecter(client, compte)
    assert connecte(client) is existe


@pytest.mark.django_db
def test_a_success_resets_the_account(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    for _ in range(3):
        for _ in range(4):
            se_connecter(client, compte, mot_de_passe="faux")
        se_connecter(client, compte)
        assert connecte(client)
        client.logout()


@pytest.mark.django_db
def test_a_success_leaves_the_failures_of_the_address() -> None:
    """Who guesses many accounts from one place does not erase it by signing in to their own."""
    compte = scenes.compte(password=MOT_DE_PASSE)
    for i in range(30):
        se_connecter(Client(), scenes.compte(courriel=f"victime{i}@exemple.test"), mot_de_passe="faux")
    se_connecter(Client(), compte)
    se_connecter(Client(), scenes.compte(courriel="victime30@exemple.test"), mot_de_passe="faux")
    page = se_connecter(Client(), scenes.compte(courriel="victime31@exemple.test"), mot_de_passe="faux")
    assert page.status_code == 429


@pytest.mark.django_db
def test_a_stranger_does_not_lock_out_who_has_signed_in_before(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    se_connecter(client, compte)
    client.post("/deconnexion")
    attaquant = Client()
    for _ in range(40):
        se_connecter(attaquant, compte, mot_de_passe="faux")  # the same address as the victim's, even
    assert se_connecter(attaquant, compte).status_code == 429
    se_connecter(client, compte)
    assert connecte(client)


@pytest.mark.django_db
def test_a_stranger_does_not_lock_out_another_network() -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    for _ in range(40):
        se_connecter(Client(REMOTE_ADDR="203.0.113.9"), compte, mot_de_passe="faux")
    ailleurs = Client(REMOTE_ADDR="198.51.100.7")
    se_connecter(ailleurs, compte)
    assert connecte(ailleurs)


@pytest.mark.django_db
def test_guessing_from_many_networks_is_slowed_down_too() -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    reponses = [
        se_connecter(Client(REMOTE_ADDR=f"203.0.{i}.9"), compte, mot_de_passe="faux").status_code
        for i in range(60)
    ]
    assert reponses == [200] * 51 + [429] * 9


@pytest.mark.django_db
def test_a_known_browser_opens_nothing_and_is_slowed_down_too(client: Client) -> None:
    compte, autre = scenes.compte(password=MOT_DE_PASSE), scenes.compte(password=MOT_DE_PASSE)
    se_connecter(client, compte)
    (nom,) = (cookie for cookie in client.cookies if cookie.endswith("navigateur"))
    vole = Client()
    vole.cookies[nom] = client.cookies[nom].value
    assert not connecte(vole)
    reponses = [se_connecter(vole, compte, mot_de_passe="faux").status_code for _ in range(6)]
    assert reponses == [200] * 5 + [429]
    # Worth nothing for another account, nor altered.
    assert [se_connecter(vole, autre, mot_de_passe="faux").status_code for _ in range(6)] == [200] * 5 + [429]
    vole.cookies[nom] = client.cookies[nom].value.replace(str(compte.pk), str(autre.pk), 1)
    assert se_connecter(vole, autre).status_code == 429


@pytest.mark.django_db
def test_a_new_password_lifts_the_wait(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE, courriel="camille@exemple.test")
    for _ in range(6):
        se_connecter(client, compte, mot_de_passe="faux")
    client.post("/mot-de-passe/oublie", {"courriel": compte.courriel})
    texte_ = Courriel.objects.get(genre="mot_de_passe_oublie").texte
    page = client.get(re.search(r"https?://[^/\s]+(/\S+)", texte_)[1], follow=True)
    nouveau = "onze girafes au bord du quai"
    client.post(page.request["PATH_INFO"], {"mot_de_passe": nouveau, "confirmation": nouveau})
    se_connecter(client, compte, mot_de_passe=nouveau)
    assert connecte(client)


@pytest.mark.django_db
def test_codes_cannot_be_guessed(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    appareil = telephone(compte)
    se_connecter(client, compte)
    faux = {code(appareil, decalage=i) for i in range(-3, 4)}
    essais = [f"{n:06}" for n in range(20) if f"{n:06}" not in faux]
    reponses = [texte(client.post("/connexion/code", {"code": essai})) for essai in essais[:6]]
    assert "Trop d" in reponses[-1]
    # A new sign-in does not give new tries.
    autre = Client()
    se_connecter(autre, compte)
    assert "Trop d" in texte(autre.post("/connexion/code", {"code": code(appareil)}))
    assert not connecte(autre)
