"""`python -m tests.squawk`: what a new migration would do to those who work meanwhile, by Squawk, and to the version
before, which still runs.

The SQL is that of `sqlmigrate`, of each migration that `squawk_acquis.txt` does not name. Two kinds of rules:

- what the version before could not live with (a column that goes or changes its name, a new one that it cannot fill) is
  refused on every table;
- what bars writers or readers for as long as a whole table is read is refused on the tables of the country's size. On
  the others, it lasts milliseconds.

A line of `squawk_acquis.txt` that names a rule after a migration lets that one through; its reason follows.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.postgres import premier_libre

ACQUIS = Path(__file__).with_name("squawk_acquis.txt")

#: Tables with a row for each student, enrolment, call or change of these. Partitions carry their table's name first.
GRANDES = re.compile(
    r"referentiel_(etudiant|inscription|historique|echange\w*|doublonpossible|ineremplace|consultation\w*)"
    r"|habilitations_(evenement|journalacces|consommation)"
)

CASSENT_LA_VERSION_D_AVANT = {
    "adding-required-field",
    "ban-drop-column",
    "ban-drop-database",
    "ban-drop-table",
    "ban-truncate-cascade",
    "renaming-column",
    "renaming-table",
    "syntax-error",
}
BARRENT_LE_PASSAGE = {
    "adding-field-with-default",
    "adding-foreign-key-constraint",
    "adding-not-nullable-field",
    "adding-serial-primary-key-field",
    "ban-alter-domain-with-add-constraint",
    "ban-concurrent-index-creation-in-transaction",
    "changing-column-type",
    "constraint-missing-not-valid",
    "disallowed-unique-constraint",
    "require-concurrent-index-creation",
    "require-concurrent-index-deletion",
}

_CIBLE = re.compile(
    r"""\b(?:ALTER\s+TABLE|\bON)\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:"?public"?\.)?"?(\w+)"?""", re.IGNORECASE
)


class Faute(NamedTuple):
    migration: str
    regle: str
    instruction: str

    def __str__(self) -> str:
        return f"{self.migration} : {self.regle}\n    {' '.join(self.instruction.split())[:200]}"


def juger(sqls: dict[str, str]) -> list[Faute]:
    """What Squawk says of each migration's SQL, as far as it matters here."""
    fautes = []
    for migration, sql in sqls.items():
        for dit in _squawk(sql):
            instruction = _instruction(sql, dit["line"])
            if _compte(dit["rule_name"], instruction):
                fautes.append(Faute(migration, dit["rule_name"], instruction))
    return fautes


def _compte(regle: str, instruction: str) -> bool:
    if regle in CASSENT_LA_VERSION_D_AVANT:
        return True
    if regle not in BARRENT_LE_PASSAGE:
        return False
    cible = _CIBLE.search(instruction)
    # An index that is dropped does not say whose it was: better one reason too many in the list.
    return cible is None or GRANDES.match(cible[1]) is not None


def _squawk(sql: str) -> list[dict[str, Any]]:
    programme = Path(sys.executable).with_name("squawk")
    fait = subprocess.run(
        [programme, "--pg-version", "15", "--reporter", "json", "--stdin-filepath", "migration.sql"],
        input=sql, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fait.returncode not in {0, 1} or not fait.stdout.strip():
        raise RuntimeError(f"squawk : {fait.stderr}")
    dits: list[dict[str, Any]] = json.loads(fait.stdout)
    return dits


def _instruction(sql: str, ligne: int) -> str:
    """The statement that holds this line (counted from 0): from the end of the one before to its own."""
    lignes = sql.split("\n")
    debut = ligne
    while debut and not lignes[debut - 1].rstrip().endswith(";"):
        debut -= 1
    fin = ligne
    while fin < len(lignes) - 1 and not lignes[fin].rstrip().endswith(";"):
        fin += 1
    return "\n".join(lignes[debut : fin + 1])


def acquis(texte: str) -> tuple[set[str], set[tuple[str, str]]]:
    """The migrations that are let through whole, and the pairs (migration, rule)."""
    entieres, regles = set(), set()
    for ligne in texte.splitlines():
        mots = ligne.partition("#")[0].split()
        if len(mots) == 1:
            entieres.add(mots[0])
        elif mots:
            regles.update((mots[0], regle) for regle in mots[1:])
    return entieres, regles


def sqls_des_nouvelles(connues: Iterable[str]) -> dict[str, str]:
    """The SQL of our packages' migrations but for those. Django must be set up, with a PostgreSQL to quote for it."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    chargees = MigrationLoader(None, replace_migrations=False)
    a_nous = {migration for migration in chargees.disk_migrations if _est_a_nous(migration[0])}
    plan = dict.fromkeys(
        noeud for feuille in chargees.graph.leaf_nodes() for noeud in chargees.graph.forwards_plan(feuille)
    )
    etat = ProjectState(real_apps=chargees.unmigrated_apps)
    sqls = {}
    for noeud in plan:
        migration = chargees.graph.nodes[noeud]
        nom = ".".join(noeud)
        if noeud not in a_nous or nom in connues:
            etat = migration.mutate_state(etat, preserve=False)
            continue
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editeur:
            etat = migration.apply(etat, editeur, collect_sql=True)
        lignes = editeur.collected_sql
        # Both bounds are set by our `migrate`.
        sqls[nom] = "\n".join(["BEGIN;", *lignes, "COMMIT;"] if migration.atomic else lignes)
    return sqls


def _est_a_nous(application: str) -> bool:
    from django.apps import apps

    return apps.get_app_config(application).name.split(".")[0] in {
        "referentiel",
        "habilitations",
        "statut_etudiant",
    }


def noms_sur_le_disque() -> set[str]:
    racine = Path(__file__).parents[1]
    return {
        f"{fichier.parents[1].name}.{fichier.stem}"
        for paquet in ("referentiel", "habilitations", "statut_etudiant")
        for fichier in (racine / paquet).glob("**/migrations/[0-9]*.py")
    }


def main() -> int:
    entieres, regles = acquis(ACQUIS.read_text())
    perdues = sorted((entieres | {nom for nom, _ in regles}) - noms_sur_le_disque())
    if perdues:
        print(f"{ACQUIS.name} nomme des migrations qui n'existent pas : {', '.join(perdues)}")
        return 1
    if noms_sur_le_disque() <= entieres:
        return 0
    serveur = premier_libre(VAR / "test-postgres", durable=False)
    try:
        os.environ |= {
            "DATABASE_URL": serveur.adresse_proprietaire,
            "BROKER_URL": "memory://",
            "DJANGO_SETTINGS_MODULE": "statut_etudiant.settings",
        }
        import django

        django.setup()
        fautes = juger(sqls_des_nouvelles(entieres))
    finally:
        serveur.arreter()
    restantes = [faute for faute in fautes if (faute.migration, faute.regle) not in regles]
    for faute in restantes:
        print(faute)
    if restantes:
        print(
            f"\n{len(restantes)} à revoir. docs/exploitation/mettre-a-jour.md dit comment faire sans gêner ; "
            f"ce qui est voulu s'écrit dans tests/{ACQUIS.name}, avec sa raison."
        )
    return 1 if restantes else 0


if __name__ == "__main__":
    raise SystemExit(main())
