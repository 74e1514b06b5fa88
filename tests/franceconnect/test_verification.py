"""Asking the local FranceConnect what a token is worth: what is believed, and each thing that must not be."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from statut_etudiant.franceconnect import boucle, cles, disjoncteur, echecs
from statut_etudiant.franceconnect.mesures import mesures
from tests.franceconnect.local import SERVICE, FranceConnectLocal


@pytest.fixture(autouse=True)
def comptes_neufs() -> None:
    mesures._sommes.clear()


def test_an_active_token_tells_the_person_the_service_and_what_the_citizen_grants(
    franceconnect: FranceConnectLocal,
) -> None:
    jeton = franceconnect.jeton("jean-baptiste", "mesri_admissions", "mesri_identifiant")
    dit = boucle.verifier(jeton)
    assert dit.client_id == SERVICE
    assert dit.scopes == {"mesri_admissions", "mesri_identifiant"}
    assert dit.jti
    assert {
        cle: dit.identite[cle] for cle in ("family_name", "given_name", "given_name_array", "birthdate")
    } == {
        "family_name": "Lavergnat",
        "given_name": "Jean-Baptiste Marie Paul",
        "given_name_array": ["Jean-Baptiste", "Marie", "Paul"],
        "birthdate": "2002-09-30",
    }
    assert (dit.identite["gender"], dit.identite["birthplace"], dit.identite["birthcountry"]) == (
        "male",
        "87085",
        "99100",
    )


#: Behaviour of FranceConnect → what is said of it (franceconnect.md §1, contract §3).
REFUS = {
    "expire": "51502",
    "inactif": "51502",
    "mauvais_destinataire": "51999",
    "mauvais_emetteur": "51999",
    "vieille_reponse": "51999",
    "reponse_future": "51999",
    "alg_none": "51999",
    "hs256": "51999",
    "kid_inconnu": "51999",
    "mauvaise_signature": "51999",
    "signe_par_une_autre_cle": "51999",
    "en_tete_de_trop": "51999",
    "signe_non_chiffre": "51999",
    "json_en_clair": "51999",
    "chiffre_non_signe": "51999",
    "pour_une_autre_cle": "51999",
    "kid_dans_le_jwe": "51999",
    "plusieurs_destinataires": "51999",
    "actif_en_texte": "51999",
    "sans_exp": "51999",
    "sans_service": "51999",
    "octets_au_hasard": "51999",
    "vide": "51999",
    "redirection": "51999",
    "gros_corps": "51999",
    "identifiants_refuses": "51999",
    "requete_invalide": "51999",
    "en_panne": "51001",
}


@pytest.mark.parametrize(("comportement", "code"), REFUS.items())
def test_what_is_not_the_agreed_answer_is_not_believed(
    franceconnect: FranceConnectLocal, comportement: str, code: str
) -> None:
    franceconnect.comporter(comportement)
    with pytest.raises(echecs.EchecFranceConnect) as echec:
        boucle.verifier(franceconnect.jeton("agathe"))
    assert echec.value.code == code
    assert franceconnect.comptes()["checktoken"] == 1  # one try


@pytest.mark.parametrize("comportement", ["lent", "goutte"])
def test_a_check_takes_three_seconds_in_all_then_the_timeout_is_told(
    franceconnect: FranceConnectLocal, comportement: str
) -> None:
    franceconnect.comporter(comportement)
    debut = time.monotonic()
    with pytest.raises(echecs.DelaiDepasse):
        boucle.verifier(franceconnect.jeton("agathe"))
    assert 2.5 < time.monotonic() - debut < 4


def test_an_address_where_nothing_listens_is_unreachable(
    franceconnect: FranceConnectLocal, settings: Any
) -> None:
    settings.FRANCECONNECT_URL = "http://127.0.0.1:9"
    with pytest.raises(echecs.Injoignable):
        boucle.verifier(franceconnect.jeton("agathe"))


def test_franceconnect_without_settings_is_unavailable(settings: Any) -> None:
    settings.FRANCECONNECT_URL = ""
    with pytest.raises(echecs.Injoignable) as echec:
        boucle.verifier("x" * 43)
    assert echec.value.retenter == 60


def test_a_token_unknown_to_franceconnect_is_inactive(franceconnect: FranceConnectLocal) -> None:
    with pytest.raises(echecs.JetonInactif):
        boucle.verifier("jeton-que-personne-n-a-jamais-emis-0123456789")


@pytest.mark.parametrize(
    "jeton",
    [
        "",
        "court",
        "avec espace au milieu de ce jeton",
        "é" * 43,
        "a" * 600,
        "eyJhbGciOiJ.eyJzdWIiOiIx.c2lnbmF0dXJl",
    ],
)
def test_what_has_not_the_shape_of_a_token_is_not_asked_about(
    franceconnect: FranceConnectLocal, jeton: str
) -> None:
    with pytest.raises(echecs.JetonMalForme):
        boucle.verifier(jeton)
    assert "checktoken" not in franceconnect.comptes()


def test_one_of_our_own_tokens_never_leaves_for_franceconnect(franceconnect: FranceConnectLocal) -> None:
    from habilitations.jetons import emission

    with pytest.raises(echecs.JetonMalForme):
        boucle.verifier(emission.tirer("l"))
    assert "checktoken" not in franceconnect.comptes()


@pytest.mark.parametrize("comportement", ["identifiants_refuses", "requete_invalide"])
def test_our_credentials_being_refused_alerts_the_operator(
    franceconnect: FranceConnectLocal, comportement: str, caplog: pytest.LogCaptureFixture
) -> None:
    franceconnect.comporter(comportement)
    with pytest.raises(echecs.NosIdentifiantsRefuses):
        boucle.verifier(franceconnect.jeton("agathe"))
    (ligne,) = [ligne for ligne in caplog.records if ligne.levelno == logging.ERROR]
    assert ligne.getMessage() == "FranceConnect refuse nos identifiants"
    assert mesures._sommes["identifiants_refuses"] == 1


def test_franceconnect_s_keys_are_kept_and_fetched_again_once_when_they_change(
    franceconnect: FranceConnectLocal,
) -> None:
    boucle.verifier(franceconnect.jeton("agathe"))
    boucle.verifier(franceconnect.jeton("hugo"))
    assert franceconnect.comptes()["jwks"] == 1
    franceconnect.renouveler_sa_cle()
    boucle.verifier(franceconnect.jeton("ines"))
    assert franceconnect.comptes()["jwks"] == 2
    franceconnect.comporter("kid_inconnu")
    with pytest.raises(echecs.ReponseIncoherente):
        boucle.verifier(franceconnect.jeton("ines"))
    assert franceconnect.comptes()["jwks"] == 1


def test_an_answer_encrypted_for_the_previous_key_opens_during_a_rotation(
    franceconnect: FranceConnectLocal,
) -> None:
    avant = cles.lire(franceconnect.cles)
    publiees_avant = avant.publiees
    cles.renouveler(franceconnect.cles, algorithme="RSA-OAEP-256")
    apres = cles.lire(franceconnect.cles)
    assert len(apres.privees) >= 2
    assert apres.publiees != publiees_avant
    # The document's first key is the new one, and the answer in flight was made for the one before.
    from statut_etudiant.franceconnect import protocole
    from statut_etudiant.franceconnect_local.introspection import chiffrer

    en_vol = chiffrer("entete.charge.signature", avant.privees[0].as_dict(private=False))
    assert protocole.dechiffrer(en_vol.encode(), apres.privees) == "entete.charge.signature"
    assert boucle.verifier(franceconnect.jeton("agathe")).client_id == SERVICE


def test_the_circuit_breaker_opens_after_failures_and_closes_by_itself(
    franceconnect: FranceConnectLocal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disjoncteur, "REPOS", 0.5)
    franceconnect.comporter("en_panne")
    for _ in range(disjoncteur.SEUIL):
        with pytest.raises(echecs.Injoignable):
            boucle.verifier(franceconnect.jeton("agathe"))
    assert mesures._etat is disjoncteur.Etat.OUVERT
    franceconnect.comporter("")
    with pytest.raises(echecs.Injoignable):
        boucle.verifier(franceconnect.jeton("agathe"))
    assert "checktoken" not in franceconnect.comptes()
    time.sleep(0.6)
    assert boucle.verifier(franceconnect.jeton("agathe")).client_id == SERVICE
    assert mesures._etat is disjoncteur.Etat.FERME


def test_waiting_calls_are_bounded_and_the_next_are_sent_back_at_once(
    franceconnect: FranceConnectLocal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from statut_etudiant.franceconnect import verification

    monkeypatch.setattr(verification.Verificateur.__init__, "__kwdefaults__", {"concurrence": 4})
    franceconnect.comporter("lent")
    jeton = franceconnect.jeton("agathe")

    def essayer(_: int) -> tuple[str, float]:
        debut = time.monotonic()
        try:
            boucle.verifier(jeton)
        except echecs.EchecFranceConnect as echec:
            return echec.code, time.monotonic() - debut
        raise AssertionError

    with ThreadPoolExecutor(12) as fils:
        issues = list(fils.map(essayer, range(12)))
    assert sorted(code for code, _ in issues) == ["51001"] * 8 + ["51002"] * 4
    assert max(duree for code, duree in issues if code == "51001") < 2.5
