"""What the instructor sees of who asks: facts and doubts, what settles them, what approving all the same keeps."""

from datetime import date
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.comptes import organisations
from habilitations.comptes.sirene import Etablissement as AuSirene
from habilitations.comptes.sirene import SireneMuet
from habilitations.demandes import actes, constats
from habilitations.jetons.octroi import OctroiRefuse, octroyer
from habilitations.models import Demande, Evenement, Habilitation, Organisation, Rattachement, Role
from habilitations.refus import ActeRefuse
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db


def dits(demande: Demande, *, doute: bool) -> str:
    return " ".join(un.dit for un in constats.constater(demande) if un.doute is doute)


def delier(demande: Demande) -> Rattachement:
    Rattachement.objects.filter(compte=demande.demandeur).update(verifie=False)
    return Rattachement.objects.get(compte=demande.demandeur)


def test_a_verified_colleague_of_an_open_organisation_raises_no_doubt() -> None:
    demande = scenes.demande("soumise")
    scenes.compte(organisation=demande.organisation)
    with patch("habilitations.demandes.constats.sirene.chercher", return_value=AuSirene("Ville", "")):
        assert dits(demande, doute=True) == ""
        vus = dits(demande, doute=False)
    for attendu in ("Vérifié par ProConnect", "collègues vérifiés", "est ouvert"):
        assert attendu in vus


@pytest.mark.parametrize(
    ("reponse", "dit", "doute"),
    [
        (None, "ne connaît pas ce SIRET", True),
        (AuSirene("Ville", "", ferme=True, ferme_le=date(2025, 1, 1)), "fermé depuis le 1", True),
        (SireneMuet(), "n'a pas été consulté", False),
    ],
)
def test_the_state_of_the_siret_is_told(reponse: object, dit: str, doute: bool) -> None:
    demande = scenes.demande("soumise")
    rend = {"side_effect": reponse} if isinstance(reponse, Exception) else {"return_value": reponse}
    with patch("habilitations.demandes.constats.sirene.chercher", **rend):
        assert dit in dits(demande, doute=doute)


def test_a_personal_mailbox_and_a_foreign_domain_are_doubts() -> None:
    demande = scenes.demande("soumise")
    demande.demandeur.courriel = "mairie.dupont@gmail.com"
    demande.demandeur.save()
    assert "Messagerie personnelle (gmail.com)" in dits(demande, doute=True)
    demande.demandeur.courriel = "dupont@autre.test"
    demande.demandeur.save()
    assert "autre.test : est-ce celui" in dits(demande, doute=False)
    scenes.compte(organisation=demande.organisation)
    assert "autre.test, quand les collègues vérifiés ont exemple.test" in dits(demande, doute=True)


@pytest.mark.parametrize(
    ("nom", "siret", "dit", "doute"),
    [
        ("Université de Brest", "meme", "même unité légale", False),
        ("Université de Brest", "19311384200010", "a le SIRET 19311384200010, et l'organisation", True),
        ("Université de Brest", "", "le nom n'est pas celui", True),
        # Its own place is not its own lycée.
        ("Lycée Belleroche", "", "le nom n'est pas celui", True),
        ("Université de Belleroche", "", "le nom n'est pas celui", True),
        ("VILLE DE BELLEROCHE", "", "le nom est celui", False),
        ("École d'art de la ville de Belleroche", "", "le nom est celui", False),
    ],
)
def test_a_town_does_not_write_for_a_university_unnoticed(
    nom: str, siret: str, dit: str, doute: bool
) -> None:
    organisation = fabriques.organisation(nom="Ville de Belleroche")
    siret = organisation.siret if siret == "meme" else siret
    etablissement = fabriques.etablissement(nom=nom, siret=siret)
    demande = scenes.demande(
        "soumise", acteur=scenes.demandeur(organisation), type_="ecriture", uais=[etablissement.uai]
    )
    assert dit in dits(demande, doute=doute)


def test_a_name_that_only_the_applicant_says_proves_no_establishment() -> None:
    siret = "21290019700017"
    organisation = fabriques.organisation(siret=siret, nom=Organisation.nom_provisoire(siret))
    acteur = scenes.demandeur(organisation)
    etablissement = fabriques.etablissement(nom="Université de Brest", siret="")
    acteur.compte.rattachements.update(nom_declare="Université de Brest", verifie=False)
    demande = scenes.demande("soumise", acteur=acteur, type_="ecriture", uais=[etablissement.uai])
    assert "seul le demandeur dit le nom de l'organisation" in dits(demande, doute=True)


def test_another_organisation_s_franceconnect_client_is_a_doubt_and_nobody_is_told_to_revoke_it() -> None:
    # Submitted while nobody had it yet.
    demande = scenes.demande("soumise", type_="franceconnect", fc_client_id="client-partage")
    premiere = scenes.demande("validee", type_="franceconnect", fc_client_id="client-partage")
    assert "celui d'une autre organisation" in dits(demande, doute=True)
    with pytest.raises(ActeRefuse, match="vérifiez l'identifiant") as refus:
        actes.valider(demande_id=demande.pk, acteur=scenes.instructeur(), motif_doutes=scenes.MOTIF_DOUTES)
    assert "révoquez" not in str(refus.value)
    with pytest.raises(OctroiRefuse, match=premiere.habilitation.numero):
        octroyer(
            organisation=premiere.organisation,
            type_=Habilitation.Type.FRANCE_CONNECT,
            intitule="Encore",
            scopes=["mesri_admissions"],
            fc_client_id="client-partage",
        )


