"""Uses that look wrong are told once, to who can do something; a token beyond the ministry's limits is suspended."""

import datetime

import pytest
from django.db import connection
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.jetons import surveillance, suspension
from habilitations.models import Consommation, Courriel, Jeton, Suspension
from habilitations.tasks import surveiller
from referentiel.models import Alerte
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def jeton():
    return fabriques.jeton().jeton


def appels(jeton, statut, nombre, il_y_a=0):
    jour = timezone.localdate() - datetime.timedelta(days=il_y_a)
    Consommation.objects.create(jeton=jeton, jour=jour, statut=statut, appels=nombre)


def alertes():
    return list(Alerte.objects.order_by("genre").values_list("genre", "sujet", "mesures"))


def test_an_ordinary_day_raises_no_alert(jeton):
    for jour in range(1, 10):
        appels(jeton, 200, 800, il_y_a=jour)
    appels(jeton, 200, 3_999)
    assert surveillance.surveiller() == 0


def test_five_times_an_ordinary_day_is_an_abnormal_volume_reported_once(jeton):
    for jour in range(1, 10):
        appels(jeton, 200, 800, il_y_a=jour)
    appels(jeton, 200, 4_000)
    assert surveillance.surveiller() == 1
    assert alertes() == [("volume", f"jeton:{jeton.pk}", {"appels": 4_000, "mediane": 800})]
    assert surveillance.surveiller() == 0


def test_without_a_past_more_calls_are_needed(jeton):
    appels(jeton, 200, 9_999)
    assert surveillance.surveiller() == 0
    Consommation.objects.update(appels=10_000)
    assert surveillance.surveiller() == 1


@pytest.mark.parametrize(
    ("trouves", "introuvables", "dit"), [(200, 200, True), (201, 200, False), (0, 199, False)]
)
def test_half_of_the_calls_not_found_is_abnormal(jeton, trouves, introuvables, dit):
    appels(jeton, 200, trouves)
    appels(jeton, 404, introuvables)
    assert surveillance.surveiller() == int(dit)


def test_refusals_by_the_quota_do_not_count(jeton):
    appels(jeton, 429, 50_000)
    assert surveillance.surveiller() == 0


def consulter(etudiants, **qui):
    with connection.cursor() as curseur:
        for etudiant in etudiants:
            curseur.execute(
                "INSERT INTO referentiel_echange (issue, requete, jeton_id, compte_id, organisation, siret, recipient,"
                " interface, voie, etudiant_id, categories) VALUES ('donnees', 'r', %s, %s, '', '', '', 'v3', %s, %s,"
                " '{statut}')",
                [
                    qui.get("jeton"),
                    qui.get("compte"),
                    "ine" if "jeton" in qui else "consultation",
                    etudiant.pk,
                ],
            )


def test_consecutive_ine_are_noticed_for_a_token_and_for_an_agent(jeton):
    voisins = [fabriques.etudiant(ine=f"12345678{rang:02}V") for rang in range(30)]
    ailleurs = [fabriques.etudiant(ine=f"{rang:02}000000000") for rang in range(30)]
    consulter(ailleurs, jeton=jeton.pk)
    consulter(voisins[:29], jeton=jeton.pk)
    assert surveillance.surveiller() == 0
    consulter(voisins[29:], jeton=jeton.pk)
    consulter(voisins, compte=77)
    assert surveillance.surveiller() == 2
    assert {(genre, sujet, mesures["voisins"]) for genre, sujet, mesures in alertes()} == {
        ("suite", f"jeton:{jeton.pk}", 30),
        ("suite", "compte:77", 30),
    }


def test_the_data_protection_officer_and_the_technical_contact_get_the_alert_once():
    delegue = scenes.compte("dpd")
    demande = scenes.demande("validee")
    jeton = fabriques.jeton().jeton
    Jeton.objects.filter(pk=jeton.pk).update(habilitation=demande.habilitation)
    appels(jeton, 404, 500)
    surveiller()
    surveiller()
    technique = demande.contacts.get(role="technique").courriel
    courriels = Courriel.objects.filter(genre="alerte_d_usage")
    assert {un.destinataire for un in courriels} == {delegue.courriel, technique}
    assert courriels.count() == 2
    pour_le_delegue = courriels.get(destinataire=delegue.courriel)
    assert "500 étudiants introuvables" in pour_le_delegue.texte
    assert "/protection/alertes" in pour_le_delegue.texte
    assert "/protection/" not in courriels.get(destinataire=technique).texte


def test_by_default_nothing_is_suspended(jeton):
    appels(jeton, 404, 1_000_000)
    surveillance.surveiller()
    jeton.refresh_from_db()
    assert jeton.vivant


def test_over_the_ministry_s_limit_the_token_is_suspended_then_given_back_as_it_was(jeton, settings):
    settings.SUSPENSION_INTROUVABLES_PAR_JOUR = 1_000
    appels(jeton, 404, 1_000)
    surveillance.surveiller()
    jeton.refresh_from_db()
    assert jeton.vivant
    Consommation.objects.update(appels=1_001)
    surveillance.surveiller()
    surveillance.surveiller()
    jeton.refresh_from_db()
    assert not jeton.vivant
    une = Suspension.objects.get()
    assert (
        jeton.motif_revocation
        == "Suspendu par le ministère : plus de 1000 étudiants introuvables dans la journée."
    )
    acteur = Acteur(compte=scenes.compte("dpd"))
    assert suspension.rendre(suspension_id=une.pk, acteur=acteur)
    assert not suspension.rendre(suspension_id=une.pk, acteur=acteur)
    jeton.refresh_from_db()
    assert (jeton.vivant, jeton.motif_revocation) == (True, "")
    # Somebody has looked: it is not suspended again for the same day.
    surveillance.surveiller()
    jeton.refresh_from_db()
    assert jeton.vivant
