"""The structure changes while people work: a migration gives way to them, and neither waits nor bars long."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from statut_etudiant import sous_charge
from statut_etudiant.sous_charge import Bornes
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def table() -> Iterator[None]:
    with en_proprietaire() as curseur:
        curseur.execute("CREATE TABLE essai_sous_charge (n int)")
        curseur.execute("INSERT INTO essai_sous_charge SELECT generate_series(1, 100)")
    yield
    with en_proprietaire() as curseur:
        curseur.execute("DROP TABLE essai_sous_charge")


@contextmanager
def autre_session(*enonces: str) -> Iterator[psycopg.Connection]:
    """Somebody at work in a transaction of their own, which ends with this block."""
    parametres = connection.get_connection_params()
    propres = {"cursor_factory", "context", "prepare_threshold", "server_side_binding", "options"}
    with psycopg.connect(
        **{nom: valeur for nom, valeur in parametres.items() if nom not in propres}
    ) as autre:
        for enonce in enonces:
            autre.execute(enonce)
        yield autre


def test_a_lock_that_others_hold_is_waited_for_briefly(table: None) -> None:
    with autre_session("SELECT * FROM essai_sous_charge"), en_proprietaire() as curseur:
        debut = time.monotonic()
        with pytest.raises(OperationalError, match="lock timeout"), sous_charge.bornes(Bornes(0.3, 60)):
            curseur.execute("ALTER TABLE essai_sous_charge ADD COLUMN m int")
        assert 0.25 < time.monotonic() - debut < 5


def test_what_bars_the_others_for_too_long_is_stopped_and_undone(table: None) -> None:
    with en_proprietaire() as curseur:
        migration = "ALTER TABLE essai_sous_charge ADD COLUMN m int; SELECT pg_sleep(20)"
        with (
            pytest.raises(OperationalError) as refus,
            sous_charge.bornes(Bornes(2, 0.3)),
            transaction.atomic(),
        ):
            curseur.execute(migration)
        assert sous_charge.trop_longue(refus.value)
        curseur.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'essai_sous_charge'"
        )
        assert curseur.fetchone() == (1,)


def test_an_index_built_beside_the_writers_waits_for_them_as_long_as_it_takes(table: None) -> None:
    """PostgreSQL waits there for every older transaction: neither bound applies, and both are back after."""
    with autre_session("INSERT INTO essai_sous_charge VALUES (0)") as autre, en_proprietaire() as curseur:
        fin = threading.Timer(1, autre.commit)
        fin.start()
        debut = time.monotonic()
        with sous_charge.bornes(Bornes(0.2, 0.3)):
            curseur.execute("CREATE INDEX CONCURRENTLY essai_n ON essai_sous_charge (n)")
            assert time.monotonic() - debut > 0.7
            curseur.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            assert curseur.fetchone() == ("200ms", "300ms")
        fin.join()


def test_an_index_whose_building_was_interrupted_does_not_bar_the_next_try(table: None) -> None:
    creer = "CREATE UNIQUE INDEX CONCURRENTLY essai_n ON essai_sous_charge (n)"
    with en_proprietaire() as curseur:
        curseur.execute("INSERT INTO essai_sous_charge VALUES (1)")
        with pytest.raises(Exception, match="duplicate"), sous_charge.bornes(Bornes()):
            curseur.execute(creer)
        curseur.execute("DELETE FROM essai_sous_charge WHERE n = 1")
        with sous_charge.bornes(Bornes()):
            curseur.execute(creer)
        curseur.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'essai_n'::regclass")
        assert curseur.fetchone() == (True,)


def test_the_settings_do_not_outlive_the_migration(table: None) -> None:
    with en_proprietaire() as curseur:
        with sous_charge.bornes(Bornes(0.2, 0.3)):
            pass
        curseur.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert curseur.fetchone() == ("0", "0")


def test_two_migrations_of_a_database_are_never_side_by_side() -> None:
    with (
        autre_session(f"SELECT pg_advisory_lock({sous_charge._TOUR})"),
        pytest.raises(CommandError, match="Une autre migration"),
    ):
        call_command("migrate", verbosity=0)


def test_migrate_is_tried_again_until_the_others_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real command, with a real lock: it says who bars the way, lets them pass, and ends well."""
    pauses: list[float] = []
    with autre_session("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE") as autre:

        def attendre(secondes: float) -> None:
            pauses.append(secondes)
            if len(pauses) == 2:
                autre.rollback()

        monkeypatch.setattr("time.sleep", attendre)
        genant = autre.info.backend_pid
        dit = StringIO()
        call_command("migrate", verbosity=0, attente_verrou=0.2, stderr=dit)
    assert pauses == [1.0, 2.0]
    phrases = dit.getvalue().splitlines()
    assert "nouvel essai dans 1 s (2 sur 10)" in phrases[0]
    assert f"processus {genant}" in phrases[0]
    assert MigrationRecorder(connection).applied_migrations()


def test_migrate_gives_up_after_its_last_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with (
        autre_session("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE"),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        call_command("migrate", verbosity=0, attente_verrou=0.05, essais=2, stderr=StringIO())
