"""Open data: each public file with a schema that it obeys."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.utils import timezone

from habilitations.models import AppelsDuJour
from referentiel.pilotage.couverture import rafraichir
from tests import fabriques
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

PAGE = "/donnees-ouvertes"
#: Written from what the files are for, and not read from the code.
COLONNES = {
    "habilitations": {
        "habilitation": "string",
        "type": "string",
        "organisation": "string",
        "siret": "string",
        "intitule": "string",
        "perimetre": "string",
        "uai": "string",
        "cadre_juridique": "string",
        "cadre_juridique_url": "string",
        "validee_le": "date",
        "page": "string",
    },
    "etablissements": {
        "uai": "string",
        "nom": "string",
        "type": "string",
        "secteur": "string",
        "academie": "string",
        "departement": "string",
        "codeCommune": "string",
        "commune": "string",
        "ouvert": "boolean",
        "alimente": "boolean",
        "inscriptions": "integer",
        "effectif": "string",
        "derniereMiseAJour": "date",
    },
    "couverture": {
        "departement": "string",
        "nom": "string",
        "academie": "string",
        "etablissements": "integer",
        "alimentent": "integer",
        "inscriptions": "integer",
        "derniere_mise_a_jour": "date",
    },
    "appels": {"jour": "date", "api": "string", "voie": "string", "issue": "string", "appels": "integer"},
}


@pytest.fixture
def peuple():
    fabriques.habilitation(intitule="=HYPERLINK(1)")
    fabriques.habilitation(ecriture=True, uais=["0311384L"])
    etablissement = fabriques.etablissement(nom="Université de l'Essai", academie="Toulouse")
    fabriques.etablissement(nom="École muette", type="ecole_art")
    for _ in range(11):
        fabriques.inscription(etablissement=etablissement)
    rafraichir(aujourdhui=timezone.localdate())
    for api, voie, issue, appels in (("v3", "ine", "donnees", 10), ("ecriture", "", "refuse", 9)):
        AppelsDuJour.objects.create(jour=timezone.localdate(), api=api, voie=voie, issue=issue, appels=appels)


def ressource(client, nom):
    return json.loads(client.get(f"{PAGE}/{nom}.json").content)


def fichier(client, description):
    chemin = re.sub(r"^https?://[^/]+", "", description["path"])
    texte = client.get(chemin).content.decode(description["encoding"])
    return list(csv.DictReader(io.StringIO(texte), delimiter=description["dialect"]["delimiter"]))


def fautes(champ, valeur):
    """What a Table Schema validator says of a cell, for the types and constraints that our schemas use."""
    contraintes = champ.get("constraints", {})
    if valeur == "":
        return ["vide"] if contraintes.get("required") else []
    if champ["type"] == "date":
        date.fromisoformat(valeur)
    elif champ["type"] == "boolean":
        return [] if valeur in champ["trueValues"] + champ["falseValues"] else ["booléen"]
    elif champ["type"] == "integer":
        return [] if int(valeur) >= contraintes.get("minimum", int(valeur)) else ["minimum"]
    trouvees = []
    if "enum" in contraintes and valeur not in contraintes["enum"]:
        trouvees.append("enum")
    if "pattern" in contraintes and not re.fullmatch(contraintes["pattern"], valeur):
        trouvees.append("pattern")
    return trouvees


@pytest.mark.parametrize("nom", COLONNES)
def test_the_schema_names_and_describes_every_column(client, nom):
    schema = json.loads(client.get(f"{PAGE}/{nom}.schema.json").content)
    assert {champ["name"]: champ["type"] for champ in schema["fields"]} == COLONNES[nom]
    assert all(champ["description"] for champ in schema["fields"])
    cle = schema["primaryKey"]
    assert set([cle] if isinstance(cle, str) else cle) <= set(COLONNES[nom])
    assert schema == ressource(client, nom)["schema"]


@pytest.mark.parametrize("nom", COLONNES)
def test_every_line_of_the_file_obeys_its_schema(client, peuple, nom):
    description = ressource(client, nom)
    lignes = fichier(client, description)
    assert len(lignes) == (96 if nom == "couverture" else 2)
    champs = description["schema"]["fields"]
    assert list(lignes[0]) == [champ["name"] for champ in champs]
    trouvees = {
        (champ["name"], ligne[champ["name"]]): f
        for ligne in lignes
        for champ in champs
        if (f := fautes(champ, ligne[champ["name"]]))
    }
    assert trouvees == {}


def test_the_page_leads_to_each_file_and_its_schema(client):
    liens = lire(client.get(PAGE)).liens()
    assert "/habilitations-publiques.csv" in liens
    assert "/api/etablissements?format=csv" in liens
    assert "/statistiques.csv" in liens
    for nom in COLONNES:
        assert f"{PAGE}/{nom}.schema.json" in liens
        assert f"{PAGE}/{nom}.json" in liens


def test_programs_of_other_sites_may_read_the_schemas(client):
    response = client.get(f"{PAGE}/habilitations.schema.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("nom", ["etudiants", "habilitations.csv", "x"])
def test_a_file_that_does_not_exist_has_no_schema(client, nom):
    assert client.get(f"{PAGE}/{nom}.schema.json").status_code == 404
    assert client.get(f"{PAGE}/{nom}.json").status_code == 404
