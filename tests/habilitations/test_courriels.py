"""Mails: sent once from the outbox, optional ones turned off, a GET that changes nothing, the demonstration's box."""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from celery.signals import before_task_publish
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from habilitations import tasks
from habilitations.acteur import Acteur
from habilitations.courriels.genres import LIBELLES
from habilitations.demandes import actes, messagerie
from habilitations.models import Courriel, Gestionnaire, Role
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def soumise_devant(agent: object) -> Courriel:
    scenes.demande("soumise")
    return Courriel.objects.get(genre="demande_a_instruire", destinataire=agent.courriel)


def adresse(courriel: Courriel) -> str:
    return re.search(r"http://[^/]+(/courriels/desabonnement/\S+)", courriel.texte)[1]


def test_a_mail_leaves_once_with_both_versions(mailoutbox: list) -> None:
    scenes.demande("soumise")
    attendus = Courriel.objects.count()
    assert tasks.envoyer_courriels() == attendus
    assert tasks.envoyer_courriels() == 0
    assert len(mailoutbox) == attendus
    message = mailoutbox[0]
    assert message.alternatives[0].mimetype == "text/html"
    assert "<script" not in message.alternatives[0].content


@pytest.fixture
def reveils() -> Iterator[list[str]]:
    """The tasks that the broker was given."""
    donnes: list[str] = []

    def noter(sender: str, **_: object) -> None:
        donnes.append(sender)

    before_task_publish.connect(noter)
    yield donnes
    before_task_publish.disconnect(noter)


@pytest.mark.django_db(transaction=True)
def test_the_mails_of_a_transaction_wake_the_worker_once(reveils: list[str]) -> None:
    for _ in range(3):
        scenes.compte(Role.Nom.INSTRUCTEUR)
    demande = scenes.brouillon()
    reveils.clear()
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    assert Courriel.objects.count() == 4
    assert reveils == ["habilitations.tasks.envoyer_courriels"]
    # The next transaction wakes it again, also after mails that were given up with their savepoint.
    with transaction.atomic():
        with suppress(Courriel.DoesNotExist), transaction.atomic():
            messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Abandonné")
            raise Courriel.DoesNotExist
        messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Gardé")
    assert len(reveils) == 2
    with suppress(Courriel.DoesNotExist), transaction.atomic():
        messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Abandonné")
        raise Courriel.DoesNotExist
    assert len(reveils) == 2


def test_the_unsubscribe_link_acts_by_its_button_only_and_without_signing_in(client: Client) -> None:
    agent = scenes.compte(Role.Nom.INSTRUCTEUR)
    lien = adresse(soumise_devant(agent))
    assert agent.courriel not in lien
    assert "Ne plus le recevoir" in client.get(lien).content.decode()
    assert not agent.desabonnements.exists()
    sans_jeton_csrf = Client(enforce_csrf_checks=True)
    assert sans_jeton_csrf.post(lien, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "Vous ne recevez plus ce courriel" in client.get(lien).content.decode()
    scenes.demande("soumise")
    assert Courriel.objects.filter(genre="demande_a_instruire", destinataire=agent.courriel).count() == 1
    assert client.get(lien[:-3] + "abc").status_code == 404


def test_optional_mails_and_no_others_carry_the_unsubscribe_header(mailoutbox: list) -> None:
    soumise_devant(scenes.compte(Role.Nom.INSTRUCTEUR))
    tasks.envoyer_courriels()
    par_objet = {("instruire" in m.subject): m for m in mailoutbox}
    assert "One-Click" in par_objet[True].extra_headers["List-Unsubscribe-Post"]
    assert "List-Unsubscribe" not in par_objet[False].extra_headers


def test_an_agent_chooses_their_mails_from_their_account() -> None:
    agent = scenes.compte(Role.Nom.INSTRUCTEUR)
    client = Client()
    client.force_login(agent)
    page = reverse("compte-courriels")
    assert client.get(page).content.decode().count("checked") == 2
    client.post(page, {"genres": ["nouveau_message"]})
    assert client.get(page).content.decode().count("checked") == 1
    client.force_login(scenes.compte())
    assert client.get(page).status_code == 404


def test_the_demonstration_s_mailbox_exists_in_demonstration_only(client: Client, settings: object) -> None:
    scenes.demande("soumise")
    courriel = Courriel.objects.first()
    pages = [reverse("courriels-demonstration"), reverse("courriel-demonstration", args=[courriel.pk])]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    settings.ENVIRONNEMENT = "demonstration"
    page = html.unescape(client.get(pages[0]).content.decode()).replace("\xa0", " ")
    assert courriel.objet in page
    assert (
        "deux mois"
        in client.get(
            reverse("courriel-demonstration", args=[Courriel.objects.get(genre="accuse_reception").pk])
        ).content.decode()
    )


def test_franceconnect_s_desk_learns_the_scopes_of_its_habilitations(settings: object) -> None:
    settings.FRANCECONNECT_COURRIEL = "partenaires@franceconnect.test"
    scenes.demande("validee")
    assert not Courriel.objects.filter(genre="franceconnect_scopes").exists()
    demande = scenes.demande("validee", type_="franceconnect")
    texte = Courriel.objects.get(genre="franceconnect_scopes").texte
    assert demande.fc_numero_habilitation in texte
    assert all(scope in texte for scope in demande.scopes)


def test_a_habilitation_to_write_gives_its_establishments_to_the_applicant_then_takes_them_back() -> None:
    uai = fabriques.etablissement().uai
    demande = scenes.demande("validee", type_="ecriture", uais=[uai])
    assert [g.etablissement.uai for g in Gestionnaire.objects.filter(compte=demande.demandeur)] == [uai]
    actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Fermeture")
    assert not Gestionnaire.objects.actifs().exists()


def test_each_kind_of_mail_has_words_of_its_own() -> None:
    gabarits = {
        chemin.stem for chemin in (Path(settings.BASE_DIR) / "templates" / "courriels").glob("[a-z]*.txt")
    }
    assert LIBELLES.keys() == gabarits
    assert len(set(LIBELLES.values())) == len(LIBELLES)
