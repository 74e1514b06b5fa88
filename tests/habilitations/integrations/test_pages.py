"""The pages of « Intégrations »: who may open which, and that another organisation's object is absent."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations import urls_integrations
from habilitations.acteur import Acteur
from habilitations.integrateurs import cles, tournee, types, webhooks
from habilitations.models import CleApi, JournalAcces, Role, Webhook
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.integrations.aides import actif, fait
from tests.habilitations.integrations.recepteur import Recepteur
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

QUI = ("visiteur", "membre", "collegue", "non_verifie", "autre", "instructeur", "administrateur")

# fmt: off
#                                visit. membre coll. non-v. autre  inst. admin.
TOUS =                          (302,   200,   200,  200,   200,   200,  200)
A_QUI_A_UNE_ORGANISATION =      (302,   200,   200,  404,   200,   404,  404)
SIEN =                          (302,   200,   200,  404,   404,   404,  404)
POST =                          (302,   405,   405,  405,   405,   405,  405)
FAIT =                          (302,   302,   302,  404,   404,   404,  404)
LIRE =                          (302,   405,   405,  405,   405,   405,  405)
REPOSE =                        (302,   200,   200,  404,   404,   404,  404)
# name of the URL → GET, POST of an empty form
MATRICE = {
    "integrations":             (TOUS, LIRE),
    "cle-nouvelle":             (A_QUI_A_UNE_ORGANISATION, A_QUI_A_UNE_ORGANISATION),
    "cle-revoquer":             (SIEN, FAIT),
    "webhook-nouveau":          (A_QUI_A_UNE_ORGANISATION, A_QUI_A_UNE_ORGANISATION),
    "webhook":                  (SIEN, LIRE),
    "webhook-envoi":            (SIEN, LIRE),
    "webhook-choisir":          (SIEN, REPOSE),
    "webhook-essayer":          (POST, FAIT),
    "webhook-activer":          (POST, FAIT),
    "webhook-arreter":          (SIEN, FAIT),
    "webhook-secret":           (SIEN, REPOSE),
    "webhook-rejouer":          (POST, FAIT),
    "webhook-supprimer":        (SIEN, FAIT),
}
# fmt: on
SANS_OBJET = {"integrations", "cle-nouvelle", "webhook-nouveau"}


@pytest.fixture
def monde(recepteur: Recepteur) -> SimpleNamespace:
    organisation = fabriques.organisation()
    cree = actif(recepteur.adresse, organisation=organisation)
    envoi = cree.webhook.envois.get()
    acteur = Acteur(cree.webhook.cree_par)
    droits = ["demandes:lire"]
    cle = cles.creer(acteur=acteur, organisation=organisation, libelle="Suivi", portees=droits, jours=30)
    non_verifie = scenes.compte(organisation=organisation)
    non_verifie.rattachements.update(verifie=False)
    comptes = {
        "membre": cree.webhook.cree_par,
        "collegue": scenes.compte(organisation=organisation),
        "non_verifie": non_verifie,
        "autre": scenes.demandeur().compte,
        "instructeur": scenes.compte(Role.Nom.INSTRUCTEUR),
        "administrateur": scenes.compte(Role.Nom.ADMINISTRATEUR),
    }
    clients = {"visiteur": Client()}
    for qui, compte in comptes.items():
        clients[qui] = Client()
        clients[qui].force_login(compte)
    return SimpleNamespace(
        webhook=cree.webhook, cle=cle.cle, envoi=envoi, clients=clients, secret=cree.secret
    )


def adresse(nom: str, monde: SimpleNamespace, *, absent: bool = False) -> str:
    if nom in SANS_OBJET:
        return reverse(nom)
    cle = (
        "00000000-0000-4000-8000-000000000000"
        if absent
        else (monde.cle if nom == "cle-revoquer" else monde.webhook).cle
    )
    envoi = [monde.envoi.pk] if nom in {"webhook-envoi", "webhook-rejouer"} else []
    return reverse(nom, args=[cle, *envoi])


def test_the_matrix_has_every_address() -> None:
    assert {motif.name for motif in urls_integrations.urlpatterns} == set(MATRICE)


def test_everybody_gets_what_the_matrix_says(monde: SimpleNamespace) -> None:
    ecarts = []
    for nom, attendus in MATRICE.items():
        chemin = adresse(nom, monde)
        for methode, attendu in zip(("get", "post"), attendus, strict=True):
            # From who may least to who may most: the last acts last.
            obtenu = {
                qui: getattr(monde.clients[qui], methode)(chemin).status_code
                for qui in (*QUI[3:], *QUI[:1], *QUI[1:3])
                if not (nom == "webhook-supprimer" and methode == "post" and qui == "membre")
            }
            for qui, statut in obtenu.items():
                if statut != attendu[QUI.index(qui)]:
                    ecarts.append(f"{methode} {nom} {qui} : {statut}")
    assert ecarts == []
    assert not Webhook.objects.exists()  # a colleague deleted it, last


def test_another_s_webhook_answers_like_an_absent_one(monde: SimpleNamespace) -> None:
    for nom in MATRICE:
        if nom in SANS_OBJET:
            continue
        for methode in ("get", "post"):
            for qui in ("autre", "non_verifie", "administrateur"):
                client = monde.clients[qui]
                sien, absent = (
                    getattr(client, methode)(adresse(nom, monde, absent=vide)) for vide in (False, True)
                )
                assert (sien.status_code, lire(sien).texte) == (absent.status_code, lire(absent).texte), nom
    assert Webhook.objects.get().actif


def test_a_delivery_is_reached_by_its_own_webhook_only(monde: SimpleNamespace, recepteur: Recepteur) -> None:
    autre = actif(recepteur.adresse).webhook
    client = Client()
    client.force_login(autre.cree_par)
    assert client.get(reverse("webhook-envoi", args=[autre.cle, monde.envoi.pk])).status_code == 404
    assert client.post(reverse("webhook-rejouer", args=[autre.cle, monde.envoi.pk])).status_code == 404


def test_who_stands_in_for_a_member_touches_no_webhook(monde: SimpleNamespace) -> None:
    client = Client()
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    client.post(reverse("incarnation", args=[monde.webhook.cree_par_id]), {"motif": "Aide"})
    assert client.get(adresse("webhook", monde)).status_code == 200
    for nom in (
        "webhook-nouveau",
        "webhook-secret",
        "cle-nouvelle",
        "cle-revoquer",
        "webhook-essayer",
        "webhook-activer",
        "webhook-supprimer",
    ):
        assert client.post(adresse(nom, monde))["Location"] == reverse("compte"), nom


def test_a_member_makes_a_webhook_and_reads_its_secret_once(boucle: None) -> None:
    organisation = fabriques.organisation(nom="Ville de Belleroche")
    compte = scenes.compte(organisation=organisation)
    client = Client()
    client.force_login(compte)
    formulaire = client.get(reverse("webhook-nouveau")).content.decode()
    assert "Ville de Belleroche" in formulaire
    # Everything is ticked at first.
    assert len(re.findall(r'name="evenements"[^>]*checked', formulaire)) == len(types.LIBELLES)
    vide = client.post(reverse("webhook-nouveau"), {"libelle": "", "adresse": "http://ville.fr/"})
    texte = lire(vide).texte
    for dit in ("Donnez-lui un nom", "L'adresse commence par https://", "Cochez au moins un événement"):
        assert dit in texte
    assert not Webhook.objects.exists()
    saisie = {
        "libelle": "Billettique",
        "adresse": "https://hooks.ville.fr/ase",
        "evenements": ["jeton.emis", "demande.valider"],
    }
    montre = client.post(reverse("webhook-nouveau"), saisie)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", montre.content.decode())
    webhook = Webhook.objects.get()
    assert webhooks.cles(webhook) == [secret]
    assert (webhook.organisation, webhook.evenements) == (organisation, ["demande.valider", "jeton.emis"])
    assert "no-store" in montre.headers["Cache-Control"]
    page = client.get(reverse("webhook", args=[webhook.cle])).content.decode()
    assert "whsec_" not in page
    assert "À essayer" in page
    assert 'action="' + reverse("webhook-activer", args=[webhook.cle]) not in page
    trace = JournalAcces.objects.get(genre="raccordement")
    assert (trace.compte, trace.details["fait"]) == (compte, "webhook créé")
    assert secret not in str(trace.details)


def test_a_member_chooses_events_and_the_secret_is_renewed(monde: SimpleNamespace) -> None:
    client = monde.clients["collegue"]
    client.post(adresse("webhook-choisir", monde), {"libelle": "Autre nom", "evenements": ["jeton.rendu"]})
    monde.webhook.refresh_from_db()
    assert (monde.webhook.libelle, monde.webhook.evenements) == ("Autre nom", ["jeton.rendu"])
    inconnu = {"libelle": "Autre nom", "evenements": ["demande.inventee"]}
    assert client.post(adresse("webhook-choisir", monde), inconnu).status_code == 200
    page = client.post(adresse("webhook-secret", monde)).content.decode()
    (nouveau,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page)
    monde.webhook.refresh_from_db()
    assert webhooks.cles(monde.webhook) == [nouveau, monde.secret]


def test_the_page_shows_each_attempt_with_its_status_and_duration(
    monde: SimpleNamespace, recepteur: Recepteur
) -> None:
    from tests.habilitations.integrations import recepteur as r

    recepteur.repondre = r.statut(502)
    fait(monde.webhook.organisation, "jeton.revoque")
    tournee.tourner()
    client = monde.clients["membre"]
    page = lire(client.get(adresse("webhook", monde))).texte
    assert "Sans réponse depuis le" in page
    assert "502 Réponse autre que 2xx" in " ".join(page.split())
    envoi = monde.webhook.envois.get(fait__type="jeton.revoque")
    detail = lire(client.get(reverse("webhook-envoi", args=[monde.webhook.cle, envoi.pk]))).texte
    assert re.search(r"\d+ ms", detail)
    assert f'"id": "{envoi.fait.cle}"' in detail
    assert "Rejouer cet envoi" in detail


def test_pages_ask_the_same_number_of_questions_whatever_they_show(
    monde: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    for _ in range(30):
        fait(monde.webhook.organisation)
    client = monde.clients["membre"]
    client.get(adresse("webhook", monde))
    with django_assert_max_num_queries(13):
        page = client.get(adresse("webhook", monde)).content.decode()
    assert "2 sur 2" in page or "1 / 2" in page


def test_who_has_no_verified_organisation_reads_why(monde: SimpleNamespace) -> None:
    assert "pas encore vérifié" in lire(monde.clients["non_verifie"].get(reverse("integrations"))).texte
    assert (
        "n'est rattachée à votre compte"
        in lire(monde.clients["administrateur"].get(reverse("integrations"))).texte
    )


def test_a_disabled_webhook_says_what_to_do(monde: SimpleNamespace) -> None:
    Webhook.objects.update(etat="desactive", desactive_le=timezone.now())
    page = lire(monde.clients["membre"].get(adresse("webhook", monde))).texte
    assert "Désactivé le" in page
    assert "rejouez les envois abandonnés" in page


def test_a_member_makes_a_key_reads_it_once_and_revokes_it() -> None:
    organisation = fabriques.organisation(nom="Ville de Belleroche")
    compte = scenes.compte(organisation=organisation)
    client = Client()
    client.force_login(compte)
    vide = lire(client.post(reverse("cle-nouvelle"), {"libelle": "", "jours": "366"})).texte
    assert "Donnez-lui un nom" in vide
    assert "Cochez au moins un droit" in vide
    assert not CleApi.objects.exists()
    saisie = {"libelle": "Suivi", "portees": ["demandes:lire", "evenements:lire"], "jours": "90"}
    montre = client.post(reverse("cle-nouvelle"), saisie)
    (valeur,) = set(re.findall(r"ase_k_[0-9A-Za-z]{49}", montre.content.decode()))
    assert "no-store" in montre.headers["Cache-Control"]
    cle = CleApi.objects.get()
    assert (cle.organisation, cle.portees) == (organisation, ["demandes:lire", "evenements:lire"])
    assert (cle.expire_le - cle.cree_le).days in {89, 90}
    assert Client().get("/api/v1/demandes", headers={"X-Api-Key": valeur}).status_code == 200
    page = lire(client.get(reverse("integrations"))).texte
    assert valeur not in page
    assert f"Finit par {valeur[-4:]}" in " ".join(page.split())
    client.post(reverse("cle-revoquer", args=[cle.cle]))
    assert Client().get("/api/v1/demandes", headers={"X-Api-Key": valeur}).status_code == 401
    assert "Aucune clé" in lire(client.get(reverse("integrations"))).texte
    traces = JournalAcces.objects.filter(genre="raccordement", compte=compte).order_by("id")
    assert [une.details["fait"] for une in traces] == ["clé créée", "clé révoquée"]
    assert valeur not in str([une.details for une in traces])
