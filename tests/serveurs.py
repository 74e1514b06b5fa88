"""What the tests run against, made ready before Django reads its settings (a plugin: see pyproject.toml).

PostgreSQL is the one of DATABASE_URL, else the embedded one, one a run: two runs in one checkout do not meet.
"""

import os

# First of all: the package reads its environment as soon as it is imported (Celery's application).
os.environ["ENVIRONNEMENT"] = "test"

import pytest

from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.postgres import premier_libre

EN_CI = os.environ.get("CI") == "true"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    # Never the broker of a demonstration that runs beside; `courtier` gives a real one to those who ask.
    os.environ["BROKER_URL"] = "memory://"
    # A worker of pytest-xdist inherits the address from the process that started it.
    if not os.environ.get("DATABASE_URL"):
        serveur = premier_libre(VAR / "test-postgres", durable=False)
        os.environ["DATABASE_URL"] = serveur.adresse
        os.environ["DATABASE_URL_PROPRIETAIRE"] = serveur.adresse_proprietaire
        early_config.add_cleanup(serveur.arreter)


def pytest_report_header() -> str:
    embarque = "test-postgres" in os.environ["DATABASE_URL"]
    return f"base de données : {'PostgreSQL embarqué' if embarque else 'celle de DATABASE_URL'}"