def test_a_doubt_is_on_top_of_the_request_and_its_approval_asks_why(client: Client) -> None:
    demande = scenes.demande("soumise")
    delier(demande)
    agent = scenes.instructeur()
    client.force_login(agent.compte)
    assert (
        "seul le demandeur dit" in lire(client.get(reverse("instruction-demande", args=[demande.pk]))).texte
    )
    adresse = reverse("instruction-acte", args=[demande.pk, "valider"])
    page = lire(client.get(adresse)).texte
    assert "Avant de valider" in page
    assert "Pourquoi valider malgré ces points" in page
    assert client.post(adresse, {"scopes": demande.scopes}).status_code == 422
    with pytest.raises(ActeRefuse, match="malgré ce point"):
        actes.valider(demande_id=demande.pk, acteur=agent, motif_doutes="   ")
    client.post(adresse, {"scopes": demande.scopes, "motif_doutes": "Appelé le standard."})
    demande.refresh_from_db()
    assert demande.etat == "validee"
    details = demande.evenements.get(acte="valider").details
    assert details["motif_doutes"] == "Appelé le standard."
    historique = lire(client.get(reverse("instruction-demande", args=[demande.pk]))).texte
    assert "Validée malgré" in historique
    assert "Appelé le standard." in historique


def test_the_instructor_settles_the_link_with_its_proof(client: Client) -> None:
    demande = scenes.demande("soumise")
    lien = delier(demande)
    agent = scenes.instructeur()
    client.force_login(agent.compte)
    adresse = reverse("instruction-rattachement", args=[demande.pk])
    assert client.post(adresse, {"decision": "verifier", "preuve": "  "}).status_code == 422
    client.post(adresse, {"decision": "verifier", "preuve": "Arrêté de nomination reçu."})
    lien.refresh_from_db()
    assert (lien.verifie, lien.verifie_par, lien.preuve) == (True, agent.compte, "Arrêté de nomination reçu.")
    assert dits(demande, doute=True) == ""
    assert demande.evenements.get(acte="rattachement_verifie").texte == "Arrêté de nomination reçu."
    client.post(adresse, {"decision": "refuser", "preuve": "Inconnu du standard."})
    lien.refresh_from_db()
    assert (lien.verifie, lien.refuse_le is not None) == (False, True)
    assert "Inconnu du standard." in dits(demande, doute=True)


def test_nobody_settles_their_own_link_nor_one_in_another_s_place() -> None:
    demande = scenes.demande("soumise")
    delier(demande)
    Role.objects.create(compte=demande.demandeur, nom=Role.Nom.INSTRUCTEUR)
    administrateur = scenes.compte(Role.Nom.ADMINISTRATEUR)
    for acteur in (
        Acteur(demande.demandeur),
        Acteur(scenes.instructeur().compte, administrateur),
        Acteur(scenes.compte(Role.Nom.RAPPORTEUR)),
    ):
        with pytest.raises(ActeRefuse, match="pas le droit"):
            organisations.attester(demande=demande, acteur=acteur, preuve="Moi", verifie=True)


def test_an_administrator_does_not_settle_their_own_link_either() -> None:
    demande = scenes.demande("soumise")
    delier(demande)
    Role.objects.create(compte=demande.demandeur, nom=Role.Nom.ADMINISTRATEUR)
    moi = Acteur(demande.demandeur)
    with pytest.raises(ActeRefuse, match="partie à cette demande"):
        organisations.attester(demande=demande, acteur=moi, preuve="Moi", verifie=True)
    with pytest.raises(IntegrityError, match="partie"), transaction.atomic():
        Evenement.objects.create(
            demande=demande,
            acte="rattachement_verifie",
            acteur=moi.compte,
            acteur_nom=moi.nom_affiche,
            acteur_role="administrateur",
            de=demande.etat,
            vers=demande.etat,
        )
    # Somebody else's, they do.
    autre = scenes.demande("soumise")
    delier(autre)
    organisations.attester(demande=autre, acteur=moi, preuve="Arrêté de nomination reçu.", verifie=True)


def test_proconnect_s_word_takes_the_place_of_the_ministry_s() -> None:
    demande = scenes.demande("soumise")
    delier(demande)
    organisations.attester(demande=demande, acteur=scenes.instructeur(), preuve="Non.", verifie=False)
    organisations.verifier(compte=demande.demandeur, siret=demande.organisation.siret)
    assert "Vérifié par ProConnect" in dits(demande, doute=False)


def test_the_applicant_of_a_closed_establishment_is_told_before_submitting(client: Client) -> None:
    demande = scenes.brouillon()
    client.force_login(demande.demandeur)
    ferme = AuSirene("Ville", "", ferme=True, ferme_le=date(2025, 1, 1))
    with patch("habilitations.demandes.constats.sirene.chercher", return_value=ferme):
        page = lire(client.get(reverse("demande-resume", args=[demande.pk]))).texte
    assert "Vérifiez l'organisation avant de soumettre" in page
    assert "fermé depuis le 1" in page
