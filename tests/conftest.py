"""Fixtures for every test. The servers themselves are in `serveurs.py`, which comes first."""

import ipaddress
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from statut_etudiant.embarque.valkey import Valkey
from tests.proprietaire import devenir_l_application, en_proprietaire
from tests.serveurs import EN_CI

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: The first is Chromium without what only a screen needs: same pages, a quarter less processor.
_NAVIGATEURS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAVIGATEURS)), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("navigateur") and CHROMIUM is None:
        refuser = pytest.fail if EN_CI else pytest.skip
        refuser("Chromium n'est pas installé : les parcours dans un navigateur ne sont pas vérifiés")


def _local(adresse: object) -> bool:
    if not isinstance(adresse, tuple):
        return True  # a UNIX socket
    hote = str(adresse[0])
    try:
        return ipaddress.ip_address(hote.split("%")[0]).is_loopback
    except ValueError:
        return hote in {"localhost", ""}


@pytest.fixture(autouse=True, scope="session")
def aucun_reseau() -> Iterator[None]:
    """A test that would talk to another machine fails, wherever the call comes from."""
    with pytest.MonkeyPatch.context() as remplacements:
        for nom in ("connect", "connect_ex"):
            d_origine = getattr(socket.socket, nom)

            def connecter(self: socket.socket, adresse: object, d_origine: Any = d_origine) -> Any:
                if not _local(adresse):
                    self.close()
                    raise RuntimeError(f"Un test appelle le réseau : {adresse}")
                return d_origine(self, adresse)

            remplacements.setattr(socket.socket, nom, connecter)
        yield


@pytest.fixture(autouse=True, scope="session")
def empreintes_rapides() -> Iterator[None]:
    """The real hash of a password is slow on purpose."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def copies_vides(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What processes remember of announcements for a while: nothing, unless a test has it read."""
    from statut_etudiant import maintenance
    from statut_etudiant.annonces import bandeaux
    from statut_etudiant.annonces.copie import Copie

    monkeypatch.setattr(Copie, "active", False)
    maintenance.lire_les_fenetres_par(None)
    yield
    maintenance.lire_les_fenetres_par(None)
    bandeaux.COPIE.vider()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The test database is made, migrated and dropped by the owner."""
    from django.conf import settings
    from django.db import connection

    if settings.DATABASE_PROPRIETAIRE:
        connection.settings_dict["USER"] = settings.DATABASE_PROPRIETAIRE["USER"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, in which tests are the application, as in production (`tests.proprietaire`).

    Django empties every table after a test that commits: the owner does it, and the trigger that refuses it is put
    aside here, for the whole run. The tests of that refusal put it back, in a transaction of their own.
    """
    from django.db import connection

    # Of the class: beside Playwright's loop, Django makes itself another connection.
    operations = type(connection.ops)
    vider = operations.execute_sql_flush

    def vider_en_proprietaire(ops: Any, enonces: list[str]) -> None:
        with en_proprietaire():
            vider(ops, enonces)

    with django_db_blocker.unblock(), connection.cursor() as curseur:
        curseur.execute("ALTER TABLE referentiel_historique DISABLE TRIGGER historique_non_vidable")
        devenir_l_application(curseur)
    operations.execute_sql_flush = vider_en_proprietaire
    yield
    operations.execute_sql_flush = vider
    with django_db_blocker.unblock():
        _attendre_la_fin_des_autres()
    connection.settings_dict["OPTIONS"].pop("options", None)
    connection.close()


def _attendre_la_fin_des_autres() -> None:
    """A thread or a process that the last tests ended may still be leaving the database, on a busy machine.

    What stays longer is a connection that nobody closes: it is told, with what it last did, and ended.
    """
    from django.db import connection

    les_autres = (
        "FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with connection.cursor() as curseur:
        # What other sessions are is shown to their own role: they signed in as the owner, as this one did.
        curseur.execute("SET ROLE NONE")
        for _ in range(100):
            curseur.execute(f"SELECT count(*) {les_autres}")
            if curseur.fetchone()[0] == 0:
                return
            time.sleep(0.1)
        curseur.execute(
            f"SELECT application_name, left(query, 200), pg_terminate_backend(pid, 5000) {les_autres}"
        )
        for application, enonce, _ in curseur.fetchall():
            print(f"connexion laissée ouverte par un test ({application}) : {enonce}", file=sys.__stderr__)


@pytest.fixture
def donnees_validees(transactional_db: None) -> Iterator[None]:
    """For tests that commit, because another connection or process must see their rows.

    Django empties the tables of the models afterwards; the exchange journal, which is not one of them and refuses
    it, is emptied here.
    """
    from django.db import transaction

    yield
    with transaction.atomic(), en_proprietaire() as curseur:
        curseur.execute("ALTER TABLE referentiel_echange DISABLE TRIGGER echange_ajout_seul")
        curseur.execute("DELETE FROM referentiel_echange")
        curseur.execute("ALTER TABLE referentiel_echange ENABLE TRIGGER echange_ajout_seul")


@pytest.fixture(scope="session")
def courtier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real broker, empty at first, for the tests marked `service`."""
    with Valkey(tmp_path_factory.mktemp("courtier") / "valkey") as serveur:
        yield serveur.adresse


@pytest.fixture(scope="session")
def navigateur() -> Iterator["Browser"]:
    """A headless Chromium, for the tests marked `navigateur`."""
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous API keeps a loop in this thread, beside which Django would refuse its ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # Chromium has no sandbox as root, nor in most containers; it only opens our own pages here.
        navigateur = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield navigateur
        navigateur.close()
