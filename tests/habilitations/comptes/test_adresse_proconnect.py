"""What ProConnect says of an address is worth nothing until it is verified, by it or by a link."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from habilitations.models import Compte, ContactDeDemande, Courriel, Demande, Identite, JournalAcces
from habilitations.tasks import envoyer_courriels
from tests.habilitations import scenes
from tests.habilitations.comptes import test_proconnect
from tests.habilitations.comptes.aides import MOT_DE_PASSE, code, connecte, telephone, texte
from tests.habilitations.comptes.fournisseur import Fournisseur, entrer

pytestmark = test_proconnect.pytestmark
transport_local, serveur, fournisseur = (
    test_proconnect.transport_local,
    test_proconnect.serveur,
    test_proconnect.fournisseur,
)
ADRESSE = "local@ville.test"


def lien(destinataire: str = ADRESSE) -> str:
    courriel = Courriel.objects.filter(genre="adresse_a_prouver", destinataire=destinataire).first()
    return re.search(r"https?://[^/\s]+(/connexion/proconnect/adresse/\S+)", courriel.texte)[1]


def arriver(client: Client, fournisseur: Fournisseur, sub: str = "b1", **claims: Any) -> Any:
    fournisseur.connait(sub, **{"email": ADRESSE, **claims})
    return entrer(client, fournisseur, sub)


@pytest.fixture(params=[False, None, "false", "true", 1, "1"], ids=repr)
def non_verifiee(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The claim as a provider may send it when it verified nothing, or nothing that we believe."""
    return {} if request.param is None else {"email_verified": request.param}


def test_an_unverified_address_gives_neither_account_nor_contact(
    client: Client, fournisseur: Fournisseur, non_verifiee: dict[str, Any]
) -> None:
    demande = scenes.demande("soumise")
    ContactDeDemande.objects.filter(demande=demande).update(courriel=ADRESSE)
    avant = Compte.objects.count()
    page = arriver(client, fournisseur, **non_verifiee)
    assert page["Location"] == "/connexion/proconnect/adresse"
    assert ADRESSE in texte(client.get(page["Location"]))
    assert not connecte(client)
    assert Compte.objects.count() == avant
    # Once proved, it gives what it names.
    assert client.post(lien())["Location"] == "/demandes"
    compte = Compte.objects.get(courriel=ADRESSE)
    assert client.session["_auth_user_id"] == str(compte.pk)
    assert Identite.objects.get(sub="b1").compte == compte
    assert Demande.objects.visibles_par(compte).get() == demande


def test_the_link_works_only_in_the_browser_that_asked_for_it(
    client: Client, fournisseur: Fournisseur
) -> None:
    """Else its receiver, asked for nothing, would give their account to who typed their address."""
    victime = scenes.compte(courriel=ADRESSE, password=MOT_DE_PASSE)
    arriver(client, fournisseur)
    ailleurs = Client()
    ailleurs.force_login(victime)
    for essai in (Client(), ailleurs):
        assert essai.get(lien()).status_code == 410
        assert essai.post(lien()).status_code == 410
    assert not Identite.objects.exists()
    # Nor does another link, asked in the same browser for another address.
    ancien = lien()
    arriver(client, fournisseur, "b2", email="autre@ville.test")
    assert client.post(ancien).status_code == 410
    assert client.get("/connexion/proconnect/adresse/x").status_code == 410


def test_reading_the_link_does_nothing(client: Client, fournisseur: Fournisseur) -> None:
    arriver(client, fournisseur)
    assert client.get(lien()).status_code == 200
    assert not connecte(client)
    assert not Compte.objects.exists()


