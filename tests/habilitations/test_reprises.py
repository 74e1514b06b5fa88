"""A colleague takes over the request of an applicant who has left, and nobody else's."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.demandes import actes, historique
from habilitations.models import Compte, Courriel, Demande, Rattachement
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

DEPART = "Claude est partie à la retraite en juin."


def vu_il_y_a(compte: Compte, jours: int) -> None:
    Compte.objects.filter(pk=compte.pk).update(last_login=timezone.now() - timedelta(days=jours))


def collegue_de(demande: Demande) -> Acteur:
    return Acteur(scenes.compte(organisation=demande.organisation))


def reprendre(demande: Demande, acteur: Acteur, texte: str = DEPART) -> Demande:
    return actes.reprendre(demande_id=demande.pk, acteur=acteur, texte=texte)


def test_the_colleague_takes_over_the_former_is_told_and_the_instructor_sees_it(client: Client) -> None:
    demande = scenes.demande("soumise")
    ancien, collegue = demande.demandeur, collegue_de(demande)
    vu_il_y_a(ancien, 61)
    client.force_login(collegue.compte)
    adresse = reverse("demande-acte", args=[demande.pk, "reprendre"])
    assert adresse in client.get(reverse("demande", args=[demande.pk])).content.decode()
    assert "Ce que vous savez du départ" in lire(client.get(adresse)).texte
    assert client.post(adresse, {"texte": ""}).status_code == 422
    assert (
        "Vous êtes le demandeur de" in client.post(adresse, {"texte": DEPART}, follow=True).content.decode()
    )
    demande.refresh_from_db()
    assert demande.demandeur == collegue.compte
    (avis,) = Courriel.objects.filter(genre="demande_reprise")
    assert avis.destinataire == ancien.courriel
    assert DEPART in avis.texte
    assert Courriel.objects.get(genre="demande_transferee").destinataire == collegue.compte.courriel
    client.force_login(scenes.instructeur().compte)
    dossier = lire(client.get(reverse("instruction-demande", args=[demande.pk]))).texte
    assert "a repris la demande de son ancien demandeur" in dossier
    assert f"De {ancien} à {collegue.compte}" in dossier
    assert DEPART in dossier


@pytest.mark.parametrize("depart", ["compte_ferme", "lien_retire", "lien_refuse", "jamais_revu"])
def test_what_shows_that_the_applicant_has_left(depart: str) -> None:
    demande = scenes.demande("validee")
    ancien = demande.demandeur
    vu_il_y_a(ancien, 1)
    lien = Rattachement.objects.get(compte=ancien)
    if depart == "compte_ferme":
        Compte.objects.filter(pk=ancien.pk).update(is_active=False)
    elif depart == "lien_retire":
        lien.delete()
    elif depart == "lien_refuse":
        Rattachement.objects.filter(pk=lien.pk).update(
            verifie=False,
            verifie_par=scenes.instructeur().compte,
            preuve="Inconnue.",
            refuse_le=timezone.now(),
        )
    else:
        Compte.objects.filter(pk=ancien.pk).update(
            last_login=None, cree_le=timezone.now() - timedelta(days=60)
        )
    collegue = collegue_de(demande)
    assert reprendre(demande, collegue).demandeur == collegue.compte
    # An account that is closed reads no mail.
    assert Courriel.objects.filter(genre="demande_reprise").exists() == (depart != "compte_ferme")


def test_an_applicant_who_is_there_keeps_the_request_and_the_page_says_until_when(client: Client) -> None:
    demande = scenes.demande("soumise")
    vu_il_y_a(demande.demandeur, 59)
    collegue = collegue_de(demande)
    with pytest.raises(actes.ActeRefuse, match="moins de 60 jours"):
        reprendre(demande, collegue)
    client.force_login(collegue.compte)
    page = client.get(reverse("demande", args=[demande.pk]))
    assert reverse("demande-acte", args=[demande.pk, "reprendre"]) not in page.content.decode()
    assert "elle pourra être reprise à partir du" in lire(page).texte


@pytest.mark.parametrize("qui", ["non_verifie", "etranger", "contact", "incarne"])
def test_nobody_but_a_verified_colleague_in_their_own_name(qui: str) -> None:
    demande = scenes.demande("soumise")
    vu_il_y_a(demande.demandeur, 100)
    if qui == "non_verifie":
        compte = scenes.compte()
        Rattachement.objects.create(compte=compte, organisation=demande.organisation, verifie=False)
        acteur = Acteur(compte)
    elif qui == "contact":
        acteur = Acteur(scenes.compte(courriel=demande.contacts.get(role="technique").courriel))
    elif qui == "incarne":
        acteur = Acteur(collegue_de(demande).compte, au_nom_de=scenes.compte("administrateur"))
    else:
        acteur = scenes.demandeur()
    with pytest.raises(actes.ActeRefuse, match="droit"):
        reprendre(demande, acteur)


def test_a_proposed_transfer_is_answered_first() -> None:
    demande = scenes.demande("soumise")
    vers = scenes.transfert(demande)
    vu_il_y_a(demande.demandeur, 100)
    with pytest.raises(actes.ActeRefuse, match=f"proposée à {vers}"):
        reprendre(demande, collegue_de(demande))


def test_an_instructor_who_takes_over_instructs_the_request_no_more_even_handed_on() -> None:
    demande = scenes.demande("soumise")
    vu_il_y_a(demande.demandeur, 100)
    agent = scenes.compte("instructeur", organisation=demande.organisation)
    actes.prendre_en_charge(demande_id=demande.pk, acteur=Acteur(agent))
    assert reprendre(demande, Acteur(agent)).instructeur is None
    suivant = scenes.compte(organisation=demande.organisation)
    Compte.objects.filter(pk=agent.pk).update(is_active=False)
    reprendre(Demande.objects.get(pk=demande.pk), Acteur(suivant))
    with pytest.raises(actes.ActeRefuse, match="vous l'avez reprise"):
        actes.valider(demande_id=demande.pk, acteur=Acteur(Compte.objects.get(pk=agent.pk)))


def test_the_database_refuses_a_new_applicant_from_outside_the_organisation() -> None:
    demande = scenes.demande("soumise")
    intrus = scenes.demandeur().compte
    evenement = demande.evenements.last()
    evenement.pk, evenement.acte, evenement.acteur, evenement.acteur_role = (
        None,
        "reprendre",
        intrus,
        "collegue",
    )
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('ase.acte', 'reprendre', true)")
    evenement.save(force_insert=True)
    with pytest.raises(IntegrityError, match="personne de l'organisation"), transaction.atomic():
        Demande.objects.filter(pk=demande.pk).update(demandeur=intrus)


def test_the_history_tells_it_on_the_applicants_side() -> None:
    demande = scenes.demande("soumise")
    vu_il_y_a(demande.demandeur, 100)
    collegue = collegue_de(demande)
    reprendre(demande, collegue)
    ligne = historique.lire(demande.evenements.order_by("id"))[0]
    assert (ligne.role, ligne.texte, ligne.du_ministere) == ("collègue du demandeur", DEPART, False)
