"""A student who writes at length is told before their session ends; a page that asks by itself is no activity."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from habilitations.comptes.sessions import SessionStore
from habilitations.models import SessionOuverte
from tests.franceconnect.citoyens import au_registre, citoyen

pytestmark = pytest.mark.django_db
ADRESSE = "/mon-espace/session"


@pytest.fixture
def agathe() -> Client:
    client = citoyen(au_registre("agathe"))
    client.handler.enforce_csrf_checks = True
    return client


def _finir_dans(**delai: int) -> None:
    SessionOuverte.objects.update(expire_date=timezone.now() + timedelta(**delai))


def test_reading_how_long_a_citizens_session_lasts_does_not_prolong_it(agathe):
    assert Client().get(ADRESSE).json()["reste"] == 0
    _finir_dans(minutes=4)
    for _ in range(2):
        assert 230 < agathe.get(ADRESSE).json()["reste"] <= 240


def test_a_citizen_stays_a_quarter_of_an_hour_more_by_one_press(agathe):
    _finir_dans(minutes=2)
    lu = agathe.get(ADRESSE).json()
    assert agathe.post(ADRESSE).status_code == 403
    assert agathe.post(ADRESSE, headers={"X-CSRFToken": lu["csrf"]}).json()["reste"] == 900
    assert 890 < agathe.get(ADRESSE).json()["reste"] <= 900


def test_no_press_keeps_a_citizen_longer_than_an_hour(agathe):
    magasin = SessionStore(agathe.cookies[settings.CITOYEN_COOKIE_NAME].value)
    magasin["citoyen"] = magasin["citoyen"] | {"depuis": time.time() - 3600 + 120}
    magasin.save()
    lu = agathe.get(ADRESSE).json()
    assert 110 < lu["reste"] <= 120
    assert agathe.post(ADRESSE, headers={"X-CSRFToken": lu["csrf"]}).json()["reste"] <= 120


def test_the_pages_where_a_student_writes_ask_their_own_session(agathe):
    page = agathe.get("/mon-espace/demandes/rectification").content.decode()
    assert f'data-adresse="{ADRESSE}"' in page
    assert 'data-avertir="180"' in page
    assert "js/session.js" in page
