"""What goes on when a request ends badly, or when somebody named in it knew nothing of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.demandes import actes, constats, duplication, non_informe
from habilitations.models import Courriel, Demande
from habilitations.refus import ActeRefuse
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db


def lien(demande: Demande, role: str) -> str:
    """As the mail of the approval gives it to this person."""
    texte = Courriel.objects.get(
        genre="information_validation", destinataire=f"{role}{demande.pk}@exemple.test"
    ).texte
    return re.search(r"/demandes/non-informe/\S+", texte)[0]


def test_the_officer_says_in_one_click_and_without_account_that_they_knew_nothing(client: Client) -> None:
    demande = scenes.demande("validee")
    adresse = lien(demande, "dpd")
    page = lire(client.get(adresse)).texte
    assert demande.intitule in page
    assert demande.organisation.nom in page
    assert str(demande.demandeur) in page
    assert not demande.evenements.filter(acte="non_informe").exists()  # a GET says nothing
    fait = client.post(adresse)
    assert "Le ministère le sait" in lire(fait).texte
    assert fait.headers["Referrer-Policy"] == "strict-origin"
    evenement = demande.evenements.get(acte="non_informe")
    assert "délégué à la protection des données" in evenement.acteur_nom
    assert any("ne pas en avoir connaissance" in un.dit for un in constats.doutes(demande))
    assert Courriel.objects.filter(genre="non_informe", demande=demande).exists()


def test_it_is_said_once_by_each_however_often_they_click(client: Client) -> None:
    demande = scenes.demande("validee")
    for _ in range(3):
        assert client.post(lien(demande, "dpd")).status_code == 200
    client.post(lien(demande, "responsable_traitement"))
    assert demande.evenements.filter(acte="non_informe").count() == 2
    assert len({courriel.cle for courriel in Courriel.objects.filter(genre="non_informe")}) == (
        Courriel.objects.filter(genre="non_informe").count()
    )


def test_who_is_no_longer_named_does_not_speak_for_who_is_named_in_their_place(client: Client) -> None:
    demande = scenes.demande("validee")
    ancien = lien(demande, "dpd")
    demandeur = Acteur(demande.demandeur)
    actes.rouvrir(demande_id=demande.pk, acteur=demandeur)
    demande.contacts.filter(role="dpd").update(nom="Lenoir", courriel="lenoir@exemple.test")
    # As long as the change is not approved, the former officer is that of the habilitation in force.
    assert client.get(ancien).status_code == 200
    demande.refresh_from_db()
    demande.cgu_acceptees = demande.dpd_informe = True
    demande.save()
    actes.soumettre(demande_id=demande.pk, acteur=demandeur)
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    assert client.get(ancien).status_code == 404
    assert client.post(ancien).status_code == 404
    assert not demande.evenements.filter(acte="non_informe").exists()
    texte = Courriel.objects.get(genre="information_validation", destinataire="lenoir@exemple.test").texte
    client.post(re.search(r"/demandes/non-informe/\S+", texte)[0])
    assert "Lenoir" in demande.evenements.get(acte="non_informe").acteur_nom


def test_what_the_former_officer_said_does_not_silence_the_next_one(client: Client) -> None:
    demande = scenes.demande("soumise")
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    client.post(lien(demande, "dpd"))
    demande.contacts.filter(role="dpd").update(nom="Lenoir", courriel="lenoir@exemple.test")
    demande.refresh_from_db()
    client.post(non_informe.adresse(demande, "lenoir@exemple.test"))
    assert demande.evenements.filter(acte="non_informe").count() == 2


@pytest.mark.parametrize("jeton", ["x", "WzEsICJkcGQiXQ:1abcde:faux"])
def test_a_link_that_is_none_of_ours_says_so_and_does_nothing(client: Client, jeton: str) -> None:
    demande = scenes.demande("validee")
    adresse = reverse("demande-non-informe", args=[jeton])
    assert client.get(adresse).status_code == 404
    assert "pas reconnu" in lire(client.post(adresse)).texte
    assert not demande.evenements.filter(acte="non_informe").exists()


def test_the_technical_contact_has_no_such_link() -> None:
    demande = scenes.demande("validee")
    contact = f"technique{demande.pk}@exemple.test"
    assert not Courriel.objects.filter(destinataire=contact, texte__contains="/non-informe/").exists()


@pytest.mark.parametrize("etat", ["refusee", "revoquee", "archivee"])
def test_a_closed_request_is_taken_up_in_a_new_draft(client: Client, etat: str) -> None:
    ancienne = scenes.demande(etat)
    client.force_login(ancienne.demandeur)
    assert "Reprendre cette demande" in lire(client.get(reverse("demande", args=[ancienne.pk]))).texte
    client.post(reverse("demande-reprendre", args=[ancienne.pk]))
    nouvelle = Demande.objects.latest("pk")
    assert nouvelle.pk != ancienne.pk
    assert (nouvelle.etat, nouvelle.demandeur, nouvelle.organisation) == (
        "brouillon", ancienne.demandeur, ancienne.organisation,
    )  # fmt: skip
    for champ in ("intitule", "description", "scopes", "destinataires", "conservation_mois", "cadre_url"):
        assert getattr(nouvelle, champ) == getattr(ancienne, champ)
    assert not nouvelle.cgu_acceptees
    assert not nouvelle.dpd_informe
    assert {contact.role: contact.courriel for contact in nouvelle.contacts.all()} == {
        contact.role: contact.courriel for contact in ancienne.contacts.all()
    }
    ancienne.refresh_from_db()
    assert ancienne.etat == etat


@pytest.mark.parametrize("etat", ["brouillon", "soumise", "validee"])
def test_a_request_that_goes_on_is_not_taken_up(etat: str) -> None:
    demande = scenes.demande(etat)
    with pytest.raises(ActeRefuse):
        duplication.dupliquer(demande=demande, acteur=Acteur(demande.demandeur))


def test_nobody_takes_up_another_s_request(client: Client) -> None:
    demande = scenes.demande("refusee")
    collegue = scenes.compte(organisation=demande.organisation)
    client.force_login(collegue)
    client.post(reverse("demande-reprendre", args=[demande.pk]))
    assert Demande.objects.count() == 1
    client.force_login(scenes.compte())
    assert client.post(reverse("demande-reprendre", args=[demande.pk])).status_code == 404


def test_what_was_taken_up_may_be_submitted_once_committed_again() -> None:
    ancienne = scenes.demande("refusee")
    acteur = Acteur(ancienne.demandeur)
    nouvelle = duplication.dupliquer(demande=ancienne, acteur=acteur)
    nouvelle.cgu_acceptees = nouvelle.dpd_informe = True
    nouvelle.save()
    assert actes.soumettre(demande_id=nouvelle.pk, acteur=acteur).etat == "soumise"


@pytest.mark.parametrize("etat", ["brouillon", "soumise", "modifications_demandees"])
def test_a_habilitation_is_revoked_without_waiting_for_the_end_of_a_modification(
    client: Client, etat: str
) -> None:
    demande = scenes.demande(etat, reouverture=True)
    habilitation = demande.habilitation
    jeton = scenes.jeton(demande)
    agent = scenes.instructeur()
    client.force_login(agent.compte)
    assert (
        "Révoquer l'habilitation" in lire(client.get(reverse("instruction-demande", args=[demande.pk]))).texte
    )
    actes.revoquer(demande_id=demande.pk, acteur=agent, texte="Usage abusif")
    demande.refresh_from_db()
    habilitation.refresh_from_db()
    jeton.refresh_from_db()
    assert (demande.etat, habilitation.etat, jeton.vivant) == ("revoquee", "revoquee", False)
    # What was approved is shown again; what was being changed is in the history.
    assert demande.destinataires == "Agents de la billettique"
    assert demande.evenements.get(acte="revoquer").instantane["destinataires"] == (
        "Agents de la billettique et du guichet"
    )


@pytest.mark.parametrize("etat", ["brouillon", "soumise", "modifications_demandees"])
def test_a_request_that_gave_nothing_yet_has_nothing_to_revoke(etat: str) -> None:
    demande = scenes.demande(etat)
    with pytest.raises(ActeRefuse):
        actes.revoquer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Usage abusif")
