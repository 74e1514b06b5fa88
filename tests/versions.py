"""`python -m tests.versions [--avant COMMIT]`: two versions of the code, two structures of the base, all four pairs.

The version before is by default the last one that lacks the newest migration. Its code serves on the new structure, as
for the time of an upgrade, or after going back: everything must be as on its own. The new code on the old structure is
an upgrade done in the wrong order: it may say that it is not ready (503), and must not break (500). Last, the structure
changes while the version before serves: nobody may see it.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from habilitations.scopes import SCOPES
from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.postgres import premier_libre
from tests.bench.base import RACINE, Base, dire
from tests.bench.melange.gens import Appelant, Etablissement, Releves, Visiteur, inventer
from tests.bench.melange.monde import UAI
from tests.bench.serveurs import Web

DUREE = 10
PAGES = {
    "accueil": "/", "catalogue": "/catalogue", "habilitations publiques": "/habilitations-publiques",
    "établissements couverts": "/etablissements-couverts", "connexion": "/connexion",
    "éligibilité": "/eligibilite", "documentation": "/api/docs", "prêt": "/sante/pret",
}  # fmt: skip


class Version:
    """A tree of the code, and what its commands make of a database."""

    def __init__(self, nom: str, racine: Path) -> None:
        self.nom, self.racine = nom, racine

    def base(self, serveur, nom: str) -> Base:
        """A database with this version's structure."""
        return Base(serveur, nom, neuve=True, racine=self.racine)

    def peupler(self, base: Base) -> tuple[str, str, list[str]]:
        """This version's own commands on that database: a token to read, one to write, students."""
        base.racine = self.racine
        base.manage(
            "importer_etablissements",
            "referentiel/donnees/demonstration/etablissements.csv",
            "--verbosity",
            "0",
        )
        base.manage("generer_donnees", "--etudiants", "500", "--verbosity", "0")
        commun = ("--siret", "13002526500013", "--intitule", "Versions", "--verbosity", "0")
        lecture = base.manage("creer_jeton", *commun, "--scopes", ",".join(SCOPES))
        ecriture = base.manage("creer_jeton", *commun, "--type", "ecriture", "--uai", UAI)
        with base.connecter() as connexion:
            ines = [
                ine
                for (ine,) in connexion.execute(
                    "SELECT e.ine FROM referentiel_etudiant e WHERE EXISTS (SELECT FROM referentiel_inscription i"
                    " WHERE i.etudiant_id = e.id AND i.statut IN ('inscrit', 'admis'))"
                )
            ]
        return lecture.strip(), ecriture.strip(), ines

    @contextmanager
    def servir(self, base: Base, monde: tuple[str, str, list[str]]):
        """This version serves that database to people, callers and an establishment until the block ends."""
        base.racine = self.racine
        lecture, ecriture, ines = monde
        releves, fin = Releves(), threading.Event()
        with Web("statut_etudiant.asgi:application", base) as web:
            commun = (web.port, releves, fin)
            gens = [
                Visiteur(*commun, pages=list(PAGES.items()), session=None, pause=0.1, graine=1),
                Appelant(*commun, jeton=lecture, ines=ines, pause=0.1, graine=2),
                Etablissement(*commun, jeton=ecriture, inventees=inventer(), pause=0.2, graine=3),
            ]
            for une in gens:
                une.start()
            try:
                yield releves
            finally:
                fin.set()
                for une in gens:
                    une.join(60)


def version_d_avant() -> str:
    (ajout,) = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", "*/migrations/[0-9]*.py").split()
    return f"{ajout}^"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=RACINE, check=True, capture_output=True, text=True).stdout


def main() -> int:
    analyse = argparse.ArgumentParser(prog="python -m tests.versions", description=__doc__)
    analyse.add_argument("--avant", default="", help="la version d'avant (un commit)")
    avant = _git("rev-parse", analyse.parse_args().avant or version_d_avant()).strip()
    fautes: list[str] = []

    def juger(quoi: str, releves: Releves, *, indisponible: bool = False) -> None:
        vus = {
            erreur: n
            for erreur, n in releves.erreurs.items()
            if not (indisponible and erreur.endswith(": 503"))
        }
        dire(
            f"{quoi} : {sum(map(len, releves.durees.values()))} réponses, {vus or 'aucune erreur'}"
            + (
                f", {sum(releves.erreurs.values()) - sum(vus.values())} indisponibilités dites"
                if indisponible
                else ""
            )
        )
        if vus or not releves.durees:
            fautes.append(quoi)

    serveur = premier_libre(VAR / "versions-postgres", durable=False)
    try:
        with tempfile.TemporaryDirectory() as dossier:
            archive = subprocess.run(
                ["git", "archive", avant], cwd=RACINE, check=True, capture_output=True
            ).stdout
            subprocess.run(["tar", "-x", "-C", dossier], input=archive, check=True)
            ancienne, nouvelle = Version("avant", Path(dossier)), Version("maintenant", RACINE)
            dire(f"version d'avant : {_git('log', '-1', '--format=%h %s', avant).strip()}")
            base = nouvelle.base(serveur, "versions_neuve")
            monde = ancienne.peupler(base)
            with ancienne.servir(base, monde) as releves:
                threading.Event().wait(DUREE)
            juger("code d'avant, structure nouvelle", releves)
            base = ancienne.base(serveur, "versions_ancienne")
            monde = ancienne.peupler(base)
            with nouvelle.servir(base, monde) as releves:
                threading.Event().wait(DUREE)
            juger("code nouveau, structure d'avant", releves, indisponible=True)
            with ancienne.servir(base, monde) as releves:
                threading.Event().wait(2)
                base.racine = nouvelle.racine
                base.manage("migrate", "--verbosity", "0")
                threading.Event().wait(2)
            juger("structure qui change sous le code d'avant", releves)
            with nouvelle.servir(base, monde) as releves:
                threading.Event().wait(DUREE)
            juger("code nouveau, structure nouvelle", releves)
    finally:
        serveur.arreter()
    return 1 if fautes else 0


if __name__ == "__main__":
    sys.exit(main())
