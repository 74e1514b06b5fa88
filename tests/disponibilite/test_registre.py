"""Measures of the service: kept by day, read as incidents, and never lost because the database was what failed."""

import datetime

import pytest
from django.db import OperationalError

from statut_etudiant.disponibilite import registre, tasks
from statut_etudiant.disponibilite.models import Echec, Etat, Journee, Sonde
from statut_etudiant.disponibilite.registre import disponibilite
from statut_etudiant.disponibilite.sondes import Mesure

pytestmark = pytest.mark.django_db

MIDI = datetime.datetime(2026, 11, 20, 11, 0, tzinfo=datetime.UTC)
OK, PANNE, MAINTENANCE = Etat.OK, Etat.PANNE, Etat.MAINTENANCE


def mesurer(etat, minute, sonde="api"):
    registre.enregistrer([Mesure(sonde, etat)], instant=MIDI + datetime.timedelta(minutes=minute))


def incidents(maintenant=MIDI + datetime.timedelta(hours=2)):
    return [
        (un.sonde, un.etat, round((un.debut - MIDI).total_seconds() / 60), un.minutes)
        for un in registre.incidents(maintenant=maintenant)
    ]


def test_a_day_counts_its_measures_failures_and_maintenances():
    for minute, etat in enumerate([OK, PANNE, PANNE, MAINTENANCE, OK]):
        mesurer(etat, minute)
    journee = Journee.objects.get()
    assert (journee.jour, journee.mesures, journee.pannes, journee.maintenances) == (
        datetime.date(2026, 11, 20), 5, 2, 1,
    )  # fmt: skip


def test_the_day_is_that_of_paris():
    registre.enregistrer(
        [Mesure("api", OK)], instant=datetime.datetime(2026, 11, 20, 23, 30, tzinfo=datetime.UTC)
    )
    assert Journee.objects.get().jour == datetime.date(2026, 11, 21)


def test_failures_that_follow_are_one_incident_and_a_missing_measure_does_not_cut_it():
    for minute in (0, 1, 2, 5, 20):
        mesurer(PANNE, minute)
        mesurer(OK, minute, "portail")
    mesurer(OK, 21)
    assert incidents() == [("api", PANNE, 20, 1), ("api", PANNE, 0, 6)]


def test_an_incident_that_lasts_has_no_end():
    mesurer(OK, 0)
    mesurer(PANNE, 1)
    mesurer(PANNE, 2)
    assert incidents() == [("api", PANNE, 1, None)]
    mesurer(OK, 3)
    assert incidents() == [("api", PANNE, 1, 2)]


def test_a_maintenance_is_no_failure():
    mesurer(MAINTENANCE, 0)
    mesurer(PANNE, 1)
    mesurer(OK, 2)
    assert incidents() == [("api", PANNE, 1, 1), ("api", MAINTENANCE, 0, 1)]


def test_incidents_older_than_a_year_are_not_told():
    mesurer(PANNE, 0)
    mesurer(OK, 1)
    assert incidents(MIDI + datetime.timedelta(days=360)) != []
    assert incidents(MIDI + datetime.timedelta(days=370)) == []


def test_a_measure_that_comes_late_counts_in_its_day_and_does_not_change_the_present_state():
    mesurer(PANNE, 0)
    mesurer(OK, 10)
    mesurer(PANNE, 1)
    assert Sonde.objects.get().etat == OK
    assert Journee.objects.get().pannes == 2
    assert incidents() == [("api", PANNE, 0, 2)]


def test_what_was_measured_while_the_database_was_away_is_tried_again(monkeypatch):
    essais = []

    def capricieux(mesures, *, instant):
        essais.append(instant)
        if len(essais) < 3:
            raise OperationalError
        enregistrer(mesures, instant=instant)

    enregistrer = registre.enregistrer
    monkeypatch.setattr(registre, "enregistrer", capricieux)
    tasks.enregistrer.apply([MIDI.isoformat(), [("api", "panne")]])
    assert len(essais) == 3
    assert Echec.objects.get().instant == MIDI


@pytest.mark.parametrize(
    ("mesures", "pannes", "maintenances", "attendu"),
    [
        (0, 0, 0, ""),
        (10, 0, 10, ""),  # nothing was to be expected
        (1440, 0, 0, "100"),
        (1440, 0, 60, "100"),
        (100_000, 1, 0, "99,99"),  # never rounded up to « 100 % »
        (1440, 720, 0, "50,00"),
        (1500, 720, 60, "50,00"),
        (3, 3, 0, "0,00"),
    ],
)
def test_availability_leaves_maintenance_out_and_is_never_flattered(mesures, pannes, maintenances, attendu):
    assert disponibilite([Journee(mesures=mesures, pannes=pannes, maintenances=maintenances)]) == attendu


def test_measures_are_kept_thirteen_months():
    mesurer(PANNE, 0)
    assert registre.oublier(aujourdhui=datetime.date(2027, 12, 20)) == 0
    assert registre.oublier(aujourdhui=datetime.date(2027, 12, 21)) == 2
    assert not Journee.objects.exists()
