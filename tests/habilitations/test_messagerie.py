"""A long thread, read by pages from both sides."""

import re

import pytest
from django.test import Client

from habilitations.models import Demande, Message, Role
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def longue() -> Demande:
    """A request with 45 messages: the applicant's and the ministry's in turn, the ministry's last."""
    demande = scenes.demande("soumise")
    agent = scenes.instructeur().compte
    Message.objects.bulk_create(
        Message(
            demande=demande,
            auteur=demande.demandeur if rang % 2 else agent,
            du_ministere=rang % 2 == 0,
            texte=f"message-{rang:02}.",
        )
        for rang in range(1, 46)
    )
    return demande


def lus(html: str) -> list[str]:
    return re.findall(r"message-(\d\d)\.", html)


def rangs(premier: int, dernier: int) -> list[str]:
    return [f"{rang:02}" for rang in range(premier, dernier + 1)]


@pytest.mark.parametrize("cote", ["demandeur", "instructeur"])
def test_a_long_thread_is_read_by_pages(client: Client, longue: Demande, cote: str) -> None:
    if cote == "demandeur":
        client.force_login(longue.demandeur)
        adresse = f"/demandes/{longue.pk}"
    else:
        client.force_login(scenes.compte(Role.Nom.INSTRUCTEUR))
        adresse = f"/instruction/demandes/{longue.pk}"
    attendus = [(rangs(26, 45), "(25)"), (rangs(6, 25), "(5)"), (rangs(1, 5), None)]
    suite = adresse
    for page, (messages, reste) in enumerate(attendus):
        html = client.get(suite).content.decode()
        assert lus(html) == messages
        assert ("Revenir aux derniers messages" in html) is (page > 0)
        lien = re.search(r'href="([^"]+avant=\d+)#messages">\s*Messages précédents (\(\d+\))', html)
        assert (lien and lien[2]) == reste
        suite = lien[1] if lien else ""
    for absurde in ("0", "-1", "x", "9" * 30, "١"):
        assert lus(client.get(adresse, {"avant": absurde}).content.decode()) == rangs(26, 45)


def test_only_what_is_shown_is_marked_read(client: Client, longue: Demande) -> None:
    client.force_login(longue.demandeur)
    adresse = f"/demandes/{longue.pk}"
    assert "22 non lus" in client.get(adresse).content.decode()
    page = client.get(adresse).content.decode()
    assert "12 non lus" in page
    assert "12 messages non lus" in client.get("/demandes").content.decode()
    client.get(re.search(r'href="([^"]+avant=\d+)#messages', page)[1])
    assert longue.messages.filter(du_ministere=True, lu_le__isnull=True).count() == 2
    assert longue.messages.filter(du_ministere=False, lu_le__isnull=False).count() == 0


def test_the_message_of_another_request_moves_nothing_more(client: Client, longue: Demande) -> None:
    autre = scenes.demande("soumise")
    etranger = Message.objects.create(
        demande=autre, auteur=autre.demandeur, du_ministere=False, texte="ailleurs"
    )
    client.force_login(longue.demandeur)
    html = client.get(f"/demandes/{longue.pk}", {"avant": etranger.pk}).content.decode()
    assert lus(html) == rangs(26, 45)
    assert "ailleurs" not in html
