"""`make mutation`: breaks the rules that protect people, one at a time, and tells which the tests do not miss.

The rules and their tests are in `mutations.toml`. A copy of the project is broken, never this checkout. A mutation that
survives is a rule that anybody may undo unnoticed: it wants a test, written from the specification.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import psycopg

from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.postgres import premier_libre

RACINE = Path(__file__).resolve().parents[2]
LISTE = Path(__file__).with_name("mutations.toml")
#: The tested database as the migrations leave it: each run has a copy of it.
MODELE, BASE = "test_mutation_modele", "test_mutation"
DELAI = 1800  # seconds
# As pytest says them.
REUSSIS, ECHOUES, INTERROMPUS = 0, 1, 2


class Mutation(NamedTuple):
    quoi: str
    fichier: str
    avant: str  # once in the file
    apres: str
    tests: tuple[str, ...]

    @property
    def du_schema(self) -> bool:
        """The database is to be made again."""
        return not {"migrations", "roles"}.isdisjoint(Path(self.fichier).parts)


class Issue(StrEnum):
    TUEE = "tuée"
    SURVIT = "SURVIT"
    PERIMEE = "PÉRIMÉE"
    SANS_TEST = "SANS TEST"


def lire() -> list[Mutation]:
    lues = tomllib.loads(LISTE.read_text())["mutation"]
    return [Mutation(**{**lue, "tests": tuple(lue["tests"])}) for lue in lues]


class Copie:
    """The project's files, elsewhere, and a database for their tests."""

    def __init__(self, racine: Path, *, adresse: str, proprietaire: str) -> None:
        self.racine, self.adresse, self.proprietaire = racine, adresse, proprietaire
        suivis = subprocess.run(
            ["git", "ls-files", "-z"], cwd=RACINE, capture_output=True, text=True, check=True
        )
        for nom in filter(None, suivis.stdout.split("\0")):
            if (RACINE / nom).is_file():
                (racine / nom).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(RACINE / nom, racine / nom)

    def preparer(self) -> None:
        """Make the model of the database."""
        with psycopg.connect(_de_base(self.proprietaire, "postgres"), autocommit=True) as connexion:
            # The one of DATABASE_URL besides, empty: tests of the settings connect to it.
            for base in (MODELE, BASE.removeprefix("test_")):
                connexion.execute(f"DROP DATABASE IF EXISTS {base} WITH (FORCE)")
                connexion.execute(f"CREATE DATABASE {base}")
        migrer = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(migrer, cwd=self.racine, env=self._environnement(MODELE), check=True)

    @contextmanager
    def cassee(self, mutation: Mutation) -> Iterator[None]:
        """Raises ValueError when the text is not there once."""
        fichier = self.racine / mutation.fichier
        source = fichier.read_text() if fichier.is_file() else ""
        if source.count(mutation.avant) != 1:
            raise ValueError(mutation.fichier)
        fichier.write_text(source.replace(mutation.avant, mutation.apres))
        try:
            yield
        finally:
            fichier.write_text(source)
            # Compiled files are known by a date in seconds and a size: these may not have changed.
            shutil.rmtree(fichier.parent / "__pycache__", ignore_errors=True)

    def essayer(self, tests: Sequence[str], *, creer: bool) -> tuple[int, str]:
        """pytest's exit code, and what it printed."""
        if not creer:
            with psycopg.connect(_de_base(self.proprietaire, "postgres"), autocommit=True) as connexion:
                connexion.execute(f"DROP DATABASE IF EXISTS {BASE} WITH (FORCE)")
                connexion.execute(f"CREATE DATABASE {BASE} TEMPLATE {MODELE}")
        commande = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-n",
            "0",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
        ]
        try:
            fait = subprocess.run(
                [*commande, "--create-db" if creer else "--reuse-db", *tests],
                cwd=self.racine,
                # pytest-django puts `test_` before the name.
                env=self._environnement(BASE.removeprefix("test_")),
                capture_output=True,
                text=True,
                timeout=DELAI,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ECHOUES, ""
        return fait.returncode, fait.stdout

    def _environnement(self, base: str) -> dict[str, str]:
        return os.environ | {
            "ENVIRONNEMENT": "test",
            "BROKER_URL": "memory://",
            "DATABASE_URL": _de_base(self.adresse, base),
            "DATABASE_URL_PROPRIETAIRE": _de_base(self.proprietaire, base),
        }


def _de_base(adresse: str, nom: str) -> str:
    return urlunsplit(urlsplit(adresse)._replace(path=f"/{nom}"))


def juger(copie: Copie, mutation: Mutation) -> Issue:
    try:
        with copie.cassee(mutation):
            code, _ = copie.essayer(mutation.tests, creer=mutation.du_schema)
    except ValueError:
        return Issue.PERIMEE
    return {REUSSIS: Issue.SURVIT, ECHOUES: Issue.TUEE, INTERROMPUS: Issue.TUEE}.get(code, Issue.SANS_TEST)


def main() -> int:
    analyse = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    analyse.add_argument(
        "mots", nargs="*", help="celles dont la phrase ou le fichier contient un de ces mots"
    )
    mots = analyse.parse_args().mots
    # As Ctrl-C: the copy and the server go away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    choisies = [un for un in lire() if not mots or any(mot in f"{un.quoi} {un.fichier}" for mot in mots)]
    bilan: dict[Issue, list[Mutation]] = {issue: [] for issue in Issue}
    with (
        premier_libre(VAR / "mutations-postgres", durable=False) as serveur,
        tempfile.TemporaryDirectory() as dossier,
    ):
        copie = Copie(Path(dossier), adresse=serveur.adresse, proprietaire=serveur.adresse_proprietaire)
        tests = sorted({test for mutation in choisies for test in mutation.tests})
        print(
            f"{len(choisies)} mutations ; d'abord leurs {len(tests)} jeux de tests, sans rien casser…",
            flush=True,
        )
        copie.preparer()
        code, dit = copie.essayer(tests, creer=False)
        if code != REUSSIS:
            print(
                "Ces tests échouent déjà : rien à apprendre d'une mutation.",
                *dit.splitlines()[-15:],
                sep="\n",
            )
            return 1
        for mutation in choisies:
            debut = time.monotonic()
            issue = juger(copie, mutation)
            bilan[issue].append(mutation)
            print(
                f"{issue:9} {time.monotonic() - debut:5.1f} s  {mutation.quoi} ({mutation.fichier})",
                flush=True,
            )
    print(*(f"{issue} : {len(mutations)}" for issue, mutations in bilan.items()), sep=", ")
    return 0 if len(bilan[Issue.TUEE]) == len(choisies) else 1


if __name__ == "__main__":
    sys.exit(main())
