"""The public statistics: calls added up by day, without the sandbox, for two months; habilitations and enrolments."""

import datetime
import json

import pytest
from django.db import connection
from django.utils import timezone

from habilitations import statistiques_publiques
from habilitations.models import AppelsDuJour, Consommation, StatistiquesPubliques
from habilitations.tasks import calculer_statistiques
from referentiel.journal.echanges import SQL_ECHANGES
from referentiel.pilotage.couverture import rafraichir
from tests import fabriques
from tests.franceconnect import citoyens
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def echange(jeton, *, interface="v3", voie="ine", issue="donnees"):
    appel = fabriques.ligne_du_journal() | {
        "jeton_id": jeton and jeton.pk,
        "habilitation_id": None,
        "etudiant_id": 7 if issue == "donnees" else None,
        "categories": ["statut"] if issue == "donnees" else [],
        "interface": interface,
        "voie": voie,
        "issue": issue,
        "jti_fc": "a" * 64 if voie == "france_connect" else "",
    }
    with connection.cursor() as curseur:
        curseur.execute(SQL_ECHANGES, [json.dumps([appel])])


def consommer(jeton, statut, appels, *, il_y_a=0):
    jour = timezone.localdate() - datetime.timedelta(days=il_y_a)
    Consommation.objects.update_or_create(jeton=jeton, jour=jour, statut=statut, defaults={"appels": appels})


def comptes():
    return [
        (un.api, un.voie, un.issue, un.appels)
        for un in AppelsDuJour.objects.filter(jour=timezone.localdate())
    ]


def chiffres():
    return StatistiquesPubliques.objects.get().contenu


def test_answers_are_counted_from_the_journal_and_refusals_from_the_tokens():
    jeton = fabriques.jeton().jeton
    for _ in range(3):
        echange(jeton)
    echange(jeton, issue="non_trouve")
    echange(jeton, interface="v2", voie="identite")
    echange(None, interface="v2", voie="france_connect")
    for statut, appels in ((200, 5), (404, 1), (401, 2), (429, 40), (503, 6)):
        consommer(jeton, statut, appels)
    calculer_statistiques()
    assert comptes() == [
        ("lecture", "", "erreur", 6),
        ("lecture", "", "refuse", 42),
        ("v2", "france_connect", "donnees", 1),
        ("v2", "identite", "donnees", 1),
        ("v3", "ine", "donnees", 3),
        ("v3", "ine", "non_trouve", 1),
    ]


def test_writing_is_counted_by_its_tokens():
    jeton = fabriques.jeton(ecriture=True).jeton
    for statut, appels in ((200, 20), (202, 1), (404, 3), (500, 1)):
        consommer(jeton, statut, appels)
    calculer_statistiques()
    assert comptes() == [
        ("ecriture", "", "accepte", 21),
        ("ecriture", "", "erreur", 1),
        ("ecriture", "", "refuse", 3),
    ]


def test_the_sandbox_and_what_people_look_up_on_pages_are_not_calls():
    essai = fabriques.jeton(bac_a_sable=True).jeton
    echange(essai)
    consommer(essai, 401, 3)
    citoyens.echange(fabriques.etudiant(), interface="gestion", voie="consultation", compte_id=1)
    calculer_statistiques()
    assert comptes() == []


def test_counting_again_counts_nothing_twice_and_takes_the_late_counts_of_yesterday():
    jeton = fabriques.jeton().jeton
    echange(jeton)
    consommer(jeton, 401, 3, il_y_a=1)
    calculer_statistiques()
    echange(jeton)
    consommer(jeton, 401, 4, il_y_a=1)
    calculer_statistiques()
    assert comptes() == [("v3", "ine", "donnees", 2)]
    assert AppelsDuJour.objects.get(issue="refuse").appels == 4


def test_a_pause_of_the_worker_leaves_no_day_out():
    jeton = fabriques.jeton().jeton
    consommer(jeton, 401, 1, il_y_a=20)
    calculer_statistiques()
    for il_y_a in (15, 10, 0):
        consommer(jeton, 401, 1, il_y_a=il_y_a)
    calculer_statistiques()
    assert AppelsDuJour.objects.count() == 4


def test_two_months_are_kept_and_no_more():
    jeton = fabriques.jeton().jeton
    for il_y_a in (40, 100):
        consommer(jeton, 401, 1, il_y_a=il_y_a)
    calculer_statistiques()
    aujourdhui = timezone.localdate()
    assert [un.jour for un in AppelsDuJour.objects.all()] == [aujourdhui - datetime.timedelta(days=40)]
    statistiques_publiques.calculer(aujourdhui=aujourdhui + datetime.timedelta(days=80))
    assert not AppelsDuJour.objects.exists()


def test_habilitations_in_force_are_counted_by_type_with_the_times_of_answers():
    organisation = fabriques.organisation()
    for _ in range(2):
        fabriques.habilitation(organisation=organisation)
    fabriques.habilitation(ecriture=True)
    fabriques.habilitation(revoquee=True)
    scenes.demande("validee")
    calculer_statistiques()
    trouves = chiffres()
    assert trouves["habilitations"] == {"lecture": 3, "franceconnect": 0, "ecriture": 1}
    assert trouves["organisations"] == 3
    assert trouves["reponses"] == 1
    assert trouves["mediane"] == pytest.approx(0, abs=0.1)


def test_enrolments_are_counted_by_regime_and_establishments_by_freshness():
    frais, ancien = fabriques.etablissement(), fabriques.etablissement()
    fabriques.inscription(etablissement=frais, regime="RF1")
    fabriques.inscription(etablissement=frais, regime="RF5")
    fabriques.inscription(etablissement=ancien, regime="RF1", statut="admis")
    rafraichir(aujourdhui=timezone.localdate())
    statistiques_publiques.Couverture.objects.filter(pk=ancien.pk).update(
        derniere_confirmation=timezone.now() - datetime.timedelta(days=200)
    )
    calculer_statistiques()
    assert chiffres()["regimes"] == {"RF1": 2, "RF5": 1}
    assert chiffres()["fraicheur"] == {"frais": 1, "recents": 0, "anciens": 1}


def test_without_anything_there_is_no_time_to_tell():
    calculer_statistiques()
    assert (chiffres()["reponses"], chiffres()["mediane"], chiffres()["regimes"]) == (0, None, {})
