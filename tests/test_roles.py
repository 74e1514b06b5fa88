"""The application's own role in PostgreSQL: it adds to the journals, and neither rewrites them nor frees itself."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, transaction
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from referentiel.models import Historique
from statut_etudiant import roles
from statut_etudiant.embarque.chemins import APPLICATION, PROPRIETAIRE
from tests import fabriques
from tests.proprietaire import en_proprietaire

RACINE = Path(__file__).resolve().parents[1]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "DATABASE_URL_PROPRIETAIRE" not in os.environ, reason="the server of DATABASE_URL has one role only"
    ),
]

#: From the specification: what is added to and never rewritten.
JOURNAUX = [
    "referentiel_echange",
    "referentiel_historique",
    "referentiel_export",
    "referentiel_actedelot",
    "habilitations_evenement",
    "habilitations_journalacces",
    "habilitations_rechercheaujournal",
    "referentiel_effacement",
    "referentiel_sceau",
]
DECLENCHEURS = {
    "referentiel_echange": "echange_ajout_seul",
    "referentiel_historique": "historique_ajout_seul",
    "referentiel_export": "export_ajout_seul",
    "referentiel_actedelot": "acte_de_lot_ajout_seul",
    "habilitations_evenement": "evenement_ajout_seul",
    "habilitations_journalacces": "journal_acces_ajout_seul",
    "habilitations_rechercheaujournal": "recherche_ajout_seul",
    "referentiel_effacement": "effacement_ajout_seul",
    "referentiel_sceau": "sceau_ajout_seul",
}
#: Written by the database alone.
ECRITES_PAR_LA_BASE = ["referentiel_historique", "referentiel_actedelot", "habilitations_transition"]


@pytest.fixture
def application():
    """A session of the application as production opens it: it signed in as this role, and may be no other."""
    ou = conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(make_conninfo(**ou), autocommit=True) as session:
        assert session.execute("SELECT session_user, current_user").fetchone() == (APPLICATION, APPLICATION)
        yield session


def refuse(session: psycopg.Connection, enonce: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(enonce)


def test_the_tests_themselves_run_as_the_application():
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_user")
        assert curseur.fetchone() == (APPLICATION,)


@pytest.mark.parametrize("journal", JOURNAUX)
def test_a_journal_is_neither_rewritten_nor_emptied_nor_dropped(application, journal):
    [(colonne,)] = application.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 2", [journal]
    ).fetchall()
    for enonce in (
        f"UPDATE {journal} SET {colonne} = {colonne}",
        f"DELETE FROM {journal}",
        f"TRUNCATE {journal}",
        f"TRUNCATE {journal} CASCADE",
        f"DROP TABLE {journal}",
        f"ALTER TABLE {journal} DISABLE TRIGGER ALL",
        f"ALTER TABLE {journal} DISABLE TRIGGER {DECLENCHEURS[journal]}",
        f"DROP TRIGGER {DECLENCHEURS[journal]} ON {journal}",
        f"ALTER TABLE {journal} RENAME TO ailleurs",
        f"ALTER TABLE {journal} DROP COLUMN {colonne}",
        f"ALTER TABLE {journal} OWNER TO {APPLICATION}",
        f"CREATE RULE muette AS ON INSERT TO {journal} DO INSTEAD NOTHING",
        f"CREATE INDEX ON {journal} ({colonne})",
    ):
        refuse(application, enonce)
    application.execute(f"SELECT FROM {journal} LIMIT 1")


def test_a_partition_is_not_rewritten_emptied_or_dropped_directly_either(application):
    [(partition,)] = application.execute(
        "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'referentiel_echange_donnees'::regclass LIMIT 1"
    ).fetchall()
    for nom in (partition, "referentiel_echange_donnees"):
        for enonce in (
            f"UPDATE {nom} SET siret = ''",
            f"DELETE FROM {nom}",
            f"TRUNCATE {nom}",
            f"DROP TABLE {nom}",
            f"ALTER TABLE referentiel_echange_donnees DETACH PARTITION {partition}",
            f"ALTER TABLE {nom} DISABLE TRIGGER ALL",
        ):
            refuse(application, enonce)


@pytest.mark.parametrize("table", ECRITES_PAR_LA_BASE)
def test_what_the_database_writes_is_not_forged(application, table):
    refuse(application, f"INSERT INTO {table} SELECT * FROM {table}")


def test_a_function_or_a_trigger_is_not_replaced(application):
    for enonce in (
        "CREATE OR REPLACE FUNCTION referentiel_refuser_reecriture() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
        "DROP FUNCTION referentiel_historiser CASCADE",
        "ALTER FUNCTION referentiel_echange_purger() SECURITY INVOKER",
        "CREATE TABLE a_moi (n int)",
        "CREATE SCHEMA a_moi",
        "SET session_replication_role = replica",
    ):
        refuse(application, enonce)


def test_the_application_does_not_extend_its_own_rights(application):
    for enonce in (
        f"ALTER ROLE {APPLICATION} SUPERUSER",
        f"ALTER ROLE {APPLICATION} CREATEROLE",
        f"GRANT {PROPRIETAIRE} TO {APPLICATION}",
        f"SET ROLE {PROPRIETAIRE}",
        f"SET SESSION AUTHORIZATION {PROPRIETAIRE}",
        f"REASSIGN OWNED BY {PROPRIETAIRE} TO {APPLICATION}",
        f"ALTER DATABASE {connection.settings_dict['NAME']} OWNER TO {APPLICATION}",
    ):
        refuse(application, enonce)
    # For want of a grant option this one is a warning in PostgreSQL: nothing changes.
    application.execute(f"GRANT INSERT, UPDATE, DELETE ON referentiel_historique TO {APPLICATION}")
    droits = application.execute(
        "SELECT has_table_privilege('referentiel_historique', d) FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) d"
    ).fetchall()
    assert droits == [(False,)] * 3


def test_a_temporary_table_of_the_same_name_does_not_divert_the_history():
    with connection.cursor() as curseur:
        curseur.execute("CREATE TEMPORARY TABLE referentiel_historique (LIKE public.referentiel_historique)")
        etudiant = fabriques.inscrit()
        curseur.execute("SELECT count(*) FROM pg_temp.referentiel_historique")
        assert curseur.fetchone() == (0,)
        curseur.execute("DROP TABLE pg_temp.referentiel_historique")
    assert Historique.objects.filter(objet="etudiant", objet_id=etudiant.pk, operation="creation").exists()


def test_the_application_prepares_and_purges_partitions_through_functions_only():
    with connection.cursor() as curseur:
        curseur.execute("SELECT referentiel_echange_preparer(12)")
        curseur.execute("SELECT * FROM referentiel_echange_purger()")
        with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic():
            curseur.execute("DROP TABLE referentiel_echange_donnees")


def test_every_journal_by_its_trigger_is_one_by_its_rights():
    """A journal that a new migration makes gets its trigger there, and its rights from it."""
    with connection.cursor() as curseur:
        curseur.execute(
            """
            SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND NOT has_table_privilege(c.oid, 'UPDATE') AND NOT has_table_privilege(c.oid, 'DELETE')
            """
        )
        sans_reecriture = {nom for (nom,) in curseur.fetchall()}
    assert set(JOURNAUX) <= sans_reecriture


def test_the_owner_and_the_superuser_are_refused_at_startup(monkeypatch):
    assert roles.defauts() == []
    with en_proprietaire():
        trouves = roles.defauts()
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own transaction is on it
    roles.exiger()
    assert any(defaut.startswith("possède la base") for defaut in trouves)
    assert "peut créer des objets dans le schéma public" in trouves
    monkeypatch.setattr(roles, "defauts", lambda: trouves)
    with pytest.raises(ImproperlyConfigured, match="statut_etudiant_application"):
        roles.exiger()


def test_the_deployment_check_reports_a_role_that_is_too_strong():
    from statut_etudiant.verifications import role_de_la_base

    assert role_de_la_base() == []
    with en_proprietaire():
        [erreur] = role_de_la_base()
    assert erreur.id == "statut_etudiant.E001"


def test_rights_are_stated_again_at_each_migration():
    with en_proprietaire() as curseur:
        curseur.execute(f"GRANT DELETE ON referentiel_historique TO {APPLICATION}")
        roles.accorder()
    with connection.cursor() as curseur:
        curseur.execute("SELECT has_table_privilege('referentiel_historique', 'DELETE')")
        assert curseur.fetchone() == (False,)


@pytest.mark.parametrize("quoi", ["web", "worker"])
@pytest.mark.parametrize("role", [APPLICATION, PROPRIETAIRE])
def test_in_production_a_role_that_is_too_strong_does_not_start(quoi, role):
    """A process of its own, with production's settings, on the test database: the web server's module, a worker."""
    base = connection.settings_dict["NAME"]
    adresse = urlsplit(os.environ["DATABASE_URL" if role == APPLICATION else "DATABASE_URL_PROPRIETAIRE"])
    noms = ("SECRET_KEY", "JETON_POIVRE", "CLE_CHIFFREMENT", "CLE_SCEAUX")
    secrets = {nom: hashlib.sha256(nom.encode()).hexdigest() for nom in noms}
    programme = {
        "web": "import statut_etudiant.wsgi",
        "worker": "from statut_etudiant.celery import app; from celery.signals import worker_init;"
        "worker_init.send(sender=app)",
    }[quoi]
    fait = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{programme}; print('prêt')"],
        cwd=RACINE,
        env={
            **os.environ,
            **secrets,
            "ENVIRONNEMENT": "production",
            "EMAIL_URL": "smtp://courriel.invalid:25",
            "DATABASE_URL": adresse._replace(path=f"/{base}").geturl(),
            "DJANGO_SETTINGS_MODULE": "statut_etudiant.settings",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    if role == APPLICATION:
        assert (fait.returncode, fait.stdout) == (0, "prêt\n"), fait.stderr
    else:
        assert fait.returncode != 0
        assert "prêt" not in fait.stdout
        assert "DATABASE_URL : ce rôle possède la base de données" in fait.stderr
