"""What the OpenAPI documents show can be tried as it stands: each example is answered 200 in the sandbox."""

from typing import Any

import orjson
import pytest
import yaml
from django.test import Client
from django.utils import timezone

from habilitations.integrateurs import cles
from habilitations.models import CleApi
from habilitations.scopes import CATALOGUE
from referentiel.bac_a_sable import charger
from statut_etudiant.management.commands.open_api import COPIES
from tests import fabriques
from tests.habilitations import scenes

DOCUMENT = yaml.safe_load((COPIES / "open-api.yml").read_bytes())
OPERATIONS = {
    operation["operationId"]: (methode, chemin, operation)
    for chemin, par_methode in DOCUMENT["paths"].items()
    for methode, operation in par_methode.items()
}
#: FranceConnect's token, a bouquet's (which has no sandbox) and what another call gives first.
AILLEURS = {
    "lire_statut_v3_par_france_connect", "lire_etudiant_du_bouquet_par_ine", "lire_etudiant_du_bouquet_par_identite",
    "retirer_inscription", "suivre_lot", "lire_demande", "lire_habilitation", "commencer_demande",
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def jetons() -> dict[str, dict[str, str]]:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    lecture = fabriques.jeton(*(scope.nom for scope in CATALOGUE), bac_a_sable=True)
    ecriture = fabriques.jeton(bac_a_sable=True, ecriture=True, uais=["9990001X"])
    organisation = fabriques.organisation()
    cle = cles.creer(
        acteur=scenes.demandeur(organisation),
        organisation=organisation,
        libelle="Essais",
        portees=CleApi.Portee.values,
        jours=30,
    )
    editeur = fabriques.jeton_d_editeur(fabriques.editeur())
    return {
        "Éditeurs": editeur.cle,
        "Écriture": ecriture.cle,
        "Organisation": {"X-Api-Key": cle.valeur},
        "": lecture.cle,
    }


def appeler(client: Client, operation: str, jetons: dict[str, dict[str, str]], corps: Any = None) -> Any:
    methode, chemin, decrite = OPERATIONS[operation]
    parametres = {
        parametre["name"]: parametre["schema"]["example"]
        for parametre in decrite.get("parameters", ())
        if parametre["in"] == "query" and "example" in parametre["schema"]
    }
    entetes = jetons.get(decrite["tags"][0], jetons[""])
    if methode == "get":
        return client.get(chemin, parametres, headers=entetes)
    return client.generic(
        methode.upper(), chemin, orjson.dumps(corps), content_type="application/json", headers=entetes
    )


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() - AILLEURS))
def test_an_example_is_answered_in_the_sandbox(client, jetons, operation):
    _, _, decrite = OPERATIONS[operation]
    contenu = decrite.get("requestBody", {}).get("content", {}).get("application/json", {})
    corps = [exemple["value"] for exemple in contenu.get("examples", {}).values()] or [None]
    for un in corps:
        reponse = appeler(client, operation, jetons, un)
        assert reponse.status_code in (200, 202), reponse.content


def test_the_person_of_the_examples_is_the_one_answered(client, jetons):
    for operation, nom in (("lire_statut_v3_par_identite", "v3"), ("lire_statut_v2", "v2")):
        _, _, decrite = OPERATIONS[operation]
        [contenu] = decrite["responses"]["200"]["content"].values()
        montre = contenu["examples"]["Exemple"]["value"]
        recu = orjson.loads(appeler(client, operation, jetons).content)
        identite = (montre["data"]["identite"], recu["data"]["identite"]) if nom == "v3" else (montre, recu)
        for cle in ("nom_naissance", "prenom", "date_naissance", "ine", "nom", "dateNaissance"):
            assert identite[0].get(cle) == identite[1].get(cle)


def test_the_examples_left_aside_are_those_of_operations():
    assert OPERATIONS.keys() > AILLEURS
