"""Full disks, for real: a file system in memory of a few megabytes, and a tablespace of PostgreSQL on one."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from statut_etudiant.embarque.postgres import SUPERUTILISATEUR
from tests.serveur_web import adresse_de_la_base

#: The file that takes all the room.
PLEIN = "plein"


@contextlib.contextmanager
def disque(taille: str) -> Iterator[Path]:
    """A disk of this size (`1m`). Skips the test of whoever may not mount one."""
    with tempfile.TemporaryDirectory(prefix="disque-") as dossier:
        os.chmod(dossier, 0o755)  # noqa: S103 - PostgreSQL runs as somebody else
        fait = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={taille},mode=755", "tmpfs", dossier],
            capture_output=True,
            check=False,
            timeout=10,
        )
        if fait.returncode:
            pytest.skip("monter un disque en mémoire demande d'être root")
        try:
            yield Path(dossier)
        finally:
            subprocess.run(["umount", "--lazy", dossier], check=True, timeout=10)


def remplir(dossier: Path) -> None:
    with (dossier / PLEIN).open("wb", buffering=0) as fichier, contextlib.suppress(OSError):
        while True:
            fichier.write(bytes(65_536))


def superutilisateur() -> psycopg.Connection:
    """Of the embedded server. Skips the test elsewhere: nobody gives us that of a server of theirs."""
    adresse = urlsplit(adresse_de_la_base())
    _, _, hote = adresse.netloc.rpartition("@")
    try:
        return psycopg.connect(
            adresse._replace(netloc=f"{SUPERUTILISATEUR}@{hote}").geturl(), autocommit=True
        )
    except psycopg.OperationalError:
        pytest.skip("seul le superutilisateur de PostgreSQL crée un tablespace")


@contextlib.contextmanager
def table_sur(dossier: Path, table: str) -> Iterator[None]:
    """Put this table of the test database on that disk."""
    with superutilisateur() as connexion:
        (donnees,) = connexion.execute("SHOW data_directory").fetchone()
        proprietaire = Path(donnees).stat()
        espace = dossier / "postgresql"
        espace.mkdir()
        os.chown(espace, proprietaire.st_uid, proprietaire.st_gid)
        # Its own name: a run that was killed may have left its tablespace behind.
        nom = f"essai_{uuid4().hex}"
        connexion.execute(f"CREATE TABLESPACE {nom} LOCATION '{espace}'")
        try:
            connexion.execute(f"ALTER TABLE {table} SET TABLESPACE {nom}")
            yield
        finally:
            # Even emptying a table takes a page.
            (dossier / PLEIN).unlink(missing_ok=True)
            connexion.execute(f"TRUNCATE {table} CASCADE")
            connexion.execute(f"ALTER TABLE {table} SET TABLESPACE pg_default")
            connexion.execute(f"DROP TABLESPACE {nom}")
