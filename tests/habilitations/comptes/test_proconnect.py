"""Signing in by ProConnect, against a real OpenID provider on the loopback."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from joserfc.jwk import RSAKey

from habilitations.comptes import connexions, proconnect
from habilitations.models import Compte, Courriel, Identite, JournalAcces, Rattachement, Role
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import MOT_DE_PASSE, code, connecte, se_connecter, telephone, texte
from tests.habilitations.comptes.fournisseur import CLIENT, SECRET, Fournisseur, demarrer, entrer, parametre

pytestmark = [
    pytest.mark.django_db,
    # The provider builds on parts of Authlib that are on their way out; our own use of it stays checked elsewhere.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
SIRET = "13002526500013"


@pytest.fixture(autouse=True)
def transport_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture(scope="module")
def serveur() -> Iterator[Fournisseur]:
    """One for all: its keys cost more to make than most of these tests."""
    with demarrer() as fournisseur:
        yield fournisseur


@pytest.fixture
def fournisseur(serveur: Fournisseur, settings: Any) -> Iterator[Fournisseur]:
    serveur.redevenir_honnete()
    settings.PROCONNECT_DECOUVERTE = serveur.decouverte
    settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET = CLIENT, SECRET
    settings.PROCONNECT_ACR_ORGANISATION = ["eidas1"]
    proconnect._client_pour.cache_clear()
    serveur.connait(
        "agent-1",
        email="Agent@ville.test",
        email_verified=True,
        given_name="Ana",
        usual_name="Vasseur",
        siret=SIRET,
        acr="eidas1",
    )
    yield serveur
    proconnect._client_pour.cache_clear()


def test_an_agent_signs_in_with_a_verified_organisation(client: Client, fournisseur: Fournisseur) -> None:
    page = entrer(client, fournisseur, suite="/compte")
    assert page["Location"] == "/compte"
    compte = Compte.objects.get()
    assert (compte.courriel, str(compte)) == ("agent@ville.test", "Ana Vasseur")
    assert not compte.has_usable_password()
    lien = Rattachement.objects.get()
    assert (lien.organisation.siret, lien.verifie) == (SIRET, True)
    identite = Identite.objects.get()
    assert (identite.emetteur, identite.sub) == (fournisseur.adresse, "agent-1")
    (demande,) = fournisseur.demandes
    assert demande["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= demande.keys()
    assert demande["redirect_uri"][0].endswith("/connexion/proconnect/retour")


def test_coming_back_is_to_the_same_account(client: Client, fournisseur: Fournisseur) -> None:
    entrer(client, fournisseur)
    fournisseur.connait(
        "agent-1",
        email="nouvelle@ville.test",
        email_verified=True,
        given_name="Ana",
        usual_name="Martin",
        siret=SIRET,
    )
    entrer(Client(), fournisseur)
    compte = Compte.objects.get()
    assert (compte.courriel, compte.nom) == ("nouvelle@ville.test", "Martin")


def test_an_agent_s_new_address_does_not_take_another_s(client: Client, fournisseur: Fournisseur) -> None:
    entrer(client, fournisseur)
    scenes.compte(courriel="prise@ville.test")
    fournisseur.connait("agent-1", email="prise@ville.test", email_verified=True)
    page = entrer(ailleurs := Client(), fournisseur)
    assert "un autre compte l'a déjà" in texte(ailleurs.get(page["Location"]))
    assert Identite.objects.get().compte.courriel == "agent@ville.test"


def test_es256_is_accepted(client: Client, fournisseur: Fournisseur) -> None:
    fournisseur.algorithme = "ES256"
    entrer(client, fournisseur)
    assert connecte(client)


MENSONGES: dict[str, dict[str, Any]] = {
    "autre signature": {"autre_cle": RSAKey.generate_key(2048)},
    "autre algorithme": {"algorithme": "RS512"},
    "non signé": {"en_clair": True},
    "autre émetteur": {"mentir": lambda claims: claims | {"iss": "https://mechant.example"}},
    "sans émetteur": {"mentir": lambda claims: {k: v for k, v in claims.items() if k != "iss"}},
    "autre destinataire": {"mentir": lambda claims: claims | {"aud": "un-autre-service"}},
    "sans destinataire": {"mentir": lambda claims: {k: v for k, v in claims.items() if k != "aud"}},
    "autre personne": {"mentir": lambda claims: claims | {"sub": "agent-2"}},
    "périmé": {"mentir": lambda claims: claims | {"exp": claims["iat"] - 3600}},
    "sans adresse": {"mentir": lambda claims: {k: v for k, v in claims.items() if k != "email"}},
}


@pytest.mark.parametrize("mensonge", MENSONGES)
def test_a_doubtful_userinfo_opens_nothing(client: Client, fournisseur: Fournisseur, mensonge: str) -> None:
    for nom, valeur in MENSONGES[mensonge].items():
        setattr(fournisseur, nom, valeur)
    page = entrer(client, fournisseur)
    assert page["Location"] == "/connexion"
    assert not connecte(client)
    assert not Compte.objects.exists()


@pytest.mark.parametrize("nom", ["state", "code"])
def test_an_altered_return_opens_nothing(client: Client, fournisseur: Fournisseur, nom: str) -> None:
    depart = client.get("/connexion/proconnect")
    retour = fournisseur.accorder(depart["Location"], "agent-1")
    assert client.get(parametre(retour, nom, "autre"))["Location"] == "/connexion"
    assert not connecte(client)


def test_the_return_of_another_browser_opens_nothing(client: Client, fournisseur: Fournisseur) -> None:
    depart = client.get("/connexion/proconnect")
    retour = fournisseur.accorder(depart["Location"], "agent-1")
    victime = Client()
    assert victime.get(retour)["Location"] == "/connexion"
    assert not connecte(victime)


def test_a_return_works_once(client: Client, fournisseur: Fournisseur) -> None:
    depart = client.get("/connexion/proconnect")
    retour = fournisseur.accorder(depart["Location"], "agent-1")
    client.get(retour)
    assert connecte(client)
    client.post("/deconnexion")
    client.get(retour)
    assert not connecte(client)


def test_another_nonce_opens_nothing(client: Client, fournisseur: Fournisseur) -> None:
    depart = client.get("/connexion/proconnect")
    retour = fournisseur.accorder(parametre(depart["Location"], "nonce", "autre"), "agent-1")
    assert client.get(retour)["Location"] == "/connexion"
    assert not connecte(client)


@pytest.mark.parametrize("siret", [None, "", "13002526500014", "abc"])
def test_without_a_right_siret_an_agent_has_no_organisation(
    client: Client, fournisseur: Fournisseur, siret: str | None
) -> None:
    fournisseur.connait(
        "agent-3", email="x@ville.test", email_verified=True, **({} if siret is None else {"siret": siret})
    )
    entrer(client, fournisseur, "agent-3")
    assert connecte(client)
    assert not Rattachement.objects.exists()
    assert "ajoutez-la à votre compte" in texte(client.get("/compte"))


def test_a_declared_link_becomes_verified(client: Client, fournisseur: Fournisseur) -> None:
    organisation = fabriques.organisation(siret=SIRET, nom="Dinum")
    entrer(client, fournisseur)
    Rattachement.objects.update(verifie=False)
    entrer(Client(), fournisseur)
    lien = Rattachement.objects.get()
    assert (lien.organisation, lien.organisation.nom, lien.verifie) == (organisation, "Dinum", True)


def test_an_agent_who_works_for_two_organisations_keeps_both_without_any_email(
    client: Client, fournisseur: Fournisseur
) -> None:
    ailleurs = fabriques.organisation(nom="Métropole de Clairval")
    for siret in (SIRET, ailleurs.siret, SIRET, ailleurs.siret):
        fournisseur.connait(
            "agent-1", email="agent@ville.test", email_verified=True, acr="eidas1", siret=siret
        )
        entrer(client, fournisseur)
    verifies = Rattachement.objects.filter(verifie=True).values_list("organisation__siret", flat=True)
    assert set(verifies) == {SIRET, ailleurs.siret}
    assert not Courriel.objects.exists()


def test_only_the_assurances_set_to_verify_the_organisation_verify_it(
    client: Client, fournisseur: Fournisseur, settings: Any
) -> None:
    settings.PROCONNECT_ACR_ORGANISATION = []
    entrer(client, fournisseur)
    assert Rattachement.objects.get().verifie is False
    settings.PROCONNECT_ACR_ORGANISATION = ["eidas2"]
    entrer(Client(), fournisseur)
    assert Rattachement.objects.get().verifie is False
    settings.PROCONNECT_ACR_ORGANISATION = ["eidas1"]
    entrer(Client(), fournisseur)
    assert Rattachement.objects.get().verifie is True
    # A weaker sign-in takes nothing away.
    settings.PROCONNECT_ACR_ORGANISATION = []
    entrer(Client(), fournisseur)
    assert Rattachement.objects.get().verifie is True


def test_by_default_no_assurance_verifies_the_organisation() -> None:
    from statut_etudiant.environnement import env

    assert env.scheme["PROCONNECT_ACR_ORGANISATION"] == (list, [])


@pytest.mark.parametrize(
    "siret", ["130 025 265 00013", " 13002526500013 ", "130\u00a0025\u00a0265\u00a000013"]
)
def test_a_siret_written_with_spaces_is_read(client: Client, fournisseur: Fournisseur, siret: str) -> None:
    fournisseur.connait("agent-1", email="agent@ville.test", email_verified=True, acr="eidas1", siret=siret)
    entrer(client, fournisseur)
    assert Rattachement.objects.get().organisation.siret == SIRET


def test_coming_back_confirms_the_link_and_a_missing_siret_changes_nothing(
    client: Client, fournisseur: Fournisseur
) -> None:
    entrer(client, fournisseur)
    il_y_a_un_an = timezone.now() - timedelta(days=360)
    Rattachement.objects.update(verifie_le=il_y_a_un_an)
    fournisseur.connait("agent-1", email="agent@ville.test", email_verified=True)
    entrer(Client(), fournisseur)
    lien = Rattachement.objects.get()
    assert (lien.verifie, lien.verifie_le) == (True, il_y_a_un_an)
    fournisseur.connait("agent-1", email="agent@ville.test", email_verified=True, acr="eidas1", siret=SIRET)
    entrer(Client(), fournisseur)
    assert Rattachement.objects.get().verifie_le > il_y_a_un_an
    assert JournalAcces.objects.filter(genre="rattachement").count() == 1


def test_too_weak_an_assurance_is_refused(client: Client, fournisseur: Fournisseur, settings: Any) -> None:
    settings.PROCONNECT_ACR = ["eidas2"]
    page = entrer(client, fournisseur)
    assert fournisseur.demandes[0]["acr_values"] == ["eidas2"]
    assert "pas assez sûre" in texte(client.get(page["Location"]))
    assert not connecte(client)
    settings.PROCONNECT_ACR = ["eidas2", "eidas1"]
    entrer(client, fournisseur)
    assert connecte(client)


@pytest.mark.parametrize(("acr", "directement"), [("eidas1", False), ("eidas2", True)])
def test_a_role_of_the_ministry_needs_a_second_factor_here_or_at_proconnect(
    client: Client, fournisseur: Fournisseur, acr: str, directement: bool
) -> None:
    compte = scenes.compte(Role.Nom.INSTRUCTEUR)
    Identite.objects.create(compte=compte, emetteur=fournisseur.adresse, sub="agent-4")
    fournisseur.connait("agent-4", email=compte.courriel, acr=acr, siret=SIRET)
    page = entrer(client, fournisseur, "agent-4")
    assert connecte(client) is directement
    if not directement:
        assert page["Location"] == "/connexion/second-facteur"


def test_a_verified_address_links_the_local_account(client: Client, fournisseur: Fournisseur) -> None:
    compte = scenes.compte(courriel="local@ville.test", password=MOT_DE_PASSE)
    fournisseur.connait("agent-5", email="local@ville.test", email_verified=True)
    entrer(client, fournisseur, "agent-5")
    assert client.session["_auth_user_id"] == str(compte.pk)
    assert JournalAcces.objects.filter(genre="proconnect", compte=compte).exists()


def test_an_account_proved_by_password_and_code_is_linked(client: Client, fournisseur: Fournisseur) -> None:
    compte = scenes.compte("instructeur", courriel="local@ville.test", password=MOT_DE_PASSE)
    appareil = telephone(compte)
    fournisseur.connait("agent-7", email="local@ville.test", acr="eidas2", email_verified=True)
    entrer(client, fournisseur, "agent-7")
    se_connecter(client, compte)
    assert not Identite.objects.exists()
    client.post("/connexion/code", {"code": code(appareil)})
    assert Identite.objects.get().compte == compte


def test_proving_another_account_links_nothing(client: Client, fournisseur: Fournisseur) -> None:
    scenes.compte(courriel="local@ville.test", password=MOT_DE_PASSE)
    autre = scenes.compte(password=MOT_DE_PASSE)
    fournisseur.connait("agent-8", email="local@ville.test")
    entrer(client, fournisseur, "agent-8")
    se_connecter(client, autre)
    assert connecte(client)
    assert not Identite.objects.exists()


def test_a_closed_account_stays_closed(client: Client, fournisseur: Fournisseur) -> None:
    entrer(client, fournisseur)
    Compte.objects.update(is_active=False)
    ailleurs = Client()
    page = entrer(ailleurs, fournisseur)
    assert "Ce compte est fermé" in texte(ailleurs.get(page["Location"]))
    assert not connecte(ailleurs)


def test_signing_out_closes_proconnect_s_session_too(client: Client, fournisseur: Fournisseur) -> None:
    entrer(client, fournisseur)
    id_token = client.session[connexions.ID_TOKEN]
    page = client.post("/deconnexion")
    assert not connecte(client)
    (adresse,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert adresse.startswith(f"{fournisseur.adresse}/oauth2/end_session?")
    assert f"id_token_hint={id_token}" in adresse
    assert "post_logout_redirect_uri=" in adresse
    assert "deconnexion%2Fproconnect" in adresse
    assert client.get("/deconnexion/proconnect")["Location"] == "/"


def test_giving_up_at_proconnect_leads_back_to_signing_in(client: Client, fournisseur: Fournisseur) -> None:
    depart = client.get("/connexion/proconnect")
    page = client.get(fournisseur.accorder(depart["Location"], "agent-1", action="deny"), follow=True)
    assert "Vous avez abandonné" in texte(page)


def test_a_silent_proconnect_is_told(client: Client, settings: Any) -> None:
    settings.PROCONNECT_DECOUVERTE = "http://127.0.0.1:9/.well-known/openid-configuration"
    settings.PROCONNECT_CLIENT_ID = CLIENT
    page = client.get("/connexion/proconnect", follow=True)
    assert "ProConnect ne répond pas" in texte(page)
    assert "S&#x27;identifier avec ProConnect" in page.content.decode().replace("S'", "S&#x27;")


@pytest.mark.parametrize("adresse", ["/connexion/proconnect", "/connexion/proconnect/retour?code=1&state=2"])
def test_without_settings_there_is_neither_button_nor_page(client: Client, adresse: str) -> None:
    assert client.get(adresse).status_code == 404
    assert "ProConnect" not in texte(client.get("/connexion"))
