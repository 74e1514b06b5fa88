"""A primary and its streaming standby, for the tests marked `service`: the embedded PostgreSQL twice."""

import time
from pathlib import Path

import psycopg

from statut_etudiant.embarque import adresse_postgres
from statut_etudiant.embarque.chemins import BASE, NOM_SOCKET_POSTGRES, dossier_du_socket
from statut_etudiant.embarque.postgres import SUPERUTILISATEUR, Postgres
from statut_etudiant.embarque.processus import executer, identite_pour

PATIENCE = 30


class Secondaire(Postgres):
    """A standby that follows `primaire` from its start."""

    def __init__(self, dossier: Path, primaire: Postgres) -> None:
        super().__init__(dossier)
        self.primaire = primaire

    def _creer(self, postgres: Path) -> None:
        self.dossier.mkdir(mode=0o700)
        self._identite = identite_pour(self.dossier, executable=postgres)
        executer(
            [
                postgres.with_name("pg_basebackup"), "--pgdata", self.dossier, "--write-recovery-conf",
                "--checkpoint=fast", "--no-sync", "--dbname", adresse_postgres(
                    self.primaire.dossier, base="postgres", role=SUPERUTILISATEUR
                ),
            ],
            identite=self._identite,
            environnement=self._environnement(),
            dossier=self.dossier.parent,
        )  # fmt: skip
        # The primary's socket lies in its data, and so in their copy.
        (self.dossier / f"{NOM_SOCKET_POSTGRES}.lock").unlink(missing_ok=True)

    def apres_demarrage(self) -> None:
        """Nothing: it only reads."""

    def executer_sql(self, enonce: str) -> list[tuple[object, ...]]:
        with psycopg.connect(
            adresse_postgres(self.dossier, base=BASE, role=SUPERUTILISATEUR), autocommit=True
        ) as connexion:
            curseur = connexion.execute(enonce)
            return curseur.fetchall() if curseur.description else []


def adresse_des_deux(primaire: Postgres, secondaire: Postgres) -> str:
    """One URL with both hosts."""
    hotes = ",".join(str(dossier_du_socket(s.dossier, NOM_SOCKET_POSTGRES)) for s in (primaire, secondaire))
    return adresse_postgres(primaire.dossier).partition("?")[0] + f"?host={hotes}"


def attendre(condition, quoi: str, patience: float = PATIENCE) -> None:
    echeance = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < echeance, f"attendu en vain : {quoi}"
        time.sleep(0.1)
