"""The settings as production reads them: what it refuses, what its answers carry, what compose.yaml passes."""

import json
import os
import re
import secrets
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from django.http import HttpResponse
from django.test import RequestFactory
from environ import ImproperlyConfigured

from statut_etudiant.middleware import CetteMachineSeulement
from statut_etudiant.secrets_exiges import exiger_un_secret

RACINE = Path(__file__).resolve().parents[1]
POIVRE, CLE, SECRET = (sha256(nom.encode()).hexdigest() for nom in ("essai 1", "essai 2", "essai 3"))
PRODUCTION = {
    "ENVIRONNEMENT": "production",
    "SECRET_KEY": SECRET,
    "JETON_POIVRE": POIVRE,
    "CLE_CHIFFREMENT": CLE,
    "ADRESSE_PUBLIQUE": "https://statut-etudiant.example.fr",
    "ALLOWED_HOSTS": "statut-etudiant.example.fr",
    "PROXYS_DE_CONFIANCE": "1",
    "BROKER_URL": "memory://",
    "EMAIL_URL": "smtp+tls://expediteur:motdepasse@courriel.example.fr:587",
}

LIRE = """
import json
from django.conf import settings
noms = {noms!r}
print(json.dumps({{nom: getattr(settings, nom) for nom in noms}}))
"""


def lancer(code: str, environnement: dict[str, str]) -> subprocess.CompletedProcess[str]:
    base = {
        nom: valeur for nom, valeur in os.environ.items() if nom in {"PATH", "HOME", "DATABASE_URL", "LANG"}
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=RACINE,
        env=base | {"DJANGO_SETTINGS_MODULE": "statut_etudiant.settings"} | environnement,
        capture_output=True,
        text=True,
        timeout=120,
    )


def reglages(*noms: str, **environnement: str) -> dict[str, object]:
    fait = lancer(LIRE.format(noms=noms), PRODUCTION | environnement)
    assert fait.returncode == 0, fait.stderr[-2000:]
    return json.loads(fait.stdout)


def test_production_marks_its_cookies_and_its_links() -> None:
    assert reglages(
        "DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_AGE",
        "PASSWORD_RESET_TIMEOUT", "SECURE_PROXY_SSL_HEADER", "SECURE_HSTS_SECONDS", "EMAIL_TIMEOUT",
    ) == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_AGE": 12 * 3600,
        "PASSWORD_RESET_TIMEOUT": 3600,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "SECURE_HSTS_SECONDS": 63072000,
        "EMAIL_TIMEOUT": 30,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("valeur", "dit"),
    [
        ("", "32 characters"),
        ("court", "32 characters"),
        (SECRET[:31], "32 characters"),
        ("hors-production-secret_key-ne-protege-rien", "public constant"),
        ("django-insecure-8f!x2k$w0z@q7m^v5n&b3c*l1j(h9g)d6s", "public constant"),
        ("ChangeMe-8f2kw0zq7mv5nb3cl1jh9gd6s4r", "public constant"),
        ("0123456789abcdef" * 4, "public constant"),
        ("a" * 64, "too few different"),
        ("ab" * 32, "too few different"),
        (POIVRE, "the same as JETON_POIVRE"),
    ],
)
def test_a_secret_that_can_be_guessed_or_serves_twice_is_refused_without_being_quoted(
    valeur: str, dit: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refus:
        exiger_un_secret("SECRET_KEY", valeur, {POIVRE: "JETON_POIVRE"})
    assert str(refus.value).startswith("SECRET_KEY: ")
    assert dit in str(refus.value)
    assert not valeur or valeur not in str(refus.value)


def test_secrets_drawn_at_random_are_accepted() -> None:
    connus: dict[str, str] = {}
    for rang in range(200):
        exiger_un_secret(f"HEXA_{rang}", secrets.token_hex(16), connus)
        exiger_un_secret(f"URL_{rang}", secrets.token_urlsafe(32), connus)
    assert len(connus) == 400


@pytest.mark.parametrize(
    "fautes",
    [
        {"SECRET_KEY": ""},
        {"JETON_POIVRE": "hors-production-jeton_poivre-ne-protege-rien"},
        {"CLE_CHIFFREMENT": SECRET},
        {"JETON_POIVRES_ANCIENS": f"court,{CLE[::-1]}"},
        {"CLES_CHIFFREMENT_ANCIENNES": POIVRE},
    ],
    ids=lambda fautes: next(iter(fautes)),
)
def test_production_does_not_start_with_a_refused_secret(fautes: dict[str, str]) -> None:
    fait = lancer("from django.conf import settings; settings.DEBUG", PRODUCTION | fautes)
    assert fait.returncode != 0
    assert "ImproperlyConfigured" in fait.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("adresse", "dit"),
    [
        ("", "EMAIL_URL : indiquez le serveur"),
        ("consolemail://", "ne fait partir aucun courriel"),
        ("dummymail://", "ne fait partir aucun courriel"),
        ("filemail:///var/courriels", "ne fait partir aucun courriel"),
        ("memorymail://", "ne fait partir aucun courriel"),
        ("smtps://nom:motsecret@courriel.example.fr:465", "ne fait partir aucun courriel"),
        ("smtp://", "le nom du serveur manque"),
        ("smtp+tls://nom:motsecret@", "le nom du serveur manque"),
    ],
)
def test_production_does_not_start_without_a_server_that_sends_mail(adresse: str, dit: str) -> None:
    fait = lancer("from django.conf import settings; settings.DEBUG", PRODUCTION | {"EMAIL_URL": adresse})
    assert fait.returncode != 0
    assert dit in fait.stderr.strip().splitlines()[-1]
    assert "motsecret" not in fait.stderr


