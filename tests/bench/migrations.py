"""What changes of structure do to those who read and write meanwhile, on tables of the country's size.

`python -m tests.bench.migrations STATEMENT` runs one as `manage.py migrate` would; the bench runs it that way.
"""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager

from habilitations.scopes import SCOPES
from statut_etudiant.embarque.web import APPLICATION
from tests.bench.base import RACINE, Base, dire
from tests.bench.lecture import _chemins
from tests.bench.melange.gens import Appelant, Etablissement, Releves, inventer
from tests.bench.melange.monde import UAI
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web

TABLE = "referentiel_inscription"
#: What it is, the statement, and whether somebody keeps a transaction open on the table for so long (s).
CHANGEMENTS = (
    ("rien", "SELECT pg_sleep(5)", 0),
    ("colonne ajoutée", f"ALTER TABLE {TABLE} ADD COLUMN bench_n integer NULL", 0),
    ("colonne ôtée, sous une transaction de 10 s", f"ALTER TABLE {TABLE} DROP COLUMN bench_n", 10),
    ("index CONCURRENTLY", f"CREATE INDEX CONCURRENTLY bench_i ON {TABLE} (date_debut, id)", 0),
    (
        "contrainte NOT VALID",
        f"ALTER TABLE {TABLE} ADD CONSTRAINT bench_c CHECK (date_fin >= date_debut) NOT VALID",
        0,
    ),
    ("contrainte validée ensuite", f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT bench_c", 0),
    ("index ordinaire (refusé par make lint)", f"CREATE INDEX bench_j ON {TABLE} (date_debut, id)", 0),
)
_DEFAIRE = (
    "DROP INDEX IF EXISTS bench_i",
    "DROP INDEX IF EXISTS bench_j",
    f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS bench_c",
    f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS bench_n",
)
#: What nobody should wait for: the two seconds that a statement waits for its lock, and a call's own time.
OBJECTIF = 3_000


def mesurer(base: Base, etudiants: int) -> list[Rapport]:
    lecture = base.jetons(8, ",".join(SCOPES))
    ecriture = base.manage(
        "creer_jeton", "--type", "ecriture", "--siret", "13002526500013", "--intitule", "Migrations",
        "--uai", UAI, "--nombre", "4", "--verbosity", "0",
    ).split()  # fmt: skip
    ines = [chemin.rpartition("ine=")[2] for chemin in _chemins(base, etudiants)["ine"]]
    inventees = inventer()
    pires = []
    dire()
    dire(f"{'':<44}{'durée':>9}{'lectures':>10}{'max':>10}{'écritures':>11}{'max':>10}   erreurs")
    try:
        with Web(APPLICATION, base, processus=1) as web:
            for nom, enonce, transaction in CHANGEMENTS:
                releves, fin = Releves(), threading.Event()
                commun = (web.port, releves, fin)
                gens = [
                    Appelant(*commun, jeton=jeton, ines=ines, pause=0.1, graine=n) for n, jeton in enumerate(lecture)
                ] + [
                    Etablissement(*commun, jeton=jeton, inventees=inventees, pause=0.2, graine=time.time_ns() + n)
                    for n, jeton in enumerate(ecriture)
                ]  # fmt: skip
                for une in gens:
                    une.start()
                time.sleep(1)
                with _transaction_ouverte(base, transaction):
                    debut = time.monotonic()
                    subprocess.run(
                        [sys.executable, "-m", "tests.bench.migrations", enonce],
                        cwd=RACINE, env=base.en_proprietaire, check=True,
                    )  # fmt: skip
                    duree = time.monotonic() - debut
                time.sleep(1)
                fin.set()
                for une in gens:
                    une.join(60)
                lues, ecrites = (
                    releves.durees[f"API, {quoi}"]
                    for quoi in ("lecture par INE", "écriture d'une inscription")
                )
                dire(
                    f"{nom:<44}{duree:>7.1f} s{len(lues):>10}{max(lues):>7.0f} ms{len(ecrites):>11}"
                    f"{max(ecrites):>7.0f} ms   {dict(releves.erreurs) or 'aucune'}"
                )
                if "refusé" not in nom:
                    pires.append(max(*lues, *ecrites))
    finally:
        with base.connecter() as connexion:
            for enonce in _DEFAIRE:
                connexion.execute(enonce)
    return [Rapport("attente la plus longue d'un appel", [max(pires)], OBJECTIF, maximum=True, unite="ms")]


@contextmanager
def _transaction_ouverte(base: Base, secondes: float):
    """Somebody reads the table, and stays."""
    if not secondes:
        yield
        return
    with base.connecter() as connexion:
        connexion.autocommit = False
        connexion.execute(f"SELECT 1 FROM {TABLE} LIMIT 1")
        fin = threading.Timer(secondes, connexion.rollback)
        fin.start()
        yield
        fin.join()


def executer(enonce: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from statut_etudiant import sous_charge

    with sous_charge.bornes(sous_charge.Bornes()), connection.cursor() as curseur:
        sous_charge.reessayer(
            lambda: curseur.execute(enonce),
            essais=sous_charge.ESSAIS,
            dire=lambda _: None,
            attendre=time.sleep,
        )


if __name__ == "__main__":
    executer(sys.argv[1])
