"""Every step: its page, its save, what is told of a wrong value, and nothing asked of a draft."""

import re
from typing import Any

import pytest
from django.test import Client

from habilitations.demandes import actes, completude
from habilitations.models import ContactDeDemande, Demande
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.demandes import pages

pytestmark = pytest.mark.django_db


def vide(type_: str = "lecture") -> Demande:
    """A draft in which nothing is written yet."""
    qui = scenes.demandeur()
    return actes.creer(acteur=qui, organisation=qui.compte.rattachements.get().organisation, type_=type_)


def chemin(demande: Demande, etape: str) -> str:
    return f"/demandes/{demande.pk}/etapes/{etape}"


def relue(demande: Demande) -> Demande:
    return Demande.objects.get(pk=demande.pk)


TOUTES = [
    (type_, etape.nom)
    for type_ in ("lecture", "franceconnect", "ecriture")
    for etape in completude.etapes(Demande(type=type_))
]

REMPLIES: dict[str, dict[str, Any]] = {
    "organisation": {"demandeur_fonction": "Cheffe de projet", "demandeur_telephone": "01 23 45 67 89"},
    "projet": {"intitule": "Tarif étudiant", "description": "Bus et tramway.", "volume_annuel": "12000",
               "date_prevue": "2027-09-01"},
    "donnees": {"scopes": ["mesri_inscription_etudiant", "mesri_etablissements"], "destinataires": "Billettique",
                "conservation_mois": "12"},
    "cadre": {"cadre_nature": "code_transports", "cadre_references": "Article L. 1231-1",
              "cadre_url": "https://www.legifrance.gouv.fr/x"},
    "personnes": {f"{role}__{nom}": valeur for role in ContactDeDemande.Role.values for nom, valeur in {
        "prenom": "Dominique", "nom": "Durand", "fonction": "Directrice", "courriel": "D.Durand@Exemple.fr",
        "telephone": "+33 1 23 45 67 89"}.items()},
    "franceconnect": {"fc_numero_habilitation": "FC-12", "fc_client_id": "abc"},
    "engagements": {"cgu_acceptees": "on", "dpd_informe": "on"},
}  # fmt: skip


def test_a_token_is_promised_to_the_types_that_have_one_only(client: Client) -> None:
    for type_, promis in (("lecture", True), ("ecriture", True), ("franceconnect", False)):
        demande = vide(type_)
        client.force_login(demande.demandeur)
        page = client.get(chemin(demande, "personnes")).content.decode()
        assert ("Le jeton lui est remis" in page) == promis


@pytest.mark.parametrize(("type_", "etape"), TOUTES)
def test_an_empty_step_is_saved_and_leads_to_the_next(client: Client, type_: str, etape: str) -> None:
    demande = vide(type_)
    client.force_login(demande.demandeur)
    response = pages.remplir(client, chemin(demande, etape))
    noms = [connue.nom for connue in completude.etapes(demande)]
    rang = noms.index(etape) + 1
    suivante = chemin(demande, noms[rang]) if rang < len(noms) else f"/demandes/{demande.pk}/recapitulatif"
    assert (response.status_code, response.get("Location")) == (302, suivante)


@pytest.mark.parametrize("type_", ["lecture", "franceconnect", "ecriture"])
def test_a_request_is_filled_step_by_step_and_submitted(client: Client, type_: str) -> None:
    demande = vide(type_)
    etablissement = fabriques.etablissement(siret=demande.organisation.siret)
    client.force_login(demande.demandeur)
    saisies = REMPLIES | {"etablissements": {"uais": [etablissement.uai], "logiciel": "Apogée"}}
    for etape in completude.etapes(demande):
        assert pages.remplir(client, chemin(demande, etape.nom), **saisies[etape.nom]).status_code == 302
    relu = client.get(f"/demandes/{demande.pk}/recapitulatif").content.decode()
    assert "La demande est complète" in relu
    assert "Dominique" in relu
    confirmation = client.get(f"/demandes/{demande.pk}/actes/soumettre")
    assert "deux mois au plus" in confirmation.content.decode()
    assert relue(demande).etat == "brouillon"
    client.post(f"/demandes/{demande.pk}/actes/soumettre")
    soumise = relue(demande)
    assert soumise.etat == "soumise"
    assert soumise.uais == ([etablissement.uai] if type_ == "ecriture" else [])
    assert {c.courriel for c in soumise.contacts.all()} == {"d.durand@exemple.fr"}
    # What was typed is shown again as it is kept.
    client.force_login(demande.demandeur)
    suivi = client.get(f"/demandes/{demande.pk}").content.decode()
    assert "En cours d&#x27;instruction" in suivi or "En cours d'instruction" in suivi


@pytest.mark.parametrize(
    ("etape", "facultatifs"),
    [
        ("organisation", set()),
        ("projet", {"date_prevue", "volume_annuel", "maquette"}),
        ("donnees", set()),
        ("cadre", set()),
        ("personnes", set()),
        ("engagements", set()),
    ],
)
def test_only_what_may_stay_empty_is_told_to_be_optional(
    client: Client, etape: str, facultatifs: set[str]
) -> None:
    """Not what is asked in one case: the text or its document, the reason of a long retention."""
    demande = scenes.brouillon()
    client.force_login(demande.demandeur)
    page = client.get(chemin(demande, etape)).content.decode().replace("\xa0", " ")
    marques = re.findall(
        r'<label[^>]*for="id_([\w-]+)"[^>]*>(?:(?!</label>).)*\(Optionnel\)', page, re.DOTALL
    )
    assert set(marques) == facultatifs
    assert page.count("(Optionnel)") == len(facultatifs)