def test_the_link_expires_after_one_hour(
    client: Client, fournisseur: Fournisseur, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    arriver(client, fournisseur)
    plus_tard = time.time() + 3601
    monkeypatch.setattr("habilitations.comptes.preuve_d_adresse.time.time", lambda: plus_tard)
    assert client.post(lien()).status_code == 410


@pytest.mark.parametrize("cas", ["rôle", "téléphone", "déjà relié", "non vérifiée"])
def test_an_account_worth_something_is_proved_by_the_link_then_by_its_second_factor(
    client: Client, fournisseur: Fournisseur, cas: str
) -> None:
    compte = scenes.compte(
        *(["instructeur"] if cas == "rôle" else []), courriel=ADRESSE, password=MOT_DE_PASSE
    )
    appareil = telephone(compte) if cas in {"rôle", "téléphone"} else None
    if cas == "déjà relié":
        Identite.objects.create(compte=compte, emetteur=fournisseur.adresse, sub="a1")
    # The provider's second factor is that of whoever stands there, not yet the account's.
    page = arriver(client, fournisseur, email_verified=cas != "non vérifiée", acr="eidas2")
    assert page["Location"] == "/connexion/proconnect/adresse"
    assert not Identite.objects.filter(sub="b1").exists()
    page = client.post(lien())
    if appareil is not None:
        assert page["Location"] == "/connexion/code"
        assert not Identite.objects.filter(sub="b1").exists()
        client.post("/connexion/code", {"code": code(appareil)})
    assert client.session["_auth_user_id"] == str(compte.pk)
    assert Identite.objects.get(sub="b1").compte == compte


def test_a_new_sub_with_an_address_known_to_proconnect_enters(
    client: Client, fournisseur: Fournisseur
) -> None:
    """Case 21: the account was made by ProConnect, it has no password to give."""
    arriver(client, fournisseur, "a1", email_verified=True)
    compte = Compte.objects.get()
    ailleurs = Client()
    arriver(ailleurs, fournisseur, "b1", email_verified=True)
    assert not connecte(ailleurs)
    ailleurs.post(lien())
    assert ailleurs.session["_auth_user_id"] == str(compte.pk)
    assert set(compte.identites.values_list("sub", flat=True)) == {"a1", "b1"}
    # From then on without any link.
    arriver(Client(), fournisseur, "b1", email_verified=True)
    assert Courriel.objects.filter(genre="adresse_a_prouver").count() == 1


def test_a_closed_account_cannot_be_proved(client: Client, fournisseur: Fournisseur) -> None:
    scenes.compte(courriel=ADRESSE, password=MOT_DE_PASSE, is_active=False)
    arriver(client, fournisseur)
    page = client.post(lien())
    assert "Ce compte est fermé" in texte(client.get(page["Location"]))
    assert not connecte(client)


def test_the_page_does_not_say_whether_the_address_has_an_account(fournisseur: Fournisseur) -> None:
    scenes.compte(courriel=ADRESSE, password=MOT_DE_PASSE)
    pages = []
    for adresse in (ADRESSE, "libre@ville.test"):
        client = Client()
        arriver(client, fournisseur, f"sub-{adresse}", email=adresse)
        pages.append(texte(client.get("/connexion/proconnect/adresse")).replace(adresse, "…"))
    assert pages[0] == pages[1]


def test_an_unverified_address_change_at_proconnect_is_taken_once_proved_and_the_old_one_is_told(
    client: Client, fournisseur: Fournisseur
) -> None:
    arriver(client, fournisseur, "a1", email_verified=True)
    compte = Compte.objects.get()
    # Not verified: the old one stays, the new one has a link.
    page = arriver(client, fournisseur, "a1", email="nouvelle@ville.test", email_verified="false")
    assert connecte(client)
    assert "elle changera ici quand vous l'aurez confirmée" in texte(client.get(page["Location"]))
    compte.refresh_from_db()
    assert compte.courriel == ADRESSE
    confirmation = Courriel.objects.get(genre="courriel_a_confirmer", destinataire="nouvelle@ville.test")
    chemin = re.search(r"https?://[^/\s]+(/compte/courriel/\S+)", confirmation.texte)[1]
    arriver(client, fournisseur, "a1", email="nouvelle@ville.test", email_verified=False)
    assert Courriel.objects.filter(genre="courriel_a_confirmer").count() == 1  # one a day
    client.post(chemin)
    compte.refresh_from_db()
    assert compte.courriel == "nouvelle@ville.test"
    assert Courriel.objects.get(genre="courriel_change").destinataire == ADRESSE


def test_a_verified_address_changed_at_proconnect_changes_here_and_the_old_one_is_told(
    client: Client, fournisseur: Fournisseur
) -> None:
    arriver(client, fournisseur, "a1", email_verified=True)
    ancienne = Client()
    ancienne.cookies = client.cookies
    page = arriver(Client(), fournisseur, "a1", email="nouvelle@ville.test", email_verified=True)
    assert page.status_code == 302
    compte = Compte.objects.get()
    assert compte.courriel == "nouvelle@ville.test"
    assert Courriel.objects.get(genre="courriel_change").destinataire == ADRESSE
    trace = JournalAcces.objects.get(genre="courriel")
    assert trace.details == {"ancien": ADRESSE, "nouveau": "nouvelle@ville.test"}


@pytest.mark.parametrize(
    "adresse",
    [
        "é.durand@ville.test",
        "a b@ville.test",
        "a@" + "é" * 62 + ".test",
        "a@ville",
        "@ville.test",
        "a\r\nb@ville.test",
    ],
)
def test_an_address_that_we_cannot_write_to_is_a_message_and_not_a_failure(
    client: Client, fournisseur: Fournisseur, adresse: str
) -> None:
    page = arriver(client, fournisseur, email=adresse, email_verified=True)
    assert page["Location"] == "/connexion"
    assert "n'est pas de celles auxquelles nous savons écrire" in texte(client.get("/connexion"))
    assert not Compte.objects.exists()


def test_the_proved_address_is_the_one_that_is_kept(client: Client, fournisseur: Fournisseur) -> None:
    """NFKC turns « ｖille » into « ville »: were the stored one alone turned, it would not be the one proved."""
    scenes.compte(courriel="agent@ville.test", password=MOT_DE_PASSE)
    arriver(client, fournisseur, email="agent@ｖille.test")
    assert Courriel.objects.get(genre="adresse_a_prouver").destinataire == "agent@ville.test"
    assert Compte.objects.count() == 1


def test_the_proof_mail_does_not_keep_its_link_once_sent(client: Client, fournisseur: Fournisseur) -> None:
    arriver(client, fournisseur)
    envoyer_courriels()
    assert "/connexion/proconnect/adresse/" in mail.outbox[0].body
    assert "/connexion/proconnect/adresse/" not in Courriel.objects.get().texte
