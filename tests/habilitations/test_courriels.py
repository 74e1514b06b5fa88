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
from habilitations.courriels import boite
from habilitations.courriels.genres import LIBELLES
from habilitations.demandes import actes, messagerie
from habilitations.models import Compte, Courriel, Demande, Desabonnement, Gestionnaire, Role
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire, source

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


def test_everybody_chooses_among_the_mails_that_they_may_receive(client: Client) -> None:
    page = reverse("compte-courriels")

    def choix(compte: Compte) -> dict[str, bool]:
        client.force_login(compte)
        cases = lire(client.get(page)).tous("input", type="checkbox")
        return {une["value"]: "checked" in une for une in cases}

    demandeur = {"nouveau_message": True, "brouillon_en_attente": True, "modifications_en_attente": True}
    agent, personne = scenes.compte(Role.Nom.INSTRUCTEUR), scenes.compte()
    gerant = scenes.gestionnaire(fabriques.etablissement()).compte
    assert choix(personne) == demandeur
    assert choix(agent) == {"demande_a_instruire": True, "nouveau_message": True}
    assert choix(gerant) == demandeur | dict.fromkeys(
        ("depot_termine", "collegue_ajoute", "collegue_retire"), True
    )
    client.force_login(personne)
    client.post(page, {"genres": ["nouveau_message", "demande_a_instruire", "demande_validee"]})
    assert choix(personne) == demandeur | {"brouillon_en_attente": False, "modifications_en_attente": False}
    assert {un.genre for un in Desabonnement.objects.all()} == {
        "brouillon_en_attente",
        "modifications_en_attente",
    }


def test_an_applicant_turns_a_reminder_off_by_its_link_and_never_a_decision(client: Client) -> None:
    demande = scenes.brouillon()
    courriel = demande.demandeur.courriel

    def rappeler(cle: str) -> bool:
        return boite.ecrire(
            genre="brouillon_en_attente",
            destinataire=courriel,
            cle=cle,
            contexte={"demande": demande, "jours": 15},
        )

    assert rappeler("un")
    lien = re.search(r"/courriels/desabonnement/\S+", Courriel.objects.get(cle="un").texte)[0]
    assert "Un de mes brouillons" in lire(client.get(lien)).texte
    client.post(lien)
    assert not rappeler("deux")
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    accuse = Courriel.objects.get(genre="accuse_reception", destinataire=courriel)
    assert "/desabonnement/" not in accuse.texte


def test_the_demonstration_s_mailbox_exists_in_demonstration_only(client: Client, settings: object) -> None:
    scenes.demande("soumise")
    courriel = Courriel.objects.first()
    pages = [reverse("courriels-demonstration"), reverse("courriel-demonstration", args=[courriel.pk])]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    settings.ENVIRONNEMENT = "demonstration"
    assert courriel.objet in html.unescape(source(client.get(pages[0])))
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


# --- who reads what


def mail(demande: Demande, genre: str, destinataire: str) -> Courriel:
    return Courriel.objects.get(genre=genre, demande=demande, destinataire=destinataire)


def test_who_answers_for_the_data_reads_who_asked_and_as_what_they_are_named() -> None:
    demande = scenes.demande("validee")
    au_responsable = mail(
        demande, "information_validation", f"responsable_traitement{demande.pk}@exemple.test"
    )
    assert "Elle vous désigne comme responsable de traitement." in au_responsable.texte
    au_dpd = mail(demande, "information_validation", f"dpd{demande.pk}@exemple.test")
    assert "Elle vous désigne comme délégué à la protection des données." in au_dpd.texte
    qui = f"présentée par {demande.demandeur} (cheffe de projet) : {demande.demandeur.courriel}."
    assert qui in au_responsable.texte
    assert qui in au_dpd.texte
    assert "- Inscriptions en formation initiale\n" in au_dpd.texte


def test_one_person_with_two_roles_reads_both() -> None:
    demande = scenes.brouillon()
    demande.contacts.exclude(role="technique").update(courriel="elise@exemple.test")
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    texte = mail(demande, "information_validation", "elise@exemple.test").texte
    assert "comme responsable de traitement et délégué à la protection des données." in texte


def test_an_approval_to_write_says_what_it_gives_to_each() -> None:
    etablissement = fabriques.etablissement(nom="Université des Ajoncs")
    demande = scenes.demande("validee", type_="ecriture", uais=[etablissement.uai])
    au_demandeur = mail(demande, "demande_validee", demande.demandeur.courriel).texte
    au_dpd = mail(demande, "information_validation", f"dpd{demande.pk}@exemple.test")
    assert "à déclarer des inscriptions" in au_dpd.objet
    for texte in (au_demandeur, au_dpd.texte):
        assert "déclarer, corriger et retirer" in texte
        assert "Université des Ajoncs" in texte
        assert "Données accordées" not in texte
        assert "consulter" not in texte
    assert "/gestion/" in au_demandeur
    assert (
        f"reçoit un lien vers le jeton d'écriture (Dominique Durand, technique{demande.pk}@exemple.test)."
        in au_demandeur
    )


def test_an_approval_to_read_says_what_is_granted_and_who_receives_the_token() -> None:
    demande = scenes.demande("validee")
    texte = mail(demande, "demande_validee", demande.demandeur.courriel).texte
    assert "- Établissements et lieu d'études\n" in texte
    assert "Dominique Durand" in texte
    assert "gestion" not in texte
