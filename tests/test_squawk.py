"""What the linter of migrations lets through, and what it stops. SQL as Django writes it, and as ours is."""

import pytest

from tests import squawk

BARRENT = {
    "an index built while writers wait": 'CREATE INDEX "i" ON "referentiel_inscription" ("etudiant_id");',
    "a constraint checked on each row, while writers wait": (
        'ALTER TABLE "referentiel_etudiant" ADD CONSTRAINT "c" CHECK ("ine" <> \'\');'
    ),
    "a foreign key checked on each row": (
        'ALTER TABLE "referentiel_inscription" ADD CONSTRAINT "f" FOREIGN KEY ("x_id") REFERENCES "x" ("id");'
    ),
    "a column written anew on each row": (
        'ALTER TABLE "referentiel_etudiant" ALTER COLUMN "nom" TYPE integer USING 0;'
    ),
    "a partition's index": 'CREATE INDEX "i" ON "referentiel_echange_donnees_2026_11" ("appele_le");',
}
CASSENT = {
    "a column that the version before reads": 'ALTER TABLE "habilitations_demande" DROP COLUMN "titre" CASCADE;',
    "a column under another name": 'ALTER TABLE "habilitations_demande" RENAME COLUMN "titre" TO "nom";',
    "a table under another name": 'ALTER TABLE "habilitations_demande" RENAME TO "demande";',
    "a table that goes": 'DROP TABLE "habilitations_demande" CASCADE;',
    "a column that the version before does not fill": (
        'ALTER TABLE "habilitations_demande" ADD COLUMN "n" integer NOT NULL;'
    ),
}
PASSENT = {
    "an index built beside the writers": (
        'CREATE INDEX CONCURRENTLY "i" ON "referentiel_inscription" ("etudiant_id");'
    ),
    "a constraint for the rows to come": (
        'BEGIN;ALTER TABLE "referentiel_etudiant" ADD CONSTRAINT "c" CHECK ("ine" <> \'\') NOT VALID;COMMIT;'
    ),
    "an index on a table of some thousands of rows": 'CREATE INDEX "i" ON "habilitations_demande" ("titre");',
    "a column that may be empty": 'ALTER TABLE "referentiel_etudiant" ADD COLUMN "n" integer NULL;',
    "a column that the database fills": (
        'ALTER TABLE "referentiel_etudiant" ADD COLUMN "n" integer DEFAULT 0 NOT NULL;'
    ),
    "a new table with its indexes": (
        'BEGIN;\nCREATE TABLE "t" ("id" bigint PRIMARY KEY, "n" integer NOT NULL);\n'
        'CREATE INDEX "i" ON "t" ("n");\nCOMMIT;'
    ),
}


@pytest.mark.parametrize("sql", [*BARRENT.values(), *CASSENT.values()], ids=[*BARRENT, *CASSENT])
def test_it_stops(sql: str) -> None:
    (faute,) = {faute.migration for faute in squawk.juger({"referentiel.0099_essai": sql})}
    assert faute == "referentiel.0099_essai"


@pytest.mark.parametrize("sql", PASSENT.values(), ids=PASSENT)
def test_it_lets_through(sql: str) -> None:
    assert squawk.juger({"referentiel.0099_essai": sql}) == []


def test_a_fault_shows_its_own_statement() -> None:
    sql = 'ALTER TABLE "a" ADD COLUMN "n" int NULL;\nDROP TABLE\n  "b";\nSELECT 1;'
    (faute,) = squawk.juger({"m.0001": sql})
    assert (faute.regle, faute.instruction.split()) == ("ban-drop-table", ["DROP", "TABLE", '"b";'])


def test_a_line_of_the_list_lets_a_migration_through_or_one_rule_of_it() -> None:
    texte = "# a word\na.0001_x\nb.0002_y ban-drop-table renaming-table  # nothing reads it any more\n"
    assert squawk.acquis(texte) == (
        {"a.0001_x"},
        {("b.0002_y", "ban-drop-table"), ("b.0002_y", "renaming-table")},
    )


@pytest.mark.django_db
def test_the_sql_judged_is_that_of_the_migrations_that_the_list_does_not_name() -> None:
    sauf_une = squawk.noms_sur_le_disque() - {"referentiel.0025_cle_normale"}
    (sql,) = squawk.sqls_des_nouvelles(sauf_une).values()
    assert "CREATE UNIQUE INDEX CONCURRENTLY inscription_cle_normale" in sql
    assert not sql.startswith("BEGIN")  # it says itself that it is not atomic
