"""The pages of tokens: who may open them, what they do, what they show once."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.jetons import vie
from habilitations.jetons.consommation import bilan
from habilitations.models import Consommation, Jeton, Role
from statut_etudiant.api.comptage import Comptage
from tests.habilitations import scenes
from tests.habilitations.jetons import en_service, secret_du_lien, validee
from tests.portail.pages import source

pytestmark = pytest.mark.django_db

JETON = re.compile(r"ase_[let]_[0-9A-Za-z]{49}")


def connecte(compte: object) -> Client:
    client = Client()
    client.force_login(compte)
    return client


def test_the_link_shows_the_token_by_its_button_and_not_when_opened(client: Client) -> None:
    _, habilitation = validee()
    adresse = reverse("jeton-retrait", args=[secret_du_lien(habilitation)])
    ouverture = client.get(adresse)
    assert ouverture.status_code == 200
    assert not JETON.search(ouverture.content.decode())
    assert not Jeton.objects.exists()
    assert ouverture.headers["Referrer-Policy"] == "strict-origin"
    montre = client.post(adresse, {"format": "court"})
    assert len(JETON.findall(montre.content.decode())) == 1
    assert "no-store" in montre.headers["Cache-Control"]
    encore = client.get(adresse)
    assert encore.status_code == 410
    assert "déjà servi" in encore.content.decode()


def test_a_holder_follows_their_token_from_link_to_revocation() -> None:
    acteur, jeton, _ = en_service()
    client = connecte(acteur.compte)
    liste = reverse("habilitation-jetons", args=[jeton.habilitation_id])
    assert jeton.affichage in client.get(liste).content.decode()

    lien = reverse("habilitation-lien", args=[jeton.habilitation_id])
    assert "Remplacer le jeton" in client.get(lien).content.decode()
    envoye = client.post(lien, {"destinataire": "tech@exemple.test", "chevauchement_jours": 10}, follow=True)
    assert "tech@exemple.test" in envoye.content.decode()

    adresses = reverse("jeton-adresses", args=[jeton.pk])
    faux = client.post(adresses, {"adresses": "mairie.fr"})
    assert "ni une adresse IP" in faux.content.decode()
    assert "mairie.fr" in faux.content.decode()
    client.post(adresses, {"adresses": "192.0.2.7\n2001:db8::/32"})
    jeton.refresh_from_db()
    assert jeton.adresses == ["192.0.2.7/32", "2001:db8::/32"]

    prolonger = reverse("jeton-prolonger", args=[jeton.pk])
    assert "90 derniers jours" in client.post(prolonger, {"rien_n_a_change": "on"}).content.decode()
    Jeton.objects.filter(pk=jeton.pk).update(expire_le=timezone.now() + timedelta(days=10))
    assert client.post(prolonger, {}).status_code == 200
    assert client.post(prolonger, {"rien_n_a_change": "on"}).status_code == 302

    revoquer = reverse("jeton-revoquer", args=[jeton.pk])
    assert client.post(revoquer, {"motif": ""}).status_code == 200
    assert "Jetons révoqués" in client.post(revoquer, {"motif": "Départ"}, follow=True).content.decode()


PAGES = [
    "habilitation-jetons",
    "habilitation-lien",
    "jeton-revoquer",
    "jeton-prolonger",
    "jeton-adresses",
    "jeton-consommation",
]
LIRE = {"habilitation-jetons", "jeton-consommation"}
#: Who may open which pages; everybody else is answered as if the object did not exist.
DROITS = {
    "demandeur": set(PAGES),
    "collegue": LIRE,
    "rapporteur": LIRE,
    "instructeur": LIRE | {"jeton-revoquer"},
    "responsable": LIRE | {"jeton-revoquer"},
    "administrateur": LIRE | {"jeton-revoquer"},
    "dpd": set(),
    "contact": set(PAGES),
    "etranger": set(),
}


@pytest.mark.parametrize("personne", DROITS)
def test_each_page_is_open_to_whom_it_must_be_only(personne: str) -> None:
    acteur, jeton, _ = en_service()
    demande = jeton.habilitation.demandes.get()
    compte = {
        "demandeur": lambda: acteur.compte,
        "collegue": lambda: scenes.compte(organisation=demande.organisation),
        "contact": lambda: scenes.compte(courriel=demande.contacts.get(role="technique").courriel),
        "etranger": lambda: scenes.demandeur().compte,
    }.get(personne, lambda: scenes.compte(Role.Nom(personne)))()
    client = connecte(compte)
    for page in PAGES:
        cible = jeton.habilitation_id if page.startswith("habilitation") else jeton.pk
        statut = client.get(reverse(page, args=[cible])).status_code
        absent = client.get(reverse(page, args=[cible + 100_000]))
        assert statut == (200 if page in DROITS[personne] else 404), page
        assert absent.status_code == 404


@pytest.mark.parametrize("page", ["adresses", "prolonger"])
def test_who_stands_in_for_a_holder_neither_opens_nor_prolongs_a_token(client: Client, page: str) -> None:
    acteur, jeton, _ = en_service()
    vie.restreindre(jeton=jeton, acteur=acteur, adresses=["192.0.2.0/24"])
    Jeton.objects.update(expire_le=timezone.now() + timedelta(days=10))
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    client.post(f"/personnes/{acteur.compte.pk}/incarner", {"motif": "Il ne trouve plus son jeton"})
    envoi = {"adresses": ""} if page == "adresses" else {"rien_n_a_change": "on"}
    assert client.post(reverse(f"jeton-{page}", args=[jeton.pk]), envoi)["Location"] == "/compte"
    jeton.refresh_from_db()
    assert jeton.adresses == ["192.0.2.0/24"]
    assert jeton.expire_le - timezone.now() < timedelta(days=11)


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    _, jeton, _ = en_service()
    assert client.get(reverse("jeton-revoquer", args=[jeton.pk])).status_code == 302


def test_consumption_adds_up_what_the_processes_counted(
    client: Client, django_assert_max_num_queries: object
) -> None:
    acteur, jeton, _ = en_service()
    for _ in range(2):
        comptage = Comptage()
        for statut in (200, 200, 404, 422, 429):
            comptage.compter(jeton.pk, statut)
        comptage.ecrire()
        comptage.ecrire()
    assert dict(Consommation.objects.values_list("statut", "appels")) == {200: 4, 404: 2, 422: 2, 429: 2}
    porteur = connecte(acteur.compte)
    with django_assert_max_num_queries(14):
        page = porteur.get(reverse("jeton-consommation", args=[jeton.pk])).content.decode()
    assert "10 appels en deux mois" in page
    assert "<svg" in page


@pytest.mark.parametrize(
    ("instant", "jour"),
    [
        # Winter, UTC+1: half past eleven in the evening, then half past midnight.
        (datetime(2026, 1, 14, 22, 30, tzinfo=UTC), date(2026, 1, 14)),
        (datetime(2026, 1, 14, 23, 30, tzinfo=UTC), date(2026, 1, 15)),
        # Summer, UTC+2.
        (datetime(2026, 7, 13, 21, 30, tzinfo=UTC), date(2026, 7, 13)),
        (datetime(2026, 7, 13, 22, 30, tzinfo=UTC), date(2026, 7, 14)),
    ],
)
def test_a_call_counts_for_the_day_it_is_in_paris(
    monkeypatch: pytest.MonkeyPatch, instant: datetime, jour: date
) -> None:
    _, jeton, _ = en_service()
    comptage = Comptage()
    monkeypatch.setattr("django.utils.timezone.now", lambda: instant)
    comptage.compter(jeton.pk, 200)
    comptage.ecrire()
    assert list(Consommation.objects.values_list("jour", "appels")) == [(jour, 1)]
    tire = bilan(jeton)
    assert (tire.journees[-1].jour, tire.journees[-1].reussis) == (jour, 1)
    assert len(tire.journees) == 61


def test_a_draft_gives_its_sandbox_token_to_its_applicant_only() -> None:
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur)
    adresse = reverse("demande-bac-a-sable", args=[demande.pk])
    assert connecte(scenes.demandeur().compte).get(adresse).status_code == 404
    client = connecte(acteur.compte)
    assert client.get(adresse).status_code == 200
    assert not Jeton.objects.exists()
    assert JETON.search(client.post(adresse, {"format": "court"}).content.decode())
    assert "en service" in client.get(adresse).content.decode()
    vide = scenes.brouillon(acteur=acteur, scopes=[])
    assert "Cochez d'abord" in client.post(
        reverse("demande-bac-a-sable", args=[vide.pk]), {"format": "court"}
    ).content.decode().replace("&#x27;", "'")


def test_calling_with_a_token_in_the_address_revokes_it_and_tells(client: Client) -> None:
    _, _, valeur = en_service()
    assert client.get("/api/v2/etudiants", {"token": valeur}).status_code == 400
    suivant = client.get("/api/introspect", headers={"X-Api-Key": valeur})
    assert suivant.status_code == 401


def test_history_says_in_french_what_happens_to_tokens() -> None:
    acteur, jeton, _ = en_service()
    vie.revoquer(jeton=jeton, acteur=acteur, motif="Remplacé")
    page = source(connecte(acteur.compte).get(f"/demandes/{jeton.habilitation.demandes.get().pk}"))
    historique = page[page.index('id="titre-historique"') :]
    for dit in ("a remis le jeton", "Destinataire : technique", "a révoqué un jeton", "(automatique)"):
        assert dit in historique
    for code in ("jeton_emis", "jeton_revoque", "lien_envoye", "(systeme)"):
        assert code not in historique


def test_prolonging_is_offered_when_possible_only() -> None:
    acteur, jeton, _ = en_service()
    client, page = connecte(acteur.compte), reverse("habilitation-jetons", args=[jeton.habilitation_id])
    lien = reverse("jeton-prolonger", args=[jeton.pk])
    assert lien not in client.get(page).content.decode()
    Jeton.objects.filter(pk=jeton.pk).update(expire_le=timezone.now() + timedelta(days=89))
    assert lien in client.get(page).content.decode()
