"""`python -m tests.bench`: the speed figures, as ratios measured in one run, with their medians."""

import argparse
import os
import platform
import time
from pathlib import Path

from tests.bench import base, lecture
from tests.bench.base import Base, dire

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
    analyse.add_argument("--grand", action="store_true", help="3 000 000 étudiants au lieu de 1 000 000")
    analyse.add_argument("--tours", type=int, default=7, help="tours de mesure (7)")
    analyse.add_argument("--duree", type=float, default=3.0, help="secondes par rafale (3)")
    options = analyse.parse_args()
    tailles = (PETITE, GRANDE if options.grand else MOYENNE)

    serveur = base.serveur()
    try:
        bases = []
        for taille in tailles:
            bases.append(Base(serveur, f"bench_{taille}"))
            bases[-1].peupler(taille)
        machine(bases[0])
        rapports = lecture.mesurer(*bases, tailles=tailles, tours=options.tours, duree=options.duree)
    finally:
        serveur.arreter()
    dire()
    dire(f"{'rapport':<42}{'médiane':>9}{'min':>8}{'max':>8}{'objectif':>10}")
    manques = 0
    for rapport in rapports:
        atteint = rapport.mediane >= rapport.objectif
        manques += not atteint
        dire(
            f"{rapport.nom:<42}{rapport.mediane:>9.2f}{min(rapport.valeurs):>8.2f}{max(rapport.valeurs):>8.2f}"
            f"{'≥ ' + format(rapport.objectif, '.2f'):>10}{'' if atteint else '   non atteint'}"
        )
    return 1 if manques else 0


if __name__ == "__main__":
    raise SystemExit(main())
