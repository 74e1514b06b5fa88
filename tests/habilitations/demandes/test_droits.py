"""Who reads a request, what they see of it, which acts they may do: another's is as if it did not exist."""

import pytest
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import actes, messagerie
from habilitations.models import Demande
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire, source

pytestmark = pytest.mark.django_db

#: Page → whether it is also posted to.
ADRESSES = {
    "": False,
    "/etapes/projet": True,
    "/recapitulatif": False,
    "/recapitulatif.pdf": False,
    "/actes/soumettre": True,
    "/actes/archiver": True,
    "/documents/1": False,
}


def lecteurs(demande: Demande) -> dict[str, object]:
    return {
        "demandeur": demande.demandeur,
        "collegue": scenes.compte(organisation=demande.organisation),
        "contact": scenes.compte(courriel=demande.contacts.get(role="technique").courriel),
        "rapporteur": scenes.compte("rapporteur"),
    }


@pytest.mark.parametrize("adresse", ADRESSES)
def test_another_s_request_answers_like_an_absent_one(client: Client, adresse: str) -> None:
    demande = scenes.brouillon()
    client.force_login(scenes.demandeur().compte)
    for methode, statut in ((client.get, 404), (client.post, 404 if ADRESSES[adresse] else 405)):
        autre = methode(f"/demandes/{demande.pk}{adresse}")
        absente = methode(f"/demandes/{demande.pk + 1000}{adresse}")
        assert (autre.status_code, absente.status_code) == (statut, statut)
        if statut == 404:
            assert lire(autre).texte == lire(absente).texte
    assert client.post(f"/demandes/{demande.pk}/messages", {"texte": "x"}).status_code == 404


def test_everybody_reads_what_concerns_them(client: Client) -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Une précision ?")
    for nom, compte in lecteurs(demande).items():
        client.force_login(compte)
        page = source(client.get(f"/demandes/{demande.pk}"))
        assert "Tarif étudiant des transports" in page
        suivie = nom != "contact"
        assert ("Historique" in page, "Une précision ?" in page) == (suivie, suivie), nom
        assert ("Votre message aux instructeurs" in page) == (nom == "demandeur"), nom


@pytest.mark.parametrize("acte", ["soumettre", "archiver", "transferer"])
def test_only_the_applicant_does_their_acts(client: Client, acte: str) -> None:
    demande = scenes.brouillon()
    for nom, compte in lecteurs(demande).items():
        if nom == "demandeur":
            continue
        client.force_login(compte)
        for methode in (client.get, client.post):
            assert methode(f"/demandes/{demande.pk}/actes/{acte}")["Location"] == f"/demandes/{demande.pk}"
        assert client.get(f"/demandes/{demande.pk}/etapes/projet")["Location"] == f"/demandes/{demande.pk}"
    demande.refresh_from_db()
    assert demande.etat == "brouillon"


def test_an_act_of_the_ministry_has_no_page_here(client: Client) -> None:
    demande = scenes.demande("soumise")
    client.force_login(scenes.compte("instructeur"))
    for acte in ("valider", "refuser", "inconnu", "creer"):
        assert client.post(f"/demandes/{demande.pk}/actes/{acte}").status_code == 404


def test_reading_the_page_of_an_act_does_not_do_it(client: Client) -> None:
    demande = scenes.brouillon()
    client.force_login(demande.demandeur)
    for acte in ("soumettre", "archiver", "transferer"):
        assert client.get(f"/demandes/{demande.pk}/actes/{acte}").status_code == 200
    demande.refresh_from_db()
    assert (demande.etat, demande.demandeur_id) == ("brouillon", demande.demandeur.pk)


