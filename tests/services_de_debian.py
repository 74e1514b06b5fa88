"""Servers that Debian packages and no wheel brings, for the tests marked `service`: PgBouncer and RabbitMQ."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from statut_etudiant.embarque.processus import Identite

PATIENCE = 60


def exiger(programme: str, paquet: str, *, en_ci: bool = True) -> str:
    trouve = shutil.which(programme) or shutil.which(f"/usr/sbin/{programme}")
    if trouve is None:
        if en_ci and os.environ.get("CI") == "true":
            pytest.fail(f"{programme} manque (apt install {paquet})")
        pytest.skip(f"{programme} n'est pas installé (apt install {paquet})")
    return trouve


def port_libre() -> int:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return prise.getsockname()[1]


def attendre_le_port(port: int, processus: subprocess.Popen, journal: Path) -> None:
    echeance = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            fini = processus.poll() is not None or time.monotonic() > echeance
            assert not fini, journal.read_text(errors="replace")
            time.sleep(0.1)


@contextmanager
def pgbouncer(adresse: str, dossier: Path, *, connexions: int) -> Iterator[str]:
    """PgBouncer before that address, in transaction mode, with so many connections to share; the address of the same
    database through it."""
    programme = exiger("pgbouncer", "pgbouncer")
    base, port = urlsplit(adresse), port_libre()
    hote = parse_qs(base.query)["host"][0]
    nom, role = base.path.removeprefix("/"), base.username
    (dossier / "pgbouncer.ini").write_text(
        f"[databases]\n{nom} = host={hote} port={base.port} dbname={nom} user={role}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = transaction\ndefault_pool_size = {connexions}\nmax_client_conn = 500\n"
    )
    # It refuses to be root: whoever owns the socket may also reach it.
    identite = Identite(os.stat(hote).st_uid, os.stat(hote).st_gid) if os.geteuid() == 0 else None
    journal = dossier / "pgbouncer.log"
    # Read by root, then given by a descriptor: the folder is closed to others.
    ini = os.open(dossier / "pgbouncer.ini", os.O_RDONLY)
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            [programme, f"/dev/fd/{ini}"],
            pass_fds=[ini], cwd="/", stdout=sortie, stderr=subprocess.STDOUT,
            **({"user": identite.uid, "group": identite.gid, "extra_groups": []} if identite else {}),
        )  # fmt: skip
    os.close(ini)
    try:
        attendre_le_port(port, processus, journal)
        yield f"postgresql://{role}@127.0.0.1:{port}/{nom}"
    finally:
        processus.terminate()
        processus.wait(PATIENCE)


@contextmanager
def rabbitmq(dossier: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """A RabbitMQ of this test's own, on the loopback; its address for Celery, and its process."""
    # Erlang and all: too much to install for one test.
    exiger("rabbitmq-server", "rabbitmq-server", en_ci=False)
    port, entre_noeuds, epmd = port_libre(), port_libre(), port_libre()
    journal = dossier / "rabbitmq.log"
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            # Beside Debian's own script, which would become another user.
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
            env={
                "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(dossier),
                "RABBITMQ_NODENAME": f"essai{port}@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
                "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_DIST_PORT": str(entre_noeuds),
                "ERL_EPMD_PORT": str(epmd), "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",
                "ERL_AFLAGS": "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd true",
                "RABBITMQ_MNESIA_BASE": str(dossier / "donnees"), "RABBITMQ_LOG_BASE": str(dossier / "journaux"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(dossier / "aucun"),
            },
            stdout=sortie, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        attendre_le_port(port, processus, journal)
        # The port opens a little before the users are there.
        echeance = time.monotonic() + PATIENCE
        while "Starting broker... completed" not in journal.read_text(errors="replace"):
            assert time.monotonic() < echeance, journal.read_text(errors="replace")
            time.sleep(0.1)
        yield f"amqp://guest:guest@127.0.0.1:{port}//", processus
    finally:
        arreter_le_groupe(processus)
        subprocess.run(
            ["epmd", "-port", str(epmd), "-kill"], env={**os.environ, "ERL_EPMD_PORT": str(epmd)},
            capture_output=True, check=False,
        )  # fmt: skip


def arreter_le_groupe(processus: subprocess.Popen) -> None:
    """Erlang's children too: they share its session."""
    if processus.poll() is None:
        os.killpg(processus.pid, signal.SIGKILL)
        processus.wait(PATIENCE)
