"""The open list of habilitations: what it tells, and what it never tells."""

import csv
import io
from datetime import UTC, datetime

import pytest

from habilitations.demandes import actes
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

PAGE, CSV = "/habilitations-publiques", "/habilitations-publiques.csv"


def lignes(response):
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_an_empty_list_says_so(client):
    assert "Aucune habilitation n'est encore en vigueur." in lire(client.get(PAGE)).texte


def test_a_granted_habilitation_shows_organisation_data_and_legal_ground(client):
    demande = scenes.demande("validee")
    texte = lire(client.get(PAGE)).texte
    assert demande.organisation.nom in texte
    assert demande.organisation.siret in texte
    assert demande.intitule in texte
    assert "Inscriptions en formation initiale" in texte
    assert "Code des transports, article L1231-1" in texte
    (ligne,) = lignes(client.get(CSV))
    assert ligne["siret"] == demande.organisation.siret
    assert ligne["perimetre"] == "mesri_etablissements mesri_identite mesri_inscription_etudiant"
    assert ligne["cadre_juridique"] == "Code des transports, article L1231-1"


def test_nobody_is_named(client):
    demande = scenes.demande("validee")
    reponses = client.get(PAGE).content.decode() + client.get(CSV).content.decode("utf-8-sig")
    personnes = [demande.demandeur.nom, demande.demandeur.courriel, "Durand", "Dominique", "01 02 03 04 05"]
    assert not [personne for personne in personnes if personne in reponses]


@pytest.mark.parametrize("etat", ["brouillon", "soumise", "refusee", "revoquee"])
def test_what_is_not_in_force_is_not_shown(client, etat):
    scenes.demande(etat)
    assert lignes(client.get(CSV)) == []


def test_a_reopened_request_still_shows_what_was_granted(client):
    acteur = scenes.demandeur()
    demande = scenes.demande("validee", acteur=acteur)
    actes.rouvrir(acteur=acteur, demande_id=demande.pk)
    type(demande).objects.filter(pk=demande.pk).update(cadre_references="Pas encore accordé")
    (ligne,) = lignes(client.get(CSV))
    assert ligne["cadre_juridique"] == "Code des transports, article L1231-1"


def test_a_habilitation_to_write_shows_its_establishments(client):
    fabriques.habilitation(ecriture=True, uais=["0311384L"])
    assert "Déclare les étudiants de : 0311384L" in lire(client.get(PAGE)).texte


@pytest.mark.parametrize(
    "recherche", ["metropole", "MÉTROPOLE essai", "tarif", "356 000 000 00048", "35600000000048"]
)
def test_the_search_finds_by_name_title_or_siret(client, recherche):
    organisation = fabriques.organisation(nom="Métropole d'Essai", siret="35600000000048")
    trouvee = fabriques.habilitation(organisation=organisation, intitule="Tarif réduit")
    fabriques.habilitation(intitule="Autre chose")
    assert [ligne["habilitation"] for ligne in lignes(client.get(CSV, {"q": recherche}))] == [trouvee.numero]


def test_the_type_filters_and_an_unknown_one_is_ignored(client):
    fabriques.habilitation()
    ecriture = fabriques.habilitation(ecriture=True)
    assert [ligne["habilitation"] for ligne in lignes(client.get(CSV, {"type": "ecriture"}))] == [
        ecriture.numero
    ]
    assert len(lignes(client.get(CSV, {"type": "x"}))) == 2


@pytest.mark.parametrize("recherche", ["\x01", "%", "_", "'; --", "é" * 500, "(((", "١٢٣٤٥٦٧٨٩٠١٢٣٤"])
def test_a_hostile_search_finds_and_breaks_nothing(client, recherche):
    fabriques.habilitation()
    assert client.get(PAGE, {"q": recherche}).status_code == 200
    assert client.get(CSV, {"q": recherche}).status_code == 200


def test_formulas_are_neutralised(client):
    fabriques.habilitation(intitule="=HYPERLINK(1)")
    assert lignes(client.get(CSV))[0]["intitule"] == "'=HYPERLINK(1)"


def test_an_address_that_is_not_of_the_web_is_no_link(client):
    demande = scenes.demande("validee")
    demande.instantane_valide["cadre_url"] = "javascript:alert(1)"
    type(demande).objects.filter(pk=demande.pk).update(instantane_valide=demande.instantane_valide)
    assert b"javascript:" not in client.get(PAGE).content


def test_pages_keep_the_filters_and_cost_the_same_full_or_nearly_empty(client, django_assert_max_num_queries):
    organisation = fabriques.organisation()
    for rang in range(30):
        fabriques.habilitation(organisation=organisation, intitule=f"Projet {rang:02}")
    with django_assert_max_num_queries(3):
        page = lire(client.get(PAGE, {"q": "projet"}))
    assert "30 habilitations" in page.texte
    assert "?q=projet&page=2" in page.liens()
    with django_assert_max_num_queries(3):
        seconde = lire(client.get(PAGE, {"q": "projet", "page": "2"}))
    assert "Projet 00" in seconde.texte
    assert "Projet 29" not in seconde.texte
    assert "/habilitations-publiques.csv?q=projet" in seconde.liens()
    assert client.get(PAGE, {"page": "999999999999999999999"}).status_code == 200


def test_each_habilitation_in_force_has_an_address_of_its_own(client):
    demande = scenes.demande("validee")
    adresse = f"/habilitations-publiques/H{demande.habilitation_id}"
    assert adresse in lire(client.get(PAGE)).liens()
    page = lire(client.get(adresse))
    assert demande.intitule in page.texte
    assert demande.organisation.siret in page.texte
    assert "Inscriptions en formation initiale" in page.texte
    assert "Code des transports, article L1231-1" in page.texte
    assert demande.demandeur.nom not in page.texte
    (ligne,) = lignes(client.get(CSV))
    assert ligne["page"].endswith(adresse)


def test_a_revoked_habilitation_answers_as_one_that_never_was(client):
    demande = scenes.demande("revoquee")
    assert client.get(f"/habilitations-publiques/H{demande.habilitation_id}").status_code == 404
    for jamais in ("999999", "9" * 30, "0"):
        assert client.get(f"/habilitations-publiques/H{jamais}").status_code == 404


def test_the_day_of_the_approval_is_that_of_paris(client, monkeypatch):
    tard = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)  # past midnight in Paris
    with monkeypatch.context() as horloge:
        horloge.setattr("django.utils.timezone.now", lambda: tard)
        fabriques.habilitation()
    assert lignes(client.get(CSV))[0]["validee_le"] == "2026-07-15"
