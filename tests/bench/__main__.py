"""`python -m tests.bench`: the speed figures, as ratios measured in one run, with their medians."""

import argparse
import os
import platform
import time
from pathlib import Path

from tests.bench import base, capacite, franceconnect, guichet, imports, lecture, migrations, pages, pannes
from tests.bench.base import Base, dire
from tests.bench.disque_lent import PostgresLent
from tests.bench.melange import mesure as melange
from tests.bench.rapport import Rapport, tableau

PETITE, MOYENNE, GRANDE = 30_000, 1_000_000, 3_000_000


def machine(postgres: Base) -> None:
    modele = next(
        (ligne.partition(": ")[2] for ligne in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in ligne),
        platform.processor(),
    )  # fmt: skip
    memoire = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with postgres.connecter() as connexion:
        reglages = {
            nom: connexion.execute(f"SHOW {nom}").fetchone()[0]
            for nom in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        }
        connexion.execute("CREATE TEMP TABLE essai (n int)")
        connexion.execute("CREATE TABLE IF NOT EXISTS bench_commit (n int)")
        debut = time.perf_counter()
        for n in range(200):
            connexion.execute("INSERT INTO bench_commit VALUES (%s)", [n])
        commit = (time.perf_counter() - debut) / 200 * 1000
        connexion.execute("DROP TABLE bench_commit")
    dire(f"Machine : {modele}, {os.cpu_count()} cœurs, {memoire:.0f} Go ; Python {platform.python_version()}")
    dire(
        f"PostgreSQL {reglages['server_version']} : fsync {reglages['fsync']}, synchronous_commit "
        f"{reglages['synchronous_commit']}, shared_buffers {reglages['shared_buffers']} ; un commit {commit:.2f} ms"
    )


def main() -> int:
    analyse = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    analyse.add_argument(
        "quoi",
        nargs="*",
        choices=[
            "lecture",
            "franceconnect",
            "interblocages",
            "import",
            "pages",
            "pannes",
            "guichet",
            "disque-lent",
            "melange",
            "capacite",
            "migrations",
            [],
        ],
        help="tout par défaut, sauf guichet, interblocages, pannes, disque-lent, melange, capacite et migrations",
    )
    analyse.add_argument("--grand", action="store_true", help="3 000 000 étudiants au lieu de 1 000 000")
    analyse.add_argument("--tours", type=int, default=5, help="tours de lecture (5)")
    analyse.add_argument("--duree", type=float, default=2.0, help="secondes par rafale (2)")
    analyse.add_argument("--interblocages", type=float, default=600, help="secondes d'interblocages (600)")
    analyse.add_argument("--tours-import", type=int, default=3, help="tours d'import (3)")
    analyse.add_argument(
        "--ecritures", type=int, default=100_000, help="écritures pendant les pannes (100 000)"
    )
    analyse.add_argument("--melange", type=float, default=600, help="secondes du mélange (600)")
    options = analyse.parse_args()
    quoi = options.quoi or ["lecture", "franceconnect", "import", "pages"]

    serveur = base.serveur()
    rapports: list[Rapport] = []
    try:
        machine(Base(serveur, "bench_machine"))
        if "lecture" in quoi:
            tailles = (PETITE, GRANDE if options.grand else MOYENNE)
            bases = [Base(serveur, f"bench_{taille}") for taille in tailles]
            for une, taille in zip(bases, tailles, strict=True):
                une.peupler(taille)
            rapports += lecture.mesurer(
                serveur, *bases, tailles=tailles, tours=options.tours, duree=options.duree
            )
        if "franceconnect" in quoi:
            une_base = Base(serveur, f"bench_{PETITE}")
            une_base.peupler(PETITE)
            rapports += franceconnect.mesurer(une_base, tours=options.tours)
        if "interblocages" in quoi:
            une_base = Base(serveur, f"bench_{PETITE}")
            une_base.peupler(PETITE)
            rapports += lecture.interblocages(serveur, une_base, duree=options.interblocages)
        if "import" in quoi:
            rapports += imports.mesurer(serveur, tours=options.tours_import)
        if "pages" in quoi:
            rapports += pages.mesurer(Base(serveur, "bench_pages"))
        if "capacite" in quoi:
            taille = GRANDE if options.grand else MOYENNE
            une_base = Base(serveur, f"bench_{taille}")
            une_base.peupler(taille)
            rapports += capacite.mesurer(serveur, une_base, taille, tours=options.tours, duree=options.duree)
        if "migrations" in quoi:
            taille = GRANDE if options.grand else MOYENNE
            une_base = Base(serveur, f"bench_{taille}")
            une_base.peupler(taille)
            rapports += migrations.mesurer(une_base, taille)
        if "melange" in quoi:
            rapports += melange.mesurer(serveur, duree=options.melange)
        if "guichet" in quoi:
            une_base = Base(serveur, f"bench_{PETITE}")
            une_base.peupler(PETITE)
            rapports += guichet.mesurer(une_base)
        if "pannes" in quoi:
            rapports += pannes.mesurer(serveur, ecritures=options.ecritures)
        if "disque-lent" in quoi:
            with PostgresLent() as lent:
                rapports += pannes.mesurer(
                    lent, ecritures=options.ecritures, accidents=pannes.DisqueLent(lent)
                )
    finally:
        serveur.arreter()
    tableau(rapports)
    return 0 if all(rapport.atteint for rapport in rapports) else 1


if __name__ == "__main__":
    raise SystemExit(main())
