"""Who reads a request, what they see of it, which acts they may do: another's is as if it did not exist."""

import pytest
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import actes, messagerie
from habilitations.models import Demande
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

ADRESSES = ("", "/etapes/projet", "/recapitulatif", "/actes/soumettre", "/actes/archiver", "/documents/1")


def lecteurs(demande: Demande) -> dict[str, object]:
    return {
        "demandeur": demande.demandeur,
        "collegue": scenes.compte(organisation=demande.organisation),
        "contact": scenes.compte(courriel=demande.contacts.get(role="technique").courriel),
        "rapporteur": scenes.compte("rapporteur"),
    }


@pytest.mark.parametrize("adresse", ADRESSES)
def test_la_demande_d_un_autre_repond_comme_une_absente(client: Client, adresse: str) -> None:
    demande = scenes.brouillon()
    client.force_login(scenes.demandeur().compte)
    for methode in (client.get, client.post):
        autre = methode(f"/demandes/{demande.pk}{adresse}")
        absente = methode(f"/demandes/{demande.pk + 1000}{adresse}")
        assert (autre.status_code, absente.status_code) in {(404, 404), (405, 405)}
        if autre.status_code == 404:
            assert lire(autre).texte == lire(absente).texte
    assert client.post(f"/demandes/{demande.pk}/messages", {"texte": "x"}).status_code == 404


def test_chacun_lit_ce_qui_le_regarde(client: Client) -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Une précision ?")
    for nom, compte in lecteurs(demande).items():
        client.force_login(compte)
        page = client.get(f"/demandes/{demande.pk}").content.decode()
        assert "Tarif étudiant des transports" in page
        suivie = nom != "contact"
        assert ("Historique" in page, "Une précision ?" in page) == (suivie, suivie), nom
        assert ("Votre message aux instructeurs" in page) == (nom == "demandeur"), nom


@pytest.mark.parametrize("acte", ["soumettre", "archiver", "transferer"])
def test_seul_le_demandeur_fait_ses_actes(client: Client, acte: str) -> None:
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


def test_un_acte_du_ministere_n_a_pas_de_page_ici(client: Client) -> None:
    demande = scenes.demande("soumise")
    client.force_login(scenes.compte("instructeur"))
    for acte in ("valider", "refuser", "inconnu", "creer"):
        assert client.post(f"/demandes/{demande.pk}/actes/{acte}").status_code == 404


def test_lire_la_page_d_un_acte_ne_le_fait_pas(client: Client) -> None:
    demande = scenes.brouillon()
    client.force_login(demande.demandeur)
    for acte in ("soumettre", "archiver", "transferer"):
        assert client.get(f"/demandes/{demande.pk}/actes/{acte}").status_code == 200
    demande.refresh_from_db()
    assert (demande.etat, demande.demandeur_id) == ("brouillon", demande.demandeur.pk)


def test_le_demandeur_archive_transfere_rouvre_et_abandonne(client: Client) -> None:
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


def test_qui_instruit_trouve_le_chemin_de_l_instruction_et_lui_seul(client: Client) -> None:
    demande = scenes.demande("soumise")
    chemin = f"/demandes/{demande.pk}"
    client.force_login(scenes.compte("rapporteur"))
    assert f'href="/instruction{chemin}"' in client.get(chemin).content.decode()
    client.force_login(demande.demandeur)
    assert "/instruction/" not in client.get(chemin).content.decode()


def test_une_reouverture_sans_changement_ne_se_soumet_pas(client: Client) -> None:
    demande = scenes.demande("validee")
    client.force_login(demande.demandeur)
    actes.rouvrir(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    Demande.objects.filter(pk=demande.pk).update(cgu_acceptees=True, dpd_informe=True)
    page = client.post(f"/demandes/{demande.pk}/actes/soumettre", follow=True).content.decode()
    assert "Rien n" in page
    demande.refresh_from_db()
    assert demande.etat == "brouillon"


def test_une_habilitation_montre_ce_qui_a_ete_valide_meme_remplacee(client: Client) -> None:
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
        assert ("Gérer les jetons" in neuve) == (nom != "contact"), nom
        assert "Gérer les jetons" not in vieille
    client.force_login(scenes.demandeur().compte)
    for adresse in (f"/habilitations/{demande.habilitation_id}", "/habilitations/999999999999999999999"):
        assert client.get(adresse).status_code == 404


def test_une_habilitation_faite_par_commande_se_lit_par_son_organisation(client: Client) -> None:
    habilitation = fabriques.habilitation()
    client.force_login(scenes.compte(organisation=habilitation.organisation))
    assert habilitation.intitule in client.get(f"/habilitations/{habilitation.pk}").content.decode()


def test_sans_connexion_rien_ne_se_lit(client: Client) -> None:
    demande = scenes.brouillon()
    for adresse in ("/demandes", "/demandes/nouvelle", f"/demandes/{demande.pk}", "/habilitations"):
        assert client.get(adresse)["Location"].startswith("/connexion")
