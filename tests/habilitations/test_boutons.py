"""Each button: what it says, the words that confirm it, what is told once it is done, and what it did.

Written from the specification, for both sides; a button that is not here fails the test.
"""

import re
from html import unescape
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.demandes.workflow import ACTES
from habilitations.models import Compte, Demande
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


class Bouton(NamedTuple):
    acte: str
    etat: str  # where it is pressed
    rouverte: bool
    libelle: str
    confirmation: str  # empty: the button acts alone
    dit: str
    ensuite: str  # the state after


INSTRUCTION = [
    Bouton("prendre_en_charge", "soumise", False, "Prendre en charge", "",
           "Vous avez pris la demande en charge.", "soumise"),
    Bouton("rendre", "soumise", False, "Rendre la demande", "",
           "La demande est rendue à l'équipe.", "soumise"),
    Bouton("valider", "soumise", False, "Valider", "Valider",
           "La demande est validée, le demandeur est prévenu.", "validee"),
    Bouton("demander_modifications", "soumise", False, "Demander des modifications", "Demander des modifications",
           "Les modifications sont demandées, le demandeur est prévenu.", "modifications_demandees"),
    Bouton("refuser", "soumise", False, "Refuser", "Confirmer : Refuser",
           "La demande est refusée, le demandeur est prévenu.", "refusee"),
    Bouton("refuser_reouverture", "soumise", True, "Refuser les changements", "Confirmer : Refuser les changements",
           "Les changements sont refusés, l'habilitation reste telle qu'elle était.", "validee"),
    Bouton("annuler_reouverture_instructeur", "brouillon", True, "Annuler la réouverture",
           "Confirmer : Annuler la réouverture",
           "La réouverture est annulée, l'habilitation reste telle qu'elle était.", "validee"),
    Bouton("revoquer", "validee", False, "Révoquer l'habilitation", "Confirmer : Révoquer l'habilitation",
           "L'habilitation est révoquée, ses jetons ne fonctionnent plus.", "revoquee"),
    Bouton("archiver", "refusee", False, "Archiver", "Confirmer : Archiver", "La demande est archivée.", "archivee"),
    Bouton("transferer", "soumise", False, "Transférer", "Confirmer : Transférer",
           "Le transfert de {numero} est proposé : il prendra effet quand la personne l'aura accepté.", "soumise"),
    Bouton("annuler_transfert", "soumise", False, "Annuler le transfert", "Confirmer : Annuler le transfert",
           "Le transfert de {numero} est annulé.", "soumise"),
]  # fmt: skip
DEMANDEUR = [
    Bouton("rouvrir", "validee", False, "Modifier l'habilitation", "Oui, préparer des changements",
           "La demande {numero} est rouverte : préparez vos changements, puis soumettez-les.", "brouillon"),
    Bouton("annuler_reouverture", "brouillon", True, "Abandonner les changements", "Oui, abandonner les changements",
           "Les changements sont abandonnés.", "validee"),
    Bouton("archiver", "brouillon", False, "Archiver", "Oui, archiver la demande",
           "La demande {numero} est archivée.", "archivee"),
    Bouton("transferer", "soumise", False, "Transférer", "Oui, proposer la demande",
           "Le transfert de {numero} est proposé : il prendra effet quand la personne l'aura accepté.", "soumise"),
    Bouton("annuler_transfert", "soumise", False, "Annuler le transfert", "Oui, annuler le transfert",
           "Le transfert de {numero} est annulé.", "soumise"),
    Bouton("accepter_transfert", "soumise", False, "Accepter la demande", "Oui, accepter la demande",
           "Vous êtes le demandeur de {numero}.", "soumise"),
    Bouton("decliner_transfert", "soumise", False, "Décliner", "Oui, décliner",
           "Vous avez décliné le transfert de {numero}.", "soumise"),
    Bouton("reprendre", "soumise", False, "Reprendre la demande", "Oui, reprendre la demande",
           "Vous êtes le demandeur de {numero}.", "soumise"),
]  # fmt: skip


def lisible(html: str) -> str:
    return " ".join(unescape(html).split())


def boutons(html: str) -> list[str]:
    trouves = re.findall(r"<(?:a|button)\b[^>]*\bfr-btn\b[^>]*>(.*?)</(?:a|button)>", html, re.S)
    return [lisible(re.sub(r"<[^>]+>", "", libelle)) for libelle in trouves]