@pytest.mark.parametrize(
    ("adresse", "tls", "ssl"),
    [
        ("smtp://localhost:25", False, False),
        ("smtp+tls://nom:mot@courriel.example.fr:587", True, False),
        ("smtp+ssl://nom:mot@courriel.example.fr:465", False, True),
    ],
)
def test_a_mail_server_is_spoken_to_as_its_address_says(adresse: str, tls: bool, ssl: bool) -> None:
    lus: dict[str, object] = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    lus |= {"EMAIL_USE_TLS": tls, "EMAIL_USE_SSL": ssl}
    assert reglages(*lus, EMAIL_URL=adresse) == lus


def test_compose_asks_for_a_mail_server() -> None:
    compose = yaml.safe_load((RACINE / "compose.yaml").read_text())
    assert compose["x-application"]["environment"]["EMAIL_URL"].startswith("${EMAIL_URL:?")


def test_production_passes_the_deployment_checks() -> None:
    code = "import sys; from django.core.management import execute_from_command_line as e; e(['manage.py', 'check', '--deploy', '--fail-level', 'DEBUG'])"  # noqa: E501
    fait = lancer(code, PRODUCTION)
    assert fait.returncode == 0, fait.stderr
    assert "no issues" in fait.stdout + fait.stderr


ENTETES = """
import json
import django
from django.conf import settings
# The files that collectstatic names are not what is looked at.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
client = Client(headers={"host": "statut-etudiant.example.fr", "X-Forwarded-For": "192.0.2.1"})
faits = {}
for chemin in ("/connexion", "/api/ping", "/introuvable"):
    reponse = client.get(chemin, secure=True, headers={"X-Forwarded-Proto": "https"})
    faits[chemin] = {"statut": reponse.status_code, **dict(reponse.headers)}
    faits[chemin]["cookies"] = [c.OutputString() for c in reponse.cookies.values()]
print(json.dumps(faits))
"""


