"""The technical contact with whom a habilitation was approved manages its tokens, and reads no more than the form."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.demandes import actes, historique
from habilitations.jetons import liens, vie
from habilitations.models import Compte, ContactDeDemande, Courriel, Demande, Habilitation
from tests.habilitations import scenes
from tests.habilitations.jetons import en_service
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db


def contact_de(demande: Demande, role: str = "technique") -> Compte:
    return scenes.compte(courriel=demande.contacts.get(role=role).courriel)


def test_the_contact_is_told_so_with_the_first_token_and_nobody_else_is() -> None:
    demande = scenes.demande("validee")
    (premier,) = Courriel.objects.filter(genre="jeton_a_retirer")
    assert "vous désigne comme contact technique" in premier.texte
    assert f"/habilitations/{demande.habilitation_id}/jetons" in premier.texte
    autre = "prestataire@exemple.test"
    liens.envoyer_lien(
        habilitation=demande.habilitation, destinataire=autre, acteur=Acteur(demande.demandeur)
    )
    second = Courriel.objects.get(genre="jeton_a_retirer", destinataire=autre)
    assert "contact technique" not in second.texte
    assert f"/habilitations/{demande.habilitation_id}/jetons" not in second.texte


def test_the_contact_rotates_restricts_and_revokes_under_their_own_name(client: Client) -> None:
    _, jeton, _ = en_service()
    demande = jeton.habilitation.demandes.get()
    contact = contact_de(demande)
    client.force_login(contact)
    page = lire(client.get(reverse("demande", args=[demande.pk]))).texte
    assert "Gérer les jetons" in page
    assert "Historique" not in page
    assert "Votre message aux instructeurs" not in page
    liste = lire(client.get(reverse("habilitation-jetons", args=[jeton.habilitation_id]))).texte
    assert "Révoquer" in liste
    vie.restreindre(jeton=jeton, acteur=Acteur(contact), adresses=["192.0.2.0/24"])
    revocation = client.post(reverse("jeton-revoquer", args=[jeton.pk]), {"motif": "Serveur remplacé"})
    assert revocation.status_code == 302
    jeton.refresh_from_db()
    assert jeton.motif_revocation == "Serveur remplacé"
    ligne = historique.lire(demande.evenements.order_by("id"))[0]
    assert (ligne.qui, ligne.role, ligne.du_ministere) == (str(contact), "contact technique", False)
    remplacant, valeur = liens.montrer(habilitation=jeton.habilitation, acteur=Acteur(contact))
    assert valeur.startswith("ase_l_")
    assert remplacant.vivant


@pytest.mark.parametrize("role", ["dpd", "responsable_traitement"])
def test_the_other_people_named_see_no_token(client: Client, role: str) -> None:
    _, jeton, _ = en_service()
    demande = jeton.habilitation.demandes.get()
    client.force_login(contact_de(demande, role))
    assert client.get(reverse("demande", args=[demande.pk])).status_code == 200
    assert client.get(reverse("habilitation-jetons", args=[jeton.habilitation_id])).status_code == 404


def test_who_a_draft_names_since_the_approval_manages_nothing_until_it_is_approved(client: Client) -> None:
    demande = scenes.demande("brouillon", reouverture=True)
    valide = contact_de(demande)
    ContactDeDemande.objects.filter(demande=demande, role="technique").update(courriel="neuf@exemple.test")
    neuf = scenes.compte(courriel="neuf@exemple.test")
    page = reverse("habilitation-jetons", args=[demande.habilitation_id])

    def ouvre(compte: Compte) -> int:
        client.force_login(compte)
        return client.get(page).status_code

    assert (ouvre(valide), ouvre(neuf)) == (200, 404)
    # The one who still manages the tokens still reads the request of which they come.
    assert Demande.objects.visibles_par(valide).filter(pk=demande.pk).exists()
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    demande.refresh_from_db()
    page = reverse("habilitation-jetons", args=[demande.habilitation_id])
    assert (ouvre(valide), ouvre(neuf)) == (404, 200)
    assert vie.contact_technique(demande.habilitation) == "neuf@exemple.test"


def test_the_contact_named_in_a_draft_gets_its_sandbox_token_and_a_colleague_does_not(client: Client) -> None:
    demande = scenes.brouillon()
    essai = reverse("demande-bac-a-sable", args=[demande.pk])
    client.force_login(contact_de(demande))
    assert essai in client.get(reverse("demande", args=[demande.pk])).content.decode()
    assert "ase_t_" in client.post(essai, {"format": "court"}).content.decode()
    collegue = scenes.compte(organisation=demande.organisation)
    client.force_login(collegue)
    assert client.get(essai).status_code == 404
    with pytest.raises(vie.JetonRefuse, match="contact technique"):
        vie.essayer(demande=demande, acteur=Acteur(collegue), uais_fictifs=[])


def test_who_managed_the_tokens_never_instructs_the_request_even_once_named_no_more() -> None:
    _, jeton, _ = en_service()
    demande = jeton.habilitation.demandes.get()
    contact = contact_de(demande)
    vie.restreindre(jeton=jeton, acteur=Acteur(contact), adresses=["192.0.2.7"])
    demande.contacts.filter(role="technique").update(courriel="autre@exemple.test")
    Demande.objects.filter(pk=demande.pk).update(
        instantane_valide={**demande.instantane_valide, "contacts": {}}
    )
    contact.roles.create(nom="instructeur")
    with pytest.raises(actes.ActeRefuse, match="agi"):
        actes.revoquer(demande_id=demande.pk, acteur=Acteur(Compte.objects.get(pk=contact.pk)), texte="Abus")


def test_finding_the_requests_of_a_contact_reads_an_index() -> None:
    demande = scenes.demande("validee")
    trouvees = Demande.objects.order_by().techniques_de(contact_de(demande))
    assert list(trouvees) == [demande]
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
    assert "demande_contact_valide" in trouvees.explain()
    assert list(Habilitation.objects.tenues_par(contact_de_nouveau(demande))) == [demande.habilitation]


def contact_de_nouveau(demande: Demande) -> Compte:
    return Compte.objects.get(courriel=demande.contacts.get(role="technique").courriel)