def preparer(bouton: Bouton, agent: Acteur) -> tuple[Demande, dict]:
    """The scene where the button shows, and what its form asks."""
    demande = scenes.demande(bouton.etat, reouverture=bouton.rouverte)
    saisie: dict = {}
    if bouton.acte == "rendre":
        actes.prendre_en_charge(demande_id=demande.pk, acteur=agent)
    if bouton.acte == "transferer":
        collegue = scenes.compte(organisation=demande.organisation)
        saisie["vers"] = collegue.courriel if agent.instruit else collegue.pk
    if bouton.acte.endswith("_transfert"):
        scenes.transfert(demande)
    if ACTES[bouton.acte].texte != "aucun":
        saisie["texte"] = "Parce que."
    if bouton.acte == "valider":
        saisie["scopes"] = demande.scopes
    return demande, saisie


@pytest.mark.parametrize("bouton", INSTRUCTION, ids=[bouton.acte for bouton in INSTRUCTION])
def test_each_button_of_the_instruction_does_its_act(client: Client, bouton: Bouton) -> None:
    agent = scenes.instructeur()
    demande, saisie = preparer(bouton, agent)
    client.force_login(agent.compte)
    dossier = reverse("instruction-demande", args=[demande.pk])
    assert bouton.libelle in boutons(client.get(dossier).content.decode())
    adresse = reverse("instruction-acte", args=[demande.pk, bouton.acte])
    if bouton.confirmation:
        assert bouton.confirmation in boutons(client.get(adresse).content.decode())
    page = client.post(adresse, saisie, follow=True)
    assert page.redirect_chain == [(dossier, 302)]
    assert bouton.dit.format(numero=demande.numero) in lisible(page.content.decode())
    demande.refresh_from_db()
    assert demande.etat == bouton.ensuite
    assert demande.evenements.order_by("-id")[0].acte == bouton.acte


def qui_agit(bouton: Bouton, demande: Demande) -> Compte:
    if bouton.acte in {"accepter_transfert", "decliner_transfert"}:
        return demande.transferts.get().vers
    if bouton.acte == "reprendre":
        Compte.objects.filter(pk=demande.demandeur_id).update(is_active=False)
        return scenes.compte(organisation=demande.organisation)
    return demande.demandeur


@pytest.mark.parametrize("bouton", DEMANDEUR, ids=[bouton.acte for bouton in DEMANDEUR])
def test_each_button_of_the_applicant_does_its_act(client: Client, bouton: Bouton) -> None:
    demande, saisie = preparer(bouton, Acteur(scenes.compte()))
    client.force_login(qui_agit(bouton, demande))
    assert bouton.libelle in boutons(client.get(reverse("demande", args=[demande.pk])).content.decode())
    adresse = reverse("demande-acte", args=[demande.pk, bouton.acte])
    assert bouton.confirmation in boutons(client.get(adresse).content.decode())
    page = client.post(adresse, saisie, follow=True)
    assert bouton.dit.format(numero=demande.numero) in lisible(page.content.decode())
    demande.refresh_from_db()
    assert demande.etat == bouton.ensuite
    assert demande.evenements.order_by("-id")[0].acte == bouton.acte


def test_a_request_is_submitted_from_the_summary(client: Client) -> None:
    demande = scenes.brouillon()
    client.force_login(demande.demandeur)
    assert "Soumettre la demande" not in boutons(
        client.get(reverse("demande", args=[demande.pk])).content.decode()
    )
    resume = client.get(reverse("demande-resume", args=[demande.pk])).content.decode()
    assert "Soumettre la demande" in boutons(resume)
    adresse = reverse("demande-acte", args=[demande.pk, "soumettre"])
    assert "Oui, soumettre la demande" in boutons(client.get(adresse).content.decode())
    page = lisible(client.post(adresse, follow=True).content.decode())
    assert f"La demande {demande.numero} est soumise. Un accusé de réception vous est envoyé." in page


def test_the_instruction_page_shows_first_what_is_done_first(client: Client) -> None:
    agent = scenes.instructeur()
    demande = scenes.demande("soumise")
    client.force_login(agent.compte)
    montres = boutons(client.get(reverse("instruction-demande", args=[demande.pk])).content.decode())
    attendus = ["Prendre en charge", "Valider", "Demander des modifications", "Refuser", "Transférer"]
    assert [libelle for libelle in montres if libelle in attendus] == attendus
    autre = scenes.instructeur()
    actes.prendre_en_charge(demande_id=demande.pk, acteur=autre)
    montres = boutons(client.get(reverse("instruction-demande", args=[demande.pk])).content.decode())
    assert f"Prendre en charge à la place de {autre.compte}" in montres


def test_no_act_is_without_a_button() -> None:
    vus = {bouton.acte for bouton in INSTRUCTION + DEMANDEUR} | {"soumettre", "creer"}
    assert vus == set(ACTES)
