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

pytestmark = pytest.mark.django_db


def page(client: Client, demande: object) -> str:
    response = client.get(reverse("instruction-demande", args=[demande.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "etat", ["brouillon", "soumise", "modifications_demandees", "validee", "refusee", "revoquee", "archivee"]
)
def test_chaque_etat_a_sa_page_avec_tous_les_blocs(instructeur: Client, etat: str) -> None:
    demande = scenes.demande(etat)
    html = page(instructeur, demande)
    for attendu in (
        demande.numero,
        escape(demande.get_etat_display()),
        "Agents de la billettique",
        "12 mois",
        "Code des transports, article L1231-1",
        "Inscriptions en formation initiale (mesri_inscription_etudiant)",
        f"technique{demande.pk}@exemple.test",
    ):
        assert attendu in html


@pytest.mark.parametrize("type_", ["franceconnect", "ecriture"])
def test_chaque_type_montre_ses_propres_etapes(instructeur: Client, type_: str) -> None:
    demande = scenes.demande("soumise", type_=type_)
    html = page(instructeur, demande)
    assert (demande.fc_numero_habilitation or demande.uais[0]) in html
    assert ("Les établissements" in html) is (type_ == "ecriture")


def test_les_differences_entre_soumissions_se_lisent_par_champ(instructeur: Client) -> None:
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
    assert "Ajouté :</span> INE (identifiant national étudiant) (mesri_identifiant)" in html
    assert "Retiré :</span> <del>Identité (mesri_identite)</del>" in html
    assert "Contact technique : adresse e-mail" in html
    assert "Depuis l&#x27;habilitation" not in html


def test_une_reouverture_se_compare_a_l_habilitation(instructeur: Client) -> None:
    demande = scenes.demande("soumise", reouverture=True)
    html = " ".join(page(instructeur, demande).split())
    assert f"Depuis l'habilitation {demande.habilitation.numero}" in html
    assert "Après :</span> Agents de la billettique et du guichet" in html
    # The commitments are asked again at each reopening: they are no change.
    assert (
        "conditions générales acceptées"
        not in html[html.index("Changements") : html.index("La demande</h2>")]
    )


def test_l_historique_dit_qui_dans_quel_role_et_en_quels_mots(instructeur: Client) -> None:
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


def test_rien_de_ce_que_le_demandeur_ecrit_n_est_du_html(instructeur: Client) -> None:
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


def test_un_document_sain_se_telecharge_en_piece_jointe(instructeur: Client) -> None:
    demande = scenes.demande("soumise")
    joint = document(demande, analyse="sain")
    adresse = reverse("instruction-document", args=[demande.pk, joint.pk])
    assert adresse in page(instructeur, demande)
    response = instructeur.get(adresse)
    assert response.content == b"%PDF-1.7 x"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("analyse", ["en_attente", "infecte"])
def test_un_document_qui_n_est_pas_sain_ne_sort_pas(instructeur: Client, analyse: str) -> None:
    demande = scenes.demande("soumise")
    joint = document(demande, analyse=analyse)
    adresse = reverse("instruction-document", args=[demande.pk, joint.pk])
    assert adresse not in page(instructeur, demande)
    assert instructeur.get(adresse).status_code == 404


def test_le_document_d_une_autre_demande_est_introuvable(instructeur: Client) -> None:
    joint = document(scenes.demande("soumise"), analyse="sain")
    autre = scenes.demande("soumise")
    assert instructeur.get(reverse("instruction-document", args=[autre.pk, joint.pk])).status_code == 404


def test_les_messages_du_demandeur_sont_non_lus_jusqu_a_ce_qu_un_instructeur_ouvre_la_page(
    connecter: Connecter,
) -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(demande_id=demande.pk, acteur=Acteur(demande.demandeur), texte="Où en est-on ?")
    rapporteur, instructeur = connecter("rapporteur"), connecter("instructeur")
    assert "1 non lu" in page(rapporteur, demande)
    assert "1 non lu" in page(instructeur, demande)
    assert "1 non lu" not in page(instructeur, demande)


def test_un_instructeur_ecrit_au_demandeur_qui_est_prevenu(instructeur: Client) -> None:
    demande = scenes.demande("soumise")
    adresse = reverse("instruction-message", args=[demande.pk])
    vide = instructeur.post(adresse, {"texte": "  "})
    assert vide.status_code == 422
    response = instructeur.post(adresse, {"texte": "Pouvez-vous préciser ?"})
    assert response.status_code == 302
    assert "Pouvez-vous préciser ?" in page(instructeur, demande)
    message = demande.messages.get()
    assert (message.du_ministere, message.auteur) == (True, instructeur.compte)


def test_un_rapporteur_n_ecrit_pas_et_ce_qu_il_tape_n_est_pas_perdu(connecter: Connecter) -> None:
    demande = scenes.demande("soumise")
    response = connecter("rapporteur").post(
        reverse("instruction-message", args=[demande.pk]), {"texte": "Bonjour à vous"}
    )
    assert response.status_code == 422
    assert not demande.messages.exists()


def test_le_nombre_de_requetes_ne_depend_pas_de_ce_qui_est_affiche(
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
    with django_assert_max_num_queries(20):
        page(instructeur, demande)
