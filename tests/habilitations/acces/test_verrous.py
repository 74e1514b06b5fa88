"""Guessing is slowed down, per account and per address; nobody is shut out for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from habilitations.comptes.verrous import ADRESSE, COMPTE, Essai, TropDEssais
from habilitations.models import Verrou
from habilitations.tasks import nettoyer_acces
from tests.habilitations import scenes
from tests.habilitations.acces.aides import MOT_DE_PASSE, code, connecte, se_connecter, telephone, texte


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
def test_l_attente_grandit_puis_ne_grandit_plus() -> None:
    cle = (COMPTE, "camille@exemple.test")
    echouer(4, cle)
    # Fifteen seconds after the fifth mistake, twice as long each time, a quarter of an hour at most.
    for prevue in (15, 30, 60, 120, 240, 480, 900, 900, 900):
        echouer(1, cle)
        assert prevue - 1 <= attente(cle) <= prevue
        laisser_passer(prevue)
    echouer(1, cle)  # the try after the last wait is heard


@pytest.mark.django_db
def test_un_essai_pendant_l_attente_ne_l_allonge_pas() -> None:
    cle = (COMPTE, "camille@exemple.test")
    echouer(COMPTE.libres + 1, cle)
    for _ in range(5):
        attente(cle)
    assert attente(cle) <= 15


@pytest.mark.django_db
def test_une_adresse_bloquee_ne_coute_rien_au_compte() -> None:
    echouer(ADRESSE.libres + 1, (ADRESSE, "192.0.2.1"))
    for _ in range(10):
        attente((COMPTE, "camille@exemple.test"), (ADRESSE, "192.0.2.1"))
    echouer(COMPTE.libres, (COMPTE, "camille@exemple.test"))


@pytest.mark.django_db
def test_les_adresses_ipv6_d_un_meme_abonne_comptent_ensemble() -> None:
    for i in range(ADRESSE.libres + 1):
        echouer(1, (ADRESSE, f"2001:db8:1:2::{i + 1:x}"))
    attente((ADRESSE, "2001:db8:1:2:ffff::1"))
    echouer(1, (ADRESSE, "2001:db8:1:3::1"))


@pytest.mark.django_db
def test_un_jour_sans_echec_efface_tout() -> None:
    cle = (COMPTE, "camille@exemple.test")
    echouer(COMPTE.libres + 1, cle)
    laisser_passer(24 * 3600 + 1)
    echouer(COMPTE.libres, cle)
    laisser_passer(24 * 3600 + 1)
    nettoyer_acces()
    assert not Verrou.objects.exists()


@pytest.mark.django_db
def test_ni_adresse_ni_courriel_ne_sont_gardes() -> None:
    echouer(1, (COMPTE, "camille@exemple.test"), (ADRESSE, "192.0.2.1"))
    gardes = "".join(Verrou.objects.values_list("cle", flat=True))
    assert "camille" not in gardes
    assert "192" not in gardes or len(gardes) == 128


@pytest.mark.django_db(transaction=True)
def test_des_essais_simultanes_sont_tous_comptes() -> None:
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
    assert entendus == COMPTE.libres + 1


@pytest.mark.django_db
@pytest.mark.parametrize("existe", [True, False], ids=["compte", "aucun compte"])
def test_la_page_dit_d_attendre_de_la_meme_facon_que_le_compte_existe_ou_non(
    client: Client, existe: bool
) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE, courriel="camille@exemple.test")
    if not existe:
        compte.delete()
    for _ in range(COMPTE.libres + 1):
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
def test_une_reussite_remet_le_compte_a_zero(client: Client) -> None:
    compte = scenes.compte(password=MOT_DE_PASSE)
    for _ in range(3):
        for _ in range(COMPTE.libres):
            se_connecter(client, compte, mot_de_passe="faux")
        se_connecter(client, compte)
        assert connecte(client)
        client.logout()


@pytest.mark.django_db
def test_les_codes_ne_se_devinent_pas(client: Client) -> None:
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
