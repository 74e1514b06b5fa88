"""The OpenAPI document: complete, equal to the committed copy, valid; and its reader."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from habilitations.scopes import CATALOGUE
from referentiel.bac_a_sable import charger
from statut_etudiant.api.documentation import document
from statut_etudiant.api.documentation.document import generer
from statut_etudiant.api.ecriture import erreurs as erreurs_ecriture
from statut_etudiant.api.ecriture import inscriptions
from statut_etudiant.api.etablissements import parametres as etablissements
from statut_etudiant.api.urls import urlpatterns
from statut_etudiant.api.v2 import erreurs as erreurs_v2
from statut_etudiant.api.v3 import erreurs as erreurs_v3
from statut_etudiant.management.commands import open_api
from tests import fabriques
from tests.portail.pages import lire as lire_page

#: Address → committed copy (contract §7).
DOCUMENTS = {
    "/api/open-api.yml": "open-api.yml",
    "/api/open-api-v2.yml": "open-api-v2.yml",
    "/api/open-api-v3.yml": "open-api-v3.yml",
    "/api/france-connect/open-api.yml": "open-api-france-connect.yml",
    "/api/open-api-ecriture.yml": "open-api-ecriture.yml",
    "/api/open-api-organisation.yml": "open-api-organisation.yml",
}
COPIE = Path(settings.BASE_DIR) / "docs" / "open-api.yml"

#: Errors that say that nothing is served there: they belong to no operation.
SANS_OPERATION = {"adresse_inconnue", "methode_refusee", "00402", "00404", "00405"}
#: Names of the table that the write API never gives as such.
JAMAIS_DITES = {"requete_refusee", "format"}


@pytest.fixture(scope="module")
def tout():
    return generer()


@pytest.fixture(scope="module")
def operations(tout):
    return {
        (methode, chemin): operation
        for chemin, par_methode in tout["paths"].items()
        for methode, operation in par_methode.items()
    }


@pytest.mark.parametrize(("adresse", "copie"), DOCUMENTS.items())
def test_the_document_served_is_the_copy_kept(client, adresse, copie):
    response = client.get(adresse)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/yaml; charset=utf-8"
    assert response.content == (COPIE.parent / copie).read_bytes(), "lancez make openapi"


def test_a_document_that_has_not_changed_is_not_sent_again(client):
    etag = client.get("/api/open-api-v3.yml")["ETag"]
    encore = client.get("/api/open-api-v3.yml", headers={"If-None-Match": etag})
    assert (encore.status_code, encore.content) == (304, b"")


def test_the_command_writes_and_checks_the_documents(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(open_api, "COPIES", tmp_path)
    with pytest.raises(CommandError, match="make openapi"):
        call_command("open_api", "--verifier")
    assert not list(tmp_path.iterdir())
    call_command("open_api")
    call_command("open_api", "--verifier")
    assert {copie.name for copie in tmp_path.iterdir()} == set(DOCUMENTS.values())
    assert (tmp_path / "open-api.yml").read_bytes() == COPIE.read_bytes()


@pytest.mark.parametrize(
    ("copie", "chemins"),
    [
        ("open-api-v2.yml", {"/api/v2/etudiants", "/api/introspect"}),
        (
            "open-api-v3.yml",
            {
                "/v3/mesri/statut_etudiant/ine",
                "/v3/mesri/statut_etudiant/identite",
                "/v3/mesri/statut_etudiant/france_connect",
                "/v3/token/introspect",
                "/editeur/api/v1/delegations",
            },
        ),
        (
            "open-api-france-connect.yml",
            {"/api/v2/etudiants", "/v3/mesri/statut_etudiant/france_connect", "/api/france_connect_jwks"},
        ),
        (
            "open-api-ecriture.yml",
            {
                "/api/inscription",
                "/api/inscription/{id_inscription}",
                "/api/inscriptions",
                "/api/lots/{cle}",
                "/api/etablissements",
            },
        ),
        (
            "open-api-organisation.yml",
            {
                "/api/v1/demandes",
                "/api/v1/demandes/{numero}",
                "/api/v1/habilitations",
                "/api/v1/habilitations/{numero}",
                "/api/v1/evenements",
            },
        ),
    ],
)
def test_each_reader_has_a_document_of_their_own(copie, chemins):
    lu = yaml.safe_load((COPIE.parent / copie).read_bytes())
    assert {chemin for chemin in lu["paths"] if "ping" not in chemin} == chemins
    assert len(lu["components"]["schemas"]) < 30


def test_franceconnects_document_never_speaks_of_an_identity():
    lu = yaml.safe_load((COPIE.parent / "open-api-france-connect.yml").read_bytes())
    operation = lu["paths"]["/v3/mesri/statut_etudiant/france_connect"]["get"]
    assert [parametre["name"] for parametre in operation["parameters"]] == ["recipient"]
    [contenu] = operation["responses"]["200"]["content"].values()
    schema = lu["components"]["schemas"][contenu["schema"]["$ref"].rpartition("/")[2]]
    assert schema["properties"]["data"]["properties"].keys() == {"admissions"}
    assert "identite" not in contenu["examples"]["Exemple"]["value"]["data"]
    for par_methode in lu["paths"].values():
        for operation in par_methode.values():
            assert operation["security"] in ([{"FranceConnect": []}], [{}])


def test_each_reading_parameter_tells_its_shape(operations):
    sans_forme = {
        parametre["name"]
        for (_, chemin), operation in operations.items()
        if chemin.startswith(("/v3/mesri", "/api/v2", "/api/etudiant"))
        for parametre in operation.get("parameters", ())
        if not {"pattern", "enum", "minimum", "maximum", "minItems", "maxLength", "format"}
        & parametre["schema"].keys()
    }
    assert sans_forme == set()


def test_documents_asked_at_the_same_time_are_all_there():
    document._tout.cache_clear()
    with ThreadPoolExecutor(16) as fils:
        vus = list(fils.map(lambda _: len(document.generer()["paths"]), range(16)))
    assert len(set(vus)) == 1


def test_all_paths_are_described(operations):
    routes = {
        (methode, "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(route.pattern)))
        for route in urlpatterns
        for methode in ("get", "post", "put", "patch", "delete")
        if hasattr(route.callback.cls, methode) and getattr(route.callback.cls, "schema", True) is not None
    }
    assert operations.keys() == routes


def test_each_operation_is_described_in_full(operations):
    for (methode, chemin), operation in operations.items():
        ou = f"{methode} {chemin}"
        assert operation["summary"], ou
        assert operation["description"].rstrip().endswith("."), ou
        assert "security" in operation, ou
        assert len(operation["tags"]) == 1, ou
        assert any(statut.startswith("2") for statut in operation["responses"]), ou
        for parametre in operation.get("parameters", ()):
            assert parametre["description"], f"{ou} {parametre['name']}"
        for statut, reponse in operation["responses"].items():
            assert reponse["description"], f"{ou} {statut}"
            if statut[0] in "45" and "ping" not in chemin:
                [contenu] = reponse["content"].values()
                assert contenu["examples"], f"{ou} {statut}"
    noms = [operation["operationId"] for operation in operations.values()]
    assert len(set(noms)) == len(noms)


def test_each_error_has_its_example(operations):
    dites = {
        exemple.get("summary", "").partition(" ")[0]
        for operation in operations.values()
        for reponse in operation["responses"].values()
        for contenu in reponse.get("content", {}).values()
        for exemple in contenu.get("examples", {}).values()
    }
    connues = erreurs_v2.ERREURS.keys() | erreurs_v2.ERREURS_EN_LISTE.keys() | erreurs_v3.ERREURS.keys()
    connues |= erreurs_ecriture.ERREURS.keys() - JAMAIS_DITES
    assert connues - dites - SANS_OPERATION == set()


def test_each_filter_is_a_parameter(operations):
    for chemin, filtre in (
        ("/api/inscriptions", inscriptions.FiltreInscriptions),
        ("/api/etablissements", etablissements.FiltreEtablissements),
    ):
        noms = {parametre["name"] for parametre in operations["get", chemin]["parameters"]}
        assert noms >= filtre.base_filters.keys()


def test_references_lead_somewhere(tout):
    texte = COPIE.read_text()
    references = set(re.findall(r"#/components/(\w+)/([\w-]+)", texte))
    assert references
    for sorte, nom in references:
        assert nom in tout["components"][sorte]
    schemas = {nom for sorte, nom in references if sorte == "schemas"}
    assert schemas == tout["components"]["schemas"].keys(), "schéma inutilisé"


def test_the_scopes_are_presented(tout):
    for scope in CATALOGUE:
        assert f"`{scope.nom}`" in tout["info"]["description"]


def test_the_document_is_plain_yaml_without_special_objects():
    assert yaml.safe_load(COPIE.read_bytes())["openapi"].startswith("3.")


class TestLecteur:
    def test_the_documentation_page_is_ours_and_has_no_inline_script(self, client):
        response = client.get("/api/docs")
        assert response.status_code == 200
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert "unsafe" not in response["Content-Security-Policy"]
        page = response.content.decode()
        assert '<html lang="fr"' in page
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page)
        assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', page)

    def test_it_is_a_page_of_the_portal_whose_first_call_works(self, client, db):
        charger(aujourdhui=timezone.localdate(), auteur="essai")
        for adresse in ("/api/docs", "/api/docs/", "//api/docs"):
            page = lire_page(client.generic("GET", "/", PATH_INFO=adresse))
            assert "Accueil" in page.texte, adresse
        [appel] = re.findall(r'curl --header "X-Api-Key: \$JETON" "([^"]+)"', page.texte)
        jeton = fabriques.jeton(bac_a_sable=True)
        assert client.get(appel.removeprefix(settings.ADRESSE_PUBLIQUE), headers=jeton.cle).status_code == 200

    def test_what_the_page_loads_is_served_by_us(self, client):
        page = client.get("/api/docs").content.decode()
        fichiers = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
        assert {"/static/api/docs.js", "/static/api/docs.css"} <= set(fichiers)
        for fichier in fichiers:
            response = client.get(fichier)
            assert response.status_code == 200, fichier
            assert b"".join(response.streaming_content), fichier
