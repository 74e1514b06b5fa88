"""« Disponibilité » and its Atom feed."""

import datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from statut_etudiant.disponibilite import registre
from statut_etudiant.disponibilite.models import Etat
from statut_etudiant.disponibilite.sondes import Mesure, services
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

PAGE, ATOM = "/disponibilite", "/disponibilite.atom"


def mesurer(il_y_a=0, **etats):
    registre.enregistrer(
        [Mesure(nom, Etat(etats.get(nom, "ok"))) for nom in services()],
        instant=timezone.now() - datetime.timedelta(minutes=il_y_a),
    )


def entrees(client):
    response = client.get(ATOM)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    espace = {"a": "http://www.w3.org/2005/Atom"}
    return [
        {nom: un.findtext(f"a:{nom}", namespaces=espace) for nom in ("id", "title", "summary", "updated")}
        for un in ElementTree.fromstring(response.content).findall("a:entry", espace)  # noqa: S314 (our own)
    ]


def test_before_any_measure_nothing_is_pretended(client):
    texte = lire(client.get(PAGE)).texte
    assert "Aucune mesure n'a encore été faite." in texte
    assert "Tous les services répondent" not in texte
    assert entrees(client) == []


def test_when_all_is_well_the_page_says_so(client):
    mesurer()
    texte = lire(client.get(PAGE)).texte
    assert "Tous les services répondent" in texte
    assert "90 jours : 100 % ; 12 mois : 100 %" in texte
    assert "Aucun incident mesuré." in texte


def test_a_service_that_fails_is_named(client):
    mesurer(1)
    mesurer(0, lecture_ine="panne")
    texte = lire(client.get(PAGE)).texte
    assert "Perturbation en cours Ne répond pas : Lecture par INE." in texte
    assert "90 jours : 50,00 %" in texte
    assert "Lecture par INE Ne répond pas en cours" in texte


def test_a_measure_that_stopped_leaves_the_state_unknown(client):
    mesurer(6)
    texte = lire(client.get(PAGE)).texte
    assert "Mesure interrompue" in texte
    assert "État inconnu" in texte
    assert "Tous les services répondent" not in texte


def test_an_incident_keeps_its_identifier_in_the_feed_when_it_ends(client):
    mesurer(3, portail="panne")
    (avant,) = entrees(client)
    assert avant["title"].replace("\xa0", " ") == "Site : ne répond pas"
    assert "toujours en cours" in avant["summary"]
    mesurer(2)
    (apres,) = entrees(client)
    assert apres["id"] == avant["id"]
    assert apres["updated"] > avant["updated"]
    assert "pendant 1 min" in apres["summary"]


def test_the_page_costs_the_same_after_a_year(client, django_assert_max_num_queries):
    for jours in range(300):
        mesurer(jours * 1440, api="panne" if jours % 30 == 0 else "ok")
    with django_assert_max_num_queries(6):
        page = lire(client.get(PAGE))
    assert len([un for un in page.tous("rect") if un["class"] == "ase-disponibilite__panne"]) == 3
