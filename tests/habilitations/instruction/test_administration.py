"""/administration/: for administrators, to read. No table can be written there, no secret read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.admin import site
from habilitations.courriels import envoi
from habilitations.models import Courriel, JournalAcces
from habilitations.tasks import envoyer_courriels
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter
from tests.portail.pages import source

pytestmark = pytest.mark.django_db

MODELES = [modele._meta.model_name for modele in site._registry]


def adresse(modele: str, page: str, *args: object) -> str:
    return reverse(f"administration:habilitations_{modele}_{page}", args=args)


@pytest.fixture
def administrateur(connecter: Connecter) -> Client:
    scenes.demande("refusee")
    fabriques.jeton()
    return connecter("administrateur")


@pytest.mark.parametrize("role", [None, "rapporteur", "instructeur", "responsable", "dpd"])
def test_others_do_not_enter(connecter: Connecter, role: str | None) -> None:
    client = connecter(*filter(None, [role]))
    client.compte.is_staff = client.compte.is_superuser = True
    client.compte.save()
    for url in (reverse("administration"), adresse("demande", "changelist"), adresse("compte", "changelist")):
        assert client.get(url).status_code == 403


def test_a_visitor_is_led_to_the_portal_s_sign_in() -> None:
    for url in (reverse("administration"), adresse("demande", "changelist"), reverse("administration:login")):
        response = Client().get(url)
        assert response.status_code == 302
        assert response["Location"].startswith("/connexion")
    assert (
        Client().post(reverse("administration:login"), {"username": "a", "password": "b"}).status_code == 302
    )


@pytest.mark.parametrize("modele", MODELES)
def test_each_table_is_read_and_not_written(administrateur: Client, modele: str) -> None:
    liste = administrateur.get(adresse(modele, "changelist"))
    assert liste.status_code == 200
    assert administrateur.get(adresse(modele, "add")).status_code == 403
    premier = next(iter(liste.context["cl"].result_list), None)
    if premier is not None:
        assert administrateur.get(adresse(modele, "change", premier.pk)).status_code == 200
        assert (
            administrateur.post(adresse(modele, "change", premier.pk), {"etat": "validee"}).status_code == 403
        )
        assert administrateur.post(adresse(modele, "delete", premier.pk), {"post": "yes"}).status_code == 403


def courriel(cle: str, **champs: Any) -> Courriel:
    defauts = {"genre": "nouveau_message", "destinataire": f"{cle}@exemple.test", "objet": cle, "texte": "x"}
    return Courriel.objects.create(cle=cle, **defauts | champs)


def test_a_failed_mail_is_sent_again_once_after_confirmation(
    administrateur: Client, mailoutbox: list
) -> None:
    Courriel.objects.all().delete()
    echoue = courriel(
        "echoue", tentatives=12, abandonne_le=timezone.now(), derniere_erreur="SMTPRecipientsRefused"
    )
    attend = courriel("attend", tentatives=3, derniere_erreur="TimeoutError")
    parti = courriel("parti", tentatives=12, envoye_le=timezone.now())
    url = adresse("courriel", "changelist")
    page = administrateur.get(url).content.decode()
    assert all(mot in page for mot in ("Échoué", "En attente", "Parti", "Adresse refusée par le serveur"))
    for etat, seul in (("echoue", echoue), ("en_attente", attend), ("parti", parti)):
        assert list(administrateur.get(url, {"etat": etat}).context["cl"].result_list) == [seul]
    assert envoyer_courriels() == 1  # the one that waits: the one that failed is left aside
    choix = {"action": "renvoyer", "_selected_action": [echoue.pk, attend.pk, parti.pk]}
    confirmation = administrateur.post(url, choix).content.decode()
    assert "echoue@exemple.test" in confirmation
    assert "2 autres sont partis" in confirmation
    assert "parti@exemple.test" not in confirmation
    echoue.refresh_from_db()
    assert echoue.tentatives == 12  # asking changes nothing
    for _ in range(2):
        administrateur.post(url, choix | {"confirmer": "1"})
        envoyer_courriels()
    assert [message.to for message in mailoutbox] == [["attend@exemple.test"], ["echoue@exemple.test"]]
    (ligne,) = JournalAcces.objects.filter(genre="courriel_renvoye")
    assert (ligne.auteur, ligne.details) == (
        administrateur.compte,
        {"courriel": echoue.pk, "nature": "nouveau_message"},
    )
    assert "a échoué : chacun est parti" in source(administrateur.post(url, choix))


def test_sending_a_mail_again_twice_does_it_once(administrateur: Client) -> None:
    echoue = courriel("echoue", tentatives=12, abandonne_le=timezone.now())
    cle: dict[str, Any] = {"auteur": administrateur.compte, "courriels": [echoue.pk]}
    assert [envoi.renvoyer(**cle) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("role", ["responsable", "instructeur"])
def test_nobody_but_an_administrator_sends_again(connecter: Connecter, role: str) -> None:
    echoue = courriel("echoue", tentatives=12, abandonne_le=timezone.now())
    choix = {"action": "renvoyer", "_selected_action": [echoue.pk], "confirmer": "1"}
    assert connecter(role).post(adresse("courriel", "changelist"), choix).status_code == 403
    echoue.refresh_from_db()
    assert echoue.tentatives == 12


def test_a_mail_is_read_again_unless_it_holds_a_secret_link(administrateur: Client) -> None:
    refus = Courriel.objects.get(genre="demande_refusee")
    page = administrateur.get(adresse("courriel", "change", refus.pk)).content.decode()
    assert "Sans base légale." in page
    secret = Courriel.objects.create(
        cle="x",
        genre="jeton_a_retirer",
        destinataire="a@exemple.test",
        objet="Jeton",
        texte="https://lien-secret",
    )
    assert "lien-secret" not in administrateur.get(adresse("courriel", "change", secret.pk)).content.decode()
