"""The benchmarks' PostgreSQL, with fsync on as in production, and its databases of several sizes.

The data stay under var/ from a run to the next: making a million students takes a minute.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from statut_etudiant.embarque import VAR, adresse_postgres
from statut_etudiant.embarque.chemins import PROPRIETAIRE
from statut_etudiant.embarque.postgres import Postgres, premier_libre

RACINE = Path(__file__).resolve().parents[2]
DOSSIER = VAR / "bench-postgres"


def dire(texte: str = "") -> None:
    print(texte, flush=True)


class Base:
    """One database of the server: migrated, or the copy of another (`modele`). `manage` runs our commands on it."""

    def __init__(
        self, serveur: Postgres, nom: str, *, neuve: bool = False, modele: str = "", racine: Path = RACINE
    ) -> None:
        self.nom = nom
        #: Whose code runs on it.
        self.racine = racine
        self.adresse = adresse_postgres(serveur.dossier, base=nom)
        self.adresse_proprietaire = adresse_postgres(serveur.dossier, base=nom, role=PROPRIETAIRE)
        self.environnement = {
            **os.environ,
            "DATABASE_URL": self.adresse,
            "DATABASE_URL_PROPRIETAIRE": self.adresse_proprietaire,
            "BROKER_URL": "memory://",
            "ENVIRONNEMENT": "developpement",
            "DJANGO_SETTINGS_MODULE": "statut_etudiant.settings",
        }
        with psycopg.connect(serveur.adresse_superutilisateur, autocommit=True) as connexion:
            identifiant = sql.Identifier(nom)
            if neuve:
                connexion.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifiant))
            if connexion.execute("SELECT FROM pg_database WHERE datname = %s", [nom]).fetchone() is None:
                connexion.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                        identifiant, sql.Identifier(PROPRIETAIRE), sql.Identifier(modele or "template1")
                    )
                )
        if not modele:
            self.manage("migrate", "--verbosity", "0")

    def manage(self, *arguments: str) -> str:
        """Run a command; its standard output. Its messages go to the terminal."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.racine,
            env=self.environnement,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    @property
    def en_proprietaire(self) -> dict[str, str]:
        """For what makes whole worlds at once, triggers put aside."""
        return self.environnement | {"DATABASE_URL": self.adresse_proprietaire}

    def connecter(self) -> psycopg.Connection:
        """As the owner: what is measured connects as the application."""
        return psycopg.connect(self.adresse_proprietaire, autocommit=True)

    def peupler(self, etudiants: int) -> None:
        """Have that many students, and nothing left to do for autovacuum while measuring."""
        with self.connecter() as connexion:
            (presents,) = connexion.execute("SELECT count(*) FROM referentiel_etudiant").fetchone()
        if presents < etudiants:
            dire(f"· {etudiants - presents:,} étudiants à inventer…".replace(",", " "))
            self.manage(
                "generer_donnees", "--etudiants", str(etudiants - presents), "--graine", str(presents)
            )
        with self.connecter() as connexion:
            connexion.execute("VACUUM ANALYZE")

    def jetons(self, nombre: int, scopes: str) -> list[str]:
        """New reading tokens. Those of the previous run, whose secrets are lost, go."""
        with self.connecter() as connexion:
            connexion.execute("DELETE FROM habilitations_consommation")
            connexion.execute("DELETE FROM habilitations_jeton")
            connexion.execute("DELETE FROM habilitations_habilitation")
            connexion.execute("DELETE FROM habilitations_quota")
        return self.manage(
            "creer_jeton", "--siret", "13002526500013", "--intitule", "Mesures", "--scopes", scopes,
            "--nombre", str(nombre), "--verbosity", "0",
        ).split()  # fmt: skip


def serveur() -> Postgres:
    """A PostgreSQL of this run's own, durable: a commit waits for the disk."""
    return premier_libre(DOSSIER, durable=True)
