"""The embedded servers in the situations that machines put them in: real processes, a scratch folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import kombu
import psutil
import psycopg
import pytest

from statut_etudiant.embarque.postgres import Postgres, premier_libre
from statut_etudiant.embarque.processus import ServeurIndisponible, lancer
from statut_etudiant.embarque.serveur import Serveur
from statut_etudiant.embarque.valkey import Valkey

RACINE = Path(__file__).resolve().parents[2]


def processus_de(dossier: Path) -> list[psutil.Process]:
    """Who works in this folder, whoever started them."""
    trouves = []
    for processus in psutil.process_iter():
        try:
            if Path(processus.cwd()) == dossier and processus.status() != psutil.STATUS_ZOMBIE:
                trouves.append(processus)
        except (psutil.Error, OSError):
            continue
    return trouves


def attendre(condition: Callable[[], bool], secondes: float = 20) -> None:
    echeance = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < echeance, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def autre_programme(dossier: Path):  # type: ignore[no-untyped-def]
    """Another program that starts a server on the folder and stays."""

    def demarrer(classe: type[Serveur]) -> subprocess.Popen[bytes]:
        code = (
            "import sys, time; from pathlib import Path;"
            f"from {classe.__module__} import {classe.__name__} as Serveur;"
            "Serveur(Path(sys.argv[1])).demarrer(); print('prêt', flush=True); time.sleep(60)"
        )
        programme = subprocess.Popen(
            [sys.executable, "-c", code, dossier], cwd=RACINE, stdout=subprocess.PIPE
        )
        assert programme.stdout is not None
        assert programme.stdout.readline() == "prêt\n".encode()
        programmes.append(programme)
        return programme

    programmes: list[subprocess.Popen[bytes]] = []
    yield demarrer
    for programme in programmes:
        programme.kill()
        programme.communicate()
    attendre(lambda: not processus_de(dossier))


def test_postgres_starts_keeps_its_data_and_leaves_nothing_behind(dossier: Path) -> None:
    with (
        Postgres(dossier, durable=False) as serveur,
        psycopg.connect(serveur.adresse_proprietaire) as connexion,
    ):
        connexion.execute("CREATE TABLE essai AS SELECT 'Éloïse' AS nom")
    assert processus_de(dossier) == []
    with (
        Postgres(dossier, durable=False) as serveur,
        psycopg.connect(serveur.adresse_proprietaire) as connexion,
    ):
        assert connexion.execute("SELECT upper(nom) FROM essai").fetchone() == ("ÉLOÏSE",)


@pytest.mark.usefixtures("deja_fait")
def test_the_application_is_no_superuser_and_nothing_listens_on_the_network(dossier: Path) -> None:
    with Postgres(dossier, durable=False) as serveur:
        with psycopg.connect(serveur.adresse) as connexion:
            question = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            assert connexion.execute(question).fetchone() == (False,)
            assert connexion.execute("SHOW listen_addresses").fetchone() == ("",)
        assert psutil.Process(serveur.processus.pid).net_connections("inet") == []
        assert (dossier / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("deja_fait")
def test_the_log_does_not_copy_the_statements_that_fail(dossier: Path) -> None:
    with Postgres(dossier, durable=False) as serveur, psycopg.connect(serveur.adresse) as connexion:
        connexion.execute("CREATE TEMPORARY TABLE essai (nom text PRIMARY KEY)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connexion.execute("INSERT INTO essai VALUES ('Canarinom'), ('Canarinom')")
        journal = serveur.journal.read_text()
        assert "duplicate key" in journal
        assert "Canarinom" not in journal


def test_settings_of_the_shell_do_not_reach_the_embedded_server(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nom, valeur in {
        "PGPORT": "9",
        "PGHOST": "h",
        "PGUSER": "u",
        "PGDATABASE": "b",
        "LC_ALL": "C",
    }.items():
        monkeypatch.setenv(nom, valeur)
    with Postgres(dossier, durable=False) as serveur, psycopg.connect(serveur.adresse) as connexion:
        assert connexion.info.dbname == "statut_etudiant"
        assert connexion.execute("SHOW server_encoding").fetchone() == ("UTF8",)


@pytest.mark.usefixtures("deja_fait")
def test_a_stale_pid_file_that_names_a_living_process_does_not_prevent_a_start(dossier: Path) -> None:
    with Postgres(dossier, durable=False) as serveur:
        pass
    # As in a new container: the number is that of another process, of the same user.
    autre = lancer(["/bin/sleep", "60"], identite=serveur._identite)
    perime = f"{autre.pid}\n{dossier}\n1\n5432\n{dossier}\n\n0 0\nready\n"
    (dossier / "postmaster.pid").write_text(perime)
    try:
        with Postgres(dossier, durable=False) as serveur:
            assert serveur.repond()
        assert autre.poll() is None, "the innocent was ended"
    finally:
        autre.kill()
        autre.wait()


@pytest.mark.usefixtures("deja_fait")
def test_acknowledged_writes_survive_the_death_of_every_postgres_process(dossier: Path) -> None:
    serveur = Postgres(dossier, durable=False)
    with serveur, psycopg.connect(serveur.adresse_proprietaire) as connexion:
        connexion.execute("CREATE TABLE essai (n int)")
        connexion.execute("INSERT INTO essai VALUES (1)")
        connexion.commit()
        for processus in processus_de(dossier):
            processus.kill()
    with (
        Postgres(dossier, durable=False) as serveur,
        psycopg.connect(serveur.adresse_proprietaire) as connexion,
    ):
        assert connexion.execute("SELECT n FROM essai").fetchone() == (1,)


def test_an_interrupted_creation_is_done_again(dossier: Path) -> None:
    brouillon = dossier.with_name(f"{dossier.name}.neuf")
    brouillon.mkdir()
    (brouillon / "PG_VERSION").write_text("18\n")
    with Postgres(dossier, durable=False) as serveur:
        assert serveur.repond()


def test_data_of_another_major_version_are_refused_with_what_to_do(dossier: Path) -> None:
    dossier.mkdir()
    (dossier / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServeurIndisponible, match=r"PostgreSQL 12.*RESET=1"):
        Postgres(dossier).demarrer()


@pytest.mark.parametrize("classe", [Postgres, Valkey])
def test_a_second_program_uses_the_server_of_the_first_and_does_not_stop_it(
    dossier: Path, classe: type[Serveur], autre_programme: Callable[[type[Serveur]], subprocess.Popen[bytes]]
) -> None:
    autre_programme(classe)
    serveur = classe(dossier)
    with serveur:
        assert not serveur.a_nous
    assert serveur.repond()


@pytest.mark.parametrize("classe", [Postgres, Valkey])
def test_the_server_dies_with_a_program_killed_without_warning(
    dossier: Path, classe: type[Serveur], autre_programme: Callable[[type[Serveur]], subprocess.Popen[bytes]]
) -> None:
    programme = autre_programme(classe)
    assert processus_de(dossier)
    programme.send_signal(signal.SIGKILL)
    attendre(lambda: not processus_de(dossier))


@pytest.mark.usefixtures("deja_fait")
def test_the_next_program_starts_at_once_after_a_killed_one(
    dossier: Path, autre_programme: Callable[[type[Serveur]], subprocess.Popen[bytes]]
) -> None:
    programme = autre_programme(Postgres)
    programme.kill()
    programme.wait()
    with Postgres(dossier) as serveur, psycopg.connect(serveur.adresse) as connexion:
        assert serveur.a_nous
        assert connexion.execute("SELECT 1").fetchone() == (1,)


def test_two_runs_on_one_checkout_get_two_servers(dossier: Path) -> None:
    with premier_libre(dossier, durable=False) as premier, premier_libre(dossier, durable=False) as second:
        assert premier.adresse != second.adresse
        assert premier.repond()
        assert second.repond()


def test_a_folder_too_deep_for_a_socket_works_and_its_short_folder_is_closed(dossier: Path) -> None:
    profond = dossier / ("x" * 90)
    with Postgres(profond, durable=False) as serveur, Valkey(profond / "v") as courtier:
        for dossier_court in (serveur._socket, courtier._socket):
            assert dossier_court.parent == Path("/tmp")
            assert dossier_court.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(serveur.adresse) as connexion:
            assert connexion.execute("SELECT 1").fetchone() == (1,)
    for dossier_court in (serveur._socket, courtier._socket):
        dossier_court.rmdir()


def test_a_short_folder_opened_to_others_is_refused(dossier: Path) -> None:
    valkey = Valkey(dossier / ("x" * 90))
    valkey._socket.mkdir()
    valkey._socket.chmod(0o777)
    try:
        with pytest.raises(ServeurIndisponible, match="ouvert à tous"):
            valkey.demarrer()
    finally:
        valkey._socket.rmdir()


def test_valkey_keeps_accepted_messages_over_a_restart(dossier: Path) -> None:
    with Valkey(dossier) as serveur, kombu.Connection(serveur.adresse) as connexion:
        connexion.SimpleQueue("essai").put("bonjour")
    with Valkey(dossier) as serveur, kombu.Connection(serveur.adresse) as connexion:
        message = connexion.SimpleQueue("essai").get(timeout=5)
        assert message.payload == "bonjour"
        message.ack()


@pytest.mark.skipif(os.geteuid() != 0, reason="a matter of root only")
@pytest.mark.skipif(sys.platform != "linux", reason="Linux capabilities")
def test_root_runs_postgres_as_an_ordinary_user_under_a_folder_closed_to_it(dossier: Path) -> None:
    dossier.parent.chmod(0o700)
    with Postgres(dossier, durable=False) as serveur:
        assert serveur.repond()
        assert psutil.Process(serveur.processus.pid).uids().effective == dossier.stat().st_uid
        assert dossier.stat().st_uid != 0
    assert dossier.parent.stat().st_mode & 0o777 == 0o700
