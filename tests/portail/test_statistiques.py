"""« Statistiques »: what was worked out, without a small number, and at no cost."""

import csv
import datetime
import html
import io
import re

import pytest
from django.utils import timezone

from habilitations.models import AppelsDuJour, StatistiquesPubliques
from habilitations.tasks import calculer_statistiques
from tests import fabriques
from tests.habilitations import scenes
from tests.portail.pages import lire, plat

pytestmark = pytest.mark.django_db

PAGE, CSV = "/statistiques", "/statistiques.csv"


def compter(appels, *, il_y_a=0, api="v3", voie="ine", issue="donnees"):
    jour = timezone.localdate() - datetime.timedelta(days=il_y_a)
    AppelsDuJour.objects.create(jour=jour, api=api, voie=voie, issue=issue, appels=appels)


def test_before_anything_is_counted_the_page_says_so(client):
    assert "Aucun appel n'a encore été compté." in lire(client.get(PAGE)).texte


def test_calls_are_shown_by_day_outcome_way_and_api(client):
    compter(1234)
    compter(56, api="v2", voie="identite", issue="non_trouve", il_y_a=1)
    compter(78, api="ecriture", voie="", issue="accepte")
    texte = lire(client.get(PAGE)).texte
    assert "Lecture v3, Données transmises 1 234" in texte
    assert "Lecture v2, Étudiant non trouvé 56" in texte
    assert "Écriture, Écriture acceptée 78" in texte
    assert "Par identité 56" in texte
    assert "Par INE 1 234" in texte


def test_fewer_than_ten_calls_are_told_as_such_on_the_page_and_in_the_file(client):
    compter(9)
    compter(10, il_y_a=1, issue="non_trouve")
    reponse = client.get(PAGE).content.decode()
    assert not re.search(r"<td[^>]*>\s*9\s*</td>|: 9<", reponse)
    assert re.search(r"<td[^>]*>\s*10\s*</td>", reponse)
    assert "moins de 10" in reponse
    lignes = list(csv.DictReader(io.StringIO(client.get(CSV).content.decode("utf-8-sig")), delimiter=";"))
    assert [(ligne["issue"], ligne["appels"]) for ligne in lignes] == [("non_trouve", "10"), ("donnees", "")]


def test_habilitations_are_shown_by_type(client):
    fabriques.habilitation()
    fabriques.habilitation(ecriture=True)
    calculer_statistiques()
    texte = lire(client.get(PAGE)).texte
    assert "Lecture par FranceConnect 0" in texte
    assert "Écriture 1" in texte
    assert "Organisations habilitées 2" in texte


def test_habilitations_are_shown_by_use_case_few_as_they_are(client):
    for cas in ("transport", "transport", "crous", ""):
        scenes.demande("validee", cas=cas)
    scenes.demande("revoquee", cas="logement")
    scenes.demande("soumise", cas="bibliotheque")
    calculer_statistiques()
    reponse = client.get(PAGE)
    (table,) = re.findall(
        r"<caption>Habilitations en vigueur par cas d.usage</caption>.*?</table>",
        reponse.content.decode(),
        re.DOTALL,
    )
    montres = re.findall(r"<th scope=.row.[^>]*>([^<]*)</th>\s*<td[^>]*>\s*(\d+)\s*</td>", table)
    assert [(plat(html.unescape(nom)), nombre) for nom, nombre in montres] == [
        ("Abonnement étudiant d'un réseau de transport", "2"),
        ("Bourse, restauration ou logement d'un Crous", "1"),
        ("Autre usage, écrit par le demandeur", "1"),
    ]
    fichier = client.get("/statistiques/habilitations.csv")
    lignes = list(csv.reader(io.StringIO(fichier.content.decode("utf-8-sig")), delimiter=";"))
    assert lignes == [
        ["critere", "valeur", "habilitations"],
        ["type", "Lecture", "4"],
        ["type", "Lecture par FranceConnect", "0"],
        ["type", "Écriture", "0"],
        ["cas d'usage", "Abonnement étudiant d'un réseau de transport", "2"],
        ["cas d'usage", "Bourse, restauration ou logement d'un Crous", "1"],
        ["cas d'usage", "Autre usage, écrit par le demandeur", "1"],
    ]


def test_figures_of_before_use_cases_were_counted_are_shown_without(client):
    calculer_statistiques()
    figees = StatistiquesPubliques.objects.get()
    del figees.contenu["cas"]
    figees.save()
    assert "Par cas d'usage" not in lire(client.get(PAGE)).texte
    assert client.get("/statistiques/habilitations.csv").status_code == 200


def test_before_anything_is_counted_the_file_is_empty(client):
    assert client.get("/statistiques/habilitations.csv").content.decode("utf-8-sig").splitlines() == [
        "critere;valeur;habilitations"
    ]


def test_the_page_reads_figures_and_counts_nothing(client, django_assert_max_num_queries):
    calculer_statistiques()
    for il_y_a in range(60):
        compter(100 + il_y_a, il_y_a=il_y_a)
    with django_assert_max_num_queries(2):
        page = lire(client.get(PAGE))
    assert len(page.tous("rect")) >= 60