def test_production_gives_each_answer_its_protections() -> None:
    """Literals: what a page and an answer of the API carry, whatever the code calls them."""
    fait = lancer(ENTETES, PRODUCTION | {"NIVEAU_JOURNAUX": "ERROR"})
    assert fait.returncode == 0, fait.stderr[-2000:]
    reponses = json.loads(fait.stdout.splitlines()[-1])
    for chemin, entetes in reponses.items():
        assert entetes["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains", chemin
        assert entetes["X-Content-Type-Options"] == "nosniff"
        assert entetes["X-Frame-Options"] == "DENY"
        assert entetes["Referrer-Policy"] == "same-origin"
        assert entetes["Cross-Origin-Opener-Policy"] == "same-origin"
        assert entetes["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=()"
        assert re.fullmatch(r"[0-9a-f]{32}", entetes["X-Request-ID"])
    assert reponses["/api/ping"]["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    page = reponses["/connexion"]
    assert page["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "no-store" in page["Cache-Control"]
    (cookie,) = page["cookies"]
    assert cookie.startswith("__Host-csrf=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("appel", "statut"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
        ({"REMOTE_ADDR": ""}, 200),  # a UNIX socket
        ({"REMOTE_ADDR": "192.0.2.7"}, 403),
        ({"REMOTE_ADDR": "10.0.0.1"}, 403),
        ({"REMOTE_ADDR": "::ffff:10.0.0.1"}, 403),
        ({"REMOTE_ADDR": "fe80::1%eth0"}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.7"}, 403),
    ],
    ids=str,
)
def test_without_environment_only_this_machine_is_served(appel: dict[str, str], statut: int) -> None:
    garde = CetteMachineSeulement(lambda request: HttpResponse("ici"))
    reponse = garde(RequestFactory().get("/", **appel))
    assert reponse.status_code == statut
    assert ("ENVIRONNEMENT=production" in reponse.content.decode()) is (statut == 403)


@pytest.mark.parametrize(
    ("environnement", "statut"), [("", 403), ("developpement", 403), ("demonstration", 200)]
)
def test_a_bare_start_serves_this_machine_only_and_says_so(environnement: str, statut: int) -> None:
    code = """
import django; django.setup()
from django.test import Client
print(Client().get("/api/ping", headers={"host": "127.0.0.1"}, REMOTE_ADDR="192.0.2.7").status_code)
"""
    fait = lancer(code, {"ENVIRONNEMENT": environnement, "BROKER_URL": "memory://"})
    assert fait.stdout.strip().splitlines()[-1] == str(statut), fait.stderr
    assert ("ses secrets sont publics" in fait.stderr) is (statut == 403)


def test_an_empty_setting_counts_as_its_default_value() -> None:
    """As compose.yaml passes what .env does not say: numbers and lists too."""
    assert reglages(
        "QUOTA_PAR_SECONDE", "CLAMAV_PORT", "PROCONNECT_ACR", "COURRIEL_VERIFIER_DOMAINES", "PREUVE_RECENTE_MINUTES",
        QUOTA_PAR_SECONDE="", CLAMAV_PORT="", PROCONNECT_ACR="", COURRIEL_VERIFIER_DOMAINES="",
        PREUVE_RECENTE_MINUTES="",
    ) == {
        "QUOTA_PAR_SECONDE": 20,
        "CLAMAV_PORT": 3310,
        "PROCONNECT_ACR": [],
        "COURRIEL_VERIFIER_DOMAINES": False,
        "PREUVE_RECENTE_MINUTES": 15,
    }  # fmt: skip


def test_compose_passes_every_setting() -> None:
    from statut_etudiant.environnement import env

    compose = yaml.safe_load((RACINE / "compose.yaml").read_text())
    passes = compose["x-application"]["environment"]
    # The owner's address is the migrations' alone, and the seals' key the workers'.
    services = {
        nom: service["environment"]
        for nom, service in compose["services"].items()
        if "environment" in service
    }
    assert {nom for nom, environnement in services.items() if "CLE_SCEAUX" in environnement} == {"worker"}
    assert "//statut_etudiant:" in services["migration"]["DATABASE_URL"]
    assert "//statut_etudiant_application:" in passes["DATABASE_URL"]
    attendus = set(env.scheme) - {"DATABASE_URL_PROPRIETAIRE", "CLE_SCEAUX"}
    assert attendus - set(passes) == set()
    # Read from .env under their own name, but for those that the set-up itself decides.
    ici = {
        "ENVIRONNEMENT",
        "ALLOWED_HOSTS",
        "ADRESSE_PUBLIQUE",
        "PROXYS_DE_CONFIANCE",
        "DATABASE_URL",
        "BROKER_URL",
    }
    for nom in attendus - ici:
        assert re.fullmatch(rf"\$\{{{nom}:[-?].*\}}", passes[nom]), nom
    for service in ("web", "worker", "beat", "migration"):
        assert attendus <= set(compose["services"][service]["environment"]), service


@pytest.mark.parametrize(
    ("url", "hote", "port", "attributs"),
    [
        ("postgresql://a@h1:5432/b", "h1", 5432, None),
        ("postgresql://a:p%40@h1:5432,h2:5433/b", "h1,h2", "5432,5433", "read-write"),
        ("postgresql://a@h1:5432,h2:5433/b?target_session_attrs=any", "h1,h2", "5432,5433", "any"),
        ("postgresql://a@/b?host=/un,/deux", "", "", "read-write"),
    ],
)
def test_of_several_hosts_the_one_that_takes_writes_is_asked_for(
    url: str, hote: str, port: object, attributs: str | None
) -> None:
    from statut_etudiant.environnement import base

    lue = base(url)
    assert (lue["HOST"], lue["PORT"]) == (hote, port)
    assert lue.get("OPTIONS", {}).get("target_session_attrs") == attributs


def test_importing_the_package_does_not_read_the_environment_yet() -> None:
    """`tests.serveurs` imports from it before it writes what the settings are to read."""
    fait = lancer("import statut_etudiant, sys; print('statut_etudiant.environnement' in sys.modules)", {})
    assert fait.stdout.strip() == "False", fait.stderr[-2000:]
