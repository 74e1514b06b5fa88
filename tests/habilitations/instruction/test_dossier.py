"""What the page of a request shows to the ministry."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from habilitations.acteur import Acteur
from habilitations.demandes import actes, messagerie
from habilitations.models import Document
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter
from tests.portail.pages import source

pytestmark = pytest.mark.django_db


def page(client: Client, demande: object) -> str:
    response = client.get(reverse("instruction-demande", args=[demande.pk]))
    assert response.status_code == 200
    return source(response)


@pytest.mark.parametrize(
    "etat", ["brouillon", "soumise", "modifications_demandees", "validee", "refusee", "revoquee", "archivee"]
)
def test_each_state_has_its_page_with_all_blocks(instructeur: Client, etat: str) -> None:
    demande = scenes.demande(etat)
    html = page(instructeur, demande)
    for attendu in (
        demande.numero,
        escape(demande.get_etat_display()),
        "Agents de la billettique",
        "12 mois",
        "Code des transports, article L1231-1",
        "Inscriptions en formation initiale",
        f"technique{demande.pk}@exemple.test",
    ):
        assert attendu in html


@pytest.mark.parametrize("type_", ["franceconnect", "ecriture"])
def test_each_type_shows_its_own_steps(instructeur: Client, type_: str) -> None:
    demande = scenes.demande("soumise", type_=type_)
    html = page(instructeur, demande)
    assert (demande.fc_numero_habilitation or demande.uais[0]) in html
    assert ("Les établissements" in html) is (type_ == "ecriture")


def test_differences_between_submissions_are_read_by_field(instructeur: Client) -> None:
    demande = scenes.demande("modifications_demandees")
    demande.destinataires = "Guichet"
    demande.scopes = ["mesri_inscription_etudiant", "mesri_identifiant"]
    demande.save()
    contact = demande.contacts.get(role="technique")
    contact.courriel = "nouveau@exemple.test"
    contact.save()
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    html = " ".join(page(instructeur, demande).split())
    assert "Depuis la soumission précédente" in html
    assert "Avant :</span> Agents de la billettique" in html
    assert "Après :</span> Guichet" in html
    assert "Ajouté :</span> INE (identifiant national étudiant)" in html
    assert "Retiré :</span> <del>Identité</del>" in html
    assert "Contact technique : adresse e-mail" in html
    assert "Depuis l&#x27;habilitation" not in html


def test_a_reopening_is_compared_with_the_habilitation(instructeur: Client) -> None:
    demande = scenes.demande("soumise", reouverture=True)
    html = " ".join(page(instructeur, demande).split())
    assert f"Depuis l'habilitation {demande.habilitation.numero}" in html
    assert "Après :</span> Agents de la billettique et du guichet" in html
    # The commitments are asked again at each reopening: they are no change.
    assert (
        "conditions générales acceptées"
        not in html[html.index("Changements") : html.index("La demande</h2>")]
    )


def test_history_says_who_in_which_role_and_in_which_words(instructeur: Client) -> None:
    demande = scenes.demande("refusee")
    evenement = demande.evenements.get(acte="refuser")
    evenement.acteur.nom = "Renommée"
    evenement.acteur.save()
    html = page(instructeur, demande)
    historique = html[html.index('id="historique"') :]
    assert evenement.acteur_nom in historique
    assert "Renommée" not in historique
    assert "a refusé la demande" in historique
    assert "Sans base légale." in historique
    assert historique.index("a refusé") < historique.index("a soumis")


def test_nothing_that_the_applicant_writes_is_html(instructeur: Client) -> None:
    demande = scenes.demande("soumise", description="<script>alert(1)</script>", intitule="<b>x</b>")
    html = page(instructeur, demande)
    assert "<script>alert" not in html
    assert "<b>x</b>" not in html


def document(demande: object, *, analyse: str) -> Document:
    return Document.objects.create(
        demande=demande,
        genre="cadre",
        nom="délibération.pdf",
        contenu=b"%PDF-1.7 x",
        taille=10,
        sha256="0" * 64,
        analyse=analyse,
        depose_par=demande.demandeur,
    )


def test_a_sound_document_is_downloaded_as_an_attachment(instructeur: Client) -> None:
    demande = scenes.demande("soumise")
    joint = document(demande, analyse="sain")
    adresse = reverse("instruction-document", args=[demande.pk, joint.pk])
    assert adresse in page(instructeur, demande)
    response = instructeur.get(adresse)
    assert response.content == b"%PDF-1.7 x"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_document_that_no_scanner_read_is_said_so_beside_its_link(
    instructeur: Client, settings: object
) -> None:
    demande = scenes.demande("soumise")
    joint = document(demande, analyse="sans_avis")
    html = page(instructeur, demande)
    assert reverse("instruction-document", args=[demande.pk, joint.pk]) in html
    assert "Non analysé par un antivirus" in html
    assert "Aucun antivirus n'est en service" in html
    settings.CLAMAV_HOST = "127.0.0.1"
    assert "Aucun antivirus n'est en service" not in page(instructeur, demande)


@pytest.mark.parametrize("analyse", ["en_attente", "infecte"])
def test_an_unsound_document_does_not_leave(instructeur: Client, analyse: str) -> None:
    demande = scenes.demande("soumise")
    joint = document(demande, analyse=analyse)
    adresse = reverse("instruction-document", args=[demande.pk, joint.pk])
    assert adresse not in page(instructeur, demande)
    assert instructeur.get(adresse).status_code == 404


def test_the_document_of_another_request_is_not_found(instructeur: Client) -> None:
    joint = document(scenes.demande("soumise"), analyse="sain")
    autre = scenes.demande("soumise")
    assert instructeur.get(reverse("instruction-document", args=[autre.pk, joint.pk])).status_code == 404


def test_the_applicant_s_messages_are_unread_until_an_instructor_opens_the_page(
    connecter: Connecter,
) -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(demande_id=demande.pk, acteur=Acteur(demande.demandeur), texte="Où en est-on ?")
    rapporteur, instructeur = connecter("rapporteur"), connecter("instructeur")
    assert "1 non lu" in page(rapporteur, demande)
    assert "1 non lu" in page(instructeur, demande)
    assert "1 non lu" not in page(instructeur, demande)


def test_an_instructor_writes_to_the_applicant_who_is_told(instructeur: Client) -> None:
    demande = scenes.demande("soumise")
    adresse = reverse("instruction-message", args=[demande.pk])
    vide = instructeur.post(adresse, {"texte": "  "})
    assert vide.status_code == 422
    response = instructeur.post(adresse, {"texte": "Pouvez-vous préciser ?"})
    assert response.status_code == 302
    assert "Pouvez-vous préciser ?" in page(instructeur, demande)
    message = demande.messages.get()
    assert (message.du_ministere, message.auteur) == (True, instructeur.compte)


def test_a_reporter_does_not_write_and_what_they_typed_is_not_lost(connecter: Connecter) -> None:
    demande = scenes.demande("soumise")
    response = connecter("rapporteur").post(
        reverse("instruction-message", args=[demande.pk]), {"texte": "Bonjour à vous"}
    )
    assert response.status_code == 422
    assert not demande.messages.exists()


def test_the_number_of_queries_does_not_depend_on_what_is_shown(
    instructeur: Client, django_assert_max_num_queries: object
) -> None:
    demande = scenes.demande("modifications_demandees")
    for rang in range(4):
        messagerie.envoyer(demande_id=demande.pk, acteur=Acteur(demande.demandeur), texte=f"Message {rang}")
        document(demande, analyse="sain")
        demande.refresh_from_db()
        demande.destinataires = f"Service {rang}"
        demande.save()
        actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
        actes.demander_modifications(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Encore")
        scenes.demande("validee", acteur=Acteur(demande.demandeur))
    with django_assert_max_num_queries(26):
        page(instructeur, demande)