def test_the_applicant_archives_transfers_reopens_and_gives_up(client: Client) -> None:
    demande = scenes.demande("validee")
    client.force_login(demande.demandeur)
    chemin = f"/demandes/{demande.pk}"
    assert client.get(f"{chemin}/actes/archiver")["Location"] == chemin  # its habilitation is active
    assert client.post(f"{chemin}/actes/rouvrir")["Location"] == f"{chemin}/recapitulatif"
    resume = client.get(f"{chemin}/recapitulatif").content.decode()
    assert "Rien pour l'instant" in resume.replace("&#x27;", "'")
    # What is left to do, and why it is asked again.
    assert "ses engagements se prennent de nouveau" in resume
    assert "Acceptez de nouveau les conditions" in resume
    engagements = client.get(f"{chemin}/etapes/engagements").content.decode()
    assert "se prennent de nouveau" in engagements
    client.post(f"{chemin}/actes/annuler_reouverture")
    demande.refresh_from_db()
    assert demande.etat == "validee"
    collegue = scenes.compte(organisation=demande.organisation)
    etranger = scenes.compte()
    assert client.post(f"{chemin}/actes/transferer", {"vers": etranger.pk}).status_code == 422
    client.post(f"{chemin}/actes/transferer", {"vers": collegue.pk})
    demande.refresh_from_db()
    assert demande.demandeur != collegue
    client.force_login(collegue)
    assert client.post(f"{chemin}/actes/accepter_transfert")["Location"] == chemin
    demande.refresh_from_db()
    assert demande.demandeur == collegue


def test_only_who_instructs_finds_the_way_to_the_instruction(client: Client) -> None:
    demande = scenes.demande("soumise")
    chemin = f"/demandes/{demande.pk}"
    client.force_login(scenes.compte("rapporteur"))
    assert f'href="/instruction{chemin}"' in client.get(chemin).content.decode()
    client.force_login(demande.demandeur)
    assert "/instruction/" not in client.get(chemin).content.decode()


def test_a_reopening_without_change_cannot_be_submitted(client: Client) -> None:
    demande = scenes.demande("validee")
    client.force_login(demande.demandeur)
    actes.rouvrir(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    Demande.objects.filter(pk=demande.pk).update(cgu_acceptees=True, dpd_informe=True)
    page = client.post(f"/demandes/{demande.pk}/actes/soumettre", follow=True).content.decode()
    assert "Rien n" in page
    demande.refresh_from_db()
    assert demande.etat == "brouillon"


def test_a_habilitation_shows_what_was_approved_even_once_replaced(client: Client) -> None:
    demande = scenes.demande("brouillon", reouverture=True)
    ancienne = demande.habilitation
    Demande.objects.filter(pk=demande.pk).update(intitule="Tarif revu")
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    actes.valider(demande_id=demande.pk, acteur=scenes.instructeur())
    demande.refresh_from_db()
    for nom, compte in lecteurs(demande).items():
        client.force_login(compte)
        neuve = client.get(f"/habilitations/{demande.habilitation_id}").content.decode()
        vieille = client.get(f"/habilitations/{ancienne.pk}").content.decode()
        assert "Tarif revu" in neuve, nom
        assert ("Tarif étudiant des transports" in vieille, "Tarif revu" in vieille) == (True, False), nom
        assert "Gérer les jetons" in neuve, nom
        assert "Gérer les jetons" not in vieille
    client.force_login(scenes.demandeur().compte)
    for adresse in (f"/habilitations/{demande.habilitation_id}", "/habilitations/999999999999999999999"):
        assert client.get(adresse).status_code == 404


def test_a_habilitation_made_by_command_is_read_by_its_organisation(client: Client) -> None:
    habilitation = fabriques.habilitation()
    client.force_login(scenes.compte(organisation=habilitation.organisation))
    assert habilitation.intitule in client.get(f"/habilitations/{habilitation.pk}").content.decode()


def test_nothing_is_read_without_signing_in(client: Client) -> None:
    demande = scenes.brouillon()
    for adresse in ("/demandes", "/demandes/nouvelle", f"/demandes/{demande.pk}", "/habilitations"):
        assert client.get(adresse)["Location"].startswith("/connexion")
