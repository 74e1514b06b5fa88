"""Documents joined to messages: checked as those of the form, read by who reads the thread, never part of the form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.demandes import actes, documents, instantane, messagerie
from habilitations.demandes.messagerie import Piece
from habilitations.models import Courriel, Document, Message
from tests.habilitations import scenes
from tests.habilitations.demandes.pdfs import pdf
from tests.portail.pages import lire, source

pytestmark = pytest.mark.django_db


def fichiers(*noms: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(nom, pdf(taille=1000 + rang)) for rang, nom in enumerate(noms)]


def test_the_applicant_joins_two_documents_and_the_instructor_reads_them(client: Client) -> None:
    demande = scenes.demande("soumise")
    agent = scenes.instructeur()
    client.force_login(demande.demandeur)
    corps = {"texte": "Voici la délibération.", "pieces": fichiers("deliberation.pdf", "annexe.pdf")}
    assert client.post(reverse("demande-message", args=[demande.pk]), corps).status_code == 302
    message = demande.messages.get()
    avis = Courriel.objects.get(genre="nouveau_message", destinataire=agent.compte.courriel)
    assert [d.nom for d in message.documents.order_by("pk")] == ["deliberation.pdf", "annexe.pdf"]
    joint = message.documents.order_by("pk")[0]
    assert reverse("demande-document", args=[demande.pk, joint.pk]) in source(
        client.get(reverse("demande", args=[demande.pk]))
    )
    assert "2 documents sont joints à ce message" in avis.texte
    client.force_login(agent.compte)
    adresse = reverse("instruction-document", args=[demande.pk, joint.pk])
    assert adresse in source(client.get(reverse("instruction-demande", args=[demande.pk])))
    recu = client.get(adresse)
    assert recu.content == pdf(taille=1000)
    assert recu["Content-Disposition"].startswith("attachment;")


def test_the_instructor_joins_one_to_the_applicant(client: Client) -> None:
    demande = scenes.demande("soumise")
    client.force_login(scenes.instructeur().compte)
    client.post(
        reverse("instruction-message", args=[demande.pk]),
        {"texte": "Un modèle à suivre.", "pieces": fichiers("modele.pdf")},
    )
    client.force_login(demande.demandeur)
    page = lire(client.get(reverse("demande", args=[demande.pk]))).texte
    assert "modele.pdf" in page
    assert "Un document est joint à ce message" in Courriel.objects.get(genre="nouveau_message").texte


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"PK\x03\x04", "n'est pas un PDF lisible"),
        (b"", "est vide"),
        (pdf(taille=11 * 1024 * 1024), "dépasse 10 Mo"),
    ],
    ids=["zip", "vide", "11 Mo"],
)
def test_what_is_no_pdf_is_refused_and_no_message_leaves(client: Client, contenu: bytes, dit: str) -> None:
    demande = scenes.demande("soumise")
    client.force_login(demande.demandeur)
    refus = client.post(
        reverse("demande-message", args=[demande.pk]),
        {"texte": "Voici.", "pieces": SimpleUploadedFile("faux.pdf", contenu)},
    )
    assert refus.status_code == 422
    assert f"faux.pdf : Ce fichier {dit}" in lire(refus).texte
    assert not Message.objects.exists()
    assert not Document.objects.exists()


def test_a_mere_contact_does_not_download_what_a_message_joins(client: Client) -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(
        demande_id=demande.pk,
        acteur=Acteur(demande.demandeur),
        texte="Entre nous.",
        pieces=[Piece("interne.pdf", pdf())],
    )
    adresse = reverse("demande-document", args=[demande.pk, Document.objects.get().pk])
    for compte, statut in (
        (demande.demandeur, 200),
        (scenes.compte(organisation=demande.organisation), 200),
        (scenes.compte(courriel=demande.contacts.get(role="technique").courriel), 404),
        (scenes.demandeur().compte, 404),
    ):
        client.force_login(compte)
        assert client.get(adresse).status_code == statut


def test_it_is_no_part_of_the_form_and_stays_whatever_becomes_of_it() -> None:
    demande = scenes.demande("brouillon", reouverture=True)
    messagerie.envoyer(
        demande_id=demande.pk,
        acteur=Acteur(demande.demandeur),
        texte="Pour mémoire.",
        pieces=[Piece("note.pdf", pdf())],
    )
    joint = Document.objects.get()
    assert instantane.prendre(demande)["documents"] == []
    with pytest.raises(documents.ActeRefuse, match="plus joint"):
        documents.retirer(demande_id=demande.pk, acteur=Acteur(demande.demandeur), document_id=joint.pk)
    actes.annuler_reouverture(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    joint.refresh_from_db()
    assert joint.retire_le is None


def test_seven_are_refused_whoever_sends_them() -> None:
    demande = scenes.demande("soumise")
    sept = [Piece(f"{n}.pdf", pdf(taille=1000 + n)) for n in range(7)]
    with pytest.raises(documents.DocumentRefuse, match="6 documents au plus"):
        messagerie.envoyer(
            demande_id=demande.pk, acteur=Acteur(demande.demandeur), texte="Tout.", pieces=sept
        )
    assert not Message.objects.exists()


def test_the_database_knows_a_document_of_a_message_from_one_of_the_form() -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(
        demande_id=demande.pk,
        acteur=Acteur(demande.demandeur),
        texte="Voici.",
        pieces=[Piece("a.pdf", pdf())],
    )
    with pytest.raises(IntegrityError, match="document_de_formulaire_ou_de_message"), transaction.atomic():
        Document.objects.update(message=None)
    with pytest.raises(IntegrityError, match="document_de_formulaire_ou_de_message"), transaction.atomic():
        Document.objects.update(genre="cadre")
