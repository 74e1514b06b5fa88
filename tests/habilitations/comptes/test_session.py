"""The session's end is known without being put off, and put off without leaving the page."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from habilitations.models import SessionOuverte
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def test_a_session_is_read_without_being_prolonged_and_prolonged_by_post():
    client = Client(enforce_csrf_checks=True)
    assert client.get("/session").json()["reste"] == 0
    client.force_login(scenes.compte())
    SessionOuverte.objects.update(expire_date=timezone.now() + timedelta(minutes=10))
    lu = client.get("/session").json()
    assert 590 < lu["reste"] <= 600
    assert client.get("/session").json()["reste"] <= 600
    assert client.post("/session").status_code == 403
    assert client.get("/session").json()["reste"] <= 600

    prolongee = client.post("/session", headers={"X-CSRFToken": lu["csrf"]})
    assert prolongee.json()["reste"] == settings.SESSION_COOKIE_AGE
    assert client.get("/session").json()["reste"] > settings.SESSION_COOKIE_AGE - 60

    SessionOuverte.objects.all().delete()
    finie = client.get("/session").json()
    assert finie["reste"] == 0
    assert client.post("/session", headers={"X-CSRFToken": finie["csrf"]}).json()["reste"] == 0
