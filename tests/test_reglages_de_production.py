"""The settings that only production has, read as it reads them: in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

SECRET = "un-secret-de-test-assez-long-pour-la-production-0123456789"
REGLAGES = {
    "ENVIRONNEMENT": "production",
    "SECRET_KEY": SECRET,
    "JETON_POIVRE": SECRET,
    "CLE_CHIFFREMENT": SECRET,
    "DATABASE_URL": "postgresql://personne@127.0.0.1/aucune",
    "BROKER_URL": "redis://127.0.0.1/0",
    "ALLOWED_HOSTS": "statutetudiant.test",
    "ADRESSE_PUBLIQUE": "https://statutetudiant.test",
}


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    code = (
        "import json; from django.conf import settings;"
        "print(json.dumps({nom: getattr(settings, nom) for nom in dir(settings) if nom.isupper()}, default=str))"
    )
    sortie = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | REGLAGES | {"DJANGO_SETTINGS_MODULE": "statut_etudiant.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert sortie.returncode == 0, sortie.stderr
    reglages: dict[str, Any] = json.loads(sortie.stdout)
    return reglages


def test_the_cookies_are_bound_to_this_host_to_https_and_closed_to_scripts(
    production: dict[str, Any],
) -> None:
    assert production["SESSION_COOKIE_NAME"] == "__Host-session"
    assert production["CSRF_COOKIE_NAME"] == "__Host-csrf"
    for nom in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert production[f"{nom}_SECURE"] is True
        assert production[f"{nom}_HTTPONLY"] is True
        assert production[f"{nom}_SAMESITE"] == "Lax"
        assert production[f"{nom}_DOMAIN"] is None
        assert production[f"{nom}_PATH"] == "/"


def test_a_session_lasts_half_a_day_and_a_link_to_a_new_password_an_hour(production: dict[str, Any]) -> None:
    assert production["SESSION_COOKIE_AGE"] == 43_200
    assert production["PASSWORD_RESET_TIMEOUT"] == 3_600


def test_nothing_is_shown_of_an_error_and_messages_stay_on_the_server(production: dict[str, Any]) -> None:
    assert production["DEBUG"] is False
    assert production["MESSAGE_STORAGE"] == "django.contrib.messages.storage.session.SessionStorage"


def test_a_password_has_twelve_characters(production: dict[str, Any]) -> None:
    (longueur,) = [
        regle["OPTIONS"]["min_length"]
        for regle in production["AUTH_PASSWORD_VALIDATORS"]
        if regle["NAME"].endswith("MinimumLengthValidator")
    ]
    assert longueur == 12
