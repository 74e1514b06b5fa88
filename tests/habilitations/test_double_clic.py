"""Two clicks on the same button, at the same time: one act, and both see its result."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from habilitations.demandes import actes
from habilitations.models import Courriel, Demande, Gestionnaire, Invitation, Jeton, LienDeJeton, Message
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db(transaction=True)

CLE = re.compile(r'name="cle_d_envoi" value="([^"]+)"')


def deux_clics(client: Client, page: str, saisie: dict, *, vers: str = "") -> list[HttpResponse]:
    """The form of this page, sent twice at once by the same browser to `vers` (or to the page itself)."""
    html = client.get(page).content.decode()
    cible = vers or page
    formulaires = [bloc for bloc in re.findall(r"<form\b.*?</form>", html, re.S) if CLE.search(bloc)]
    if vers:
        formulaires = [bloc for bloc in formulaires if f'action="{vers}"' in bloc]
    cle = CLE.search(formulaires[0])[1]
    depart = Barrier(2)

    def cliquer(_: int) -> HttpResponse:
        onglet = Client()
        onglet.cookies = client.cookies
        try:
            depart.wait(timeout=30)
            return onglet.post(cible, saisie | {"cle_d_envoi": cle})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        return list(fils.map(cliquer, range(2)))


def valeur(response: HttpResponse) -> str:
    return re.search(r'<code id="jeton">([^<]+)</code>', response.content.decode())[1]


def test_a_token_collected_twice_by_the_same_click_is_shown_twice() -> None:
    demande = scenes.demande("soumise")
    Courriel.objects.all().delete()
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur())
    adresse = re.search(r"(/jetons/retrait/\S+)", Courriel.objects.get(genre="jeton_a_retirer").texte)[1]
    navigateur = Client()
    navigateur.get(adresse)  # the cookie of who has no account
    premier, second = deux_clics(navigateur, adresse, {"format": "court"})
    assert (premier.status_code, second.status_code) == (200, 200)
    assert valeur(premier) == valeur(second)
    assert second["Cache-Control"] == premier["Cache-Control"]
    assert "no-store" in second["Cache-Control"]
    assert second["Referrer-Policy"] == "strict-origin"
    assert Jeton.objects.count() == 1
    # Another browser that has the link learns nothing.
    autre = Client().post(adresse)
    assert autre.status_code == 410
    assert valeur(premier) not in autre.content.decode()


def test_creating_and_showing_twice_gives_one_token() -> None:
    gestion = scenes.gestionnaire(fabriques.etablissement())
    habilitation = Gestionnaire.objects.get().habilitation
    client = Client()
    client.force_login(gestion.compte)
    page = reverse("gestion-habilitation-montrer", args=[habilitation.pk])
    premier, second = deux_clics(client, page, {})
    assert valeur(premier) == valeur(second)
    assert Jeton.objects.filter(habilitation=habilitation).count() == 1


def test_a_sandbox_token_asked_for_twice_is_the_one_that_is_shown() -> None:
    demande = scenes.brouillon()
    client = Client()
    client.force_login(demande.demandeur)
    premier, second = deux_clics(
        client, reverse("demande-bac-a-sable", args=[demande.pk]), {"format": "court"}
    )
    assert valeur(premier) == valeur(second)
    assert demande.jetons_d_essai.vivants().count() == 1


def test_a_token_link_is_sent_once() -> None:
    demande = scenes.demande("validee")
    LienDeJeton.objects.all().delete()
    client = Client()
    client.force_login(demande.demandeur)
    page = reverse("habilitation-lien", args=[demande.habilitation_id])
    reponses = deux_clics(client, page, {"destinataire": "technique@exemple.test"})
    assert [reponse.status_code for reponse in reponses] == [302, 302]
    assert LienDeJeton.objects.count() == 1


def test_a_draft_is_created_only_once() -> None:
    acteur = scenes.demandeur()
    client = Client()
    client.force_login(acteur.compte)
    organisation = acteur.compte.rattachements.get().organisation_id
    premier, second = deux_clics(
        client,
        reverse("demande-nouvelle"),
        {"acteur": "administration", "type": "lecture", "organisation": organisation},
    )
    demande = Demande.objects.get()
    attendue = reverse("demande-etape", args=[demande.pk, "organisation"])
    assert (premier["Location"], second["Location"]) == (attendue, attendue)
    suite = client.get(attendue).content.decode()
    assert suite.count(f"Le brouillon {demande.numero} est créé") == 1


@pytest.mark.parametrize("cote", ["demandeur", "instructeur"])
def test_a_message_is_sent_only_once(cote: str) -> None:
    demande = scenes.demande("soumise")
    client = Client()
    client.force_login(demande.demandeur if cote == "demandeur" else scenes.compte("instructeur"))
    page, vers = (
        ("demande", "demande-message")
        if cote == "demandeur"
        else ("instruction-demande", "instruction-message")
    )
    reponses = deux_clics(
        client,
        reverse(page, args=[demande.pk]),
        {"texte": "Où en est-on ?"},
        vers=reverse(vers, args=[demande.pk]),
    )
    assert [reponse.status_code for reponse in reponses] == [302, 302]
    assert Message.objects.count() == 1


def test_an_invitation_is_sent_only_once() -> None:
    etablissement = fabriques.etablissement()
    client = Client()
    client.force_login(scenes.gestionnaire(etablissement).compte)
    page = reverse("gestion-collegue-ajouter")
    reponses = deux_clics(
        client, page, {"courriel": "nouvelle@exemple.test", "etablissements": [etablissement.pk]}
    )
    assert [reponse.status_code for reponse in reponses] == [302, 302]
    assert Invitation.objects.count() == 1
    assert Courriel.objects.filter(genre="invitation").count() == 1


def test_a_decision_is_made_only_once_and_both_clicks_say_that_it_is_made() -> None:
    demande, agent = scenes.demande("soumise"), scenes.compte("instructeur")
    client = Client()
    client.force_login(agent)
    page = reverse("instruction-acte", args=[demande.pk, "refuser"])
    premier, second = deux_clics(client, page, {"texte": "Sans base légale.", "confirmer": "1"})
    assert (premier.status_code, second.status_code) == (302, 302)
    assert demande.evenements.filter(acte="refuser").count() == 1
    suite = client.get(premier["Location"]).content.decode()
    assert "La demande est refusée, le demandeur est prévenu." in suite


def test_a_second_decision_by_another_page_is_told_that_it_is_already_done() -> None:
    """Not the same form: two windows of the same person."""
    demande, agent = scenes.demande("soumise"), scenes.compte("instructeur")
    client = Client()
    client.force_login(agent)
    page = reverse("instruction-acte", args=[demande.pk, "refuser"])
    cles = [CLE.search(client.get(page).content.decode())[1] for _ in range(2)]
    reponses = [client.post(page, {"texte": "Sans base.", "cle_d_envoi": cle}) for cle in cles]
    assert [reponse.status_code for reponse in reponses] == [302, 409]
    html = " ".join(reponses[1].content.decode().split())
    assert "C'est déjà fait" in html
    assert "Quelqu'un a décidé avant vous" not in html


def test_a_requester_who_submits_twice_sees_that_their_request_is_submitted() -> None:
    demande = scenes.brouillon()
    client = Client()
    client.force_login(demande.demandeur)
    page = reverse("demande-acte", args=[demande.pk, "soumettre"])
    premier, second = deux_clics(client, page, {})
    assert premier["Location"] == second["Location"] == reverse("demande", args=[demande.pk])
    suite = client.get(premier["Location"]).content.decode()
    assert f"La demande {demande.numero} est soumise." in suite
    assert "pas possible" not in suite
