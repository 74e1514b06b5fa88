-- The two roles of the product, made once by an administrator of PostgreSQL:
--
--     psql --dbname=postgres --file=statut_etudiant/roles/creer.sql
--
-- statut_etudiant              owns the database and its tables: migrations, backups, restores.
-- statut_etudiant_application  what web, workers and commands connect as. It owns nothing; after each migration
--                              accorder.sql gives it what it needs, and nothing that would let it rewrite a journal.
--
-- No password here: \password statut_etudiant, then \password statut_etudiant_application. To run it again is harmless.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'statut_etudiant') THEN
        CREATE ROLE statut_etudiant LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'statut_etudiant_application') THEN
        CREATE ROLE statut_etudiant_application LOGIN;
    END IF;
    ALTER ROLE statut_etudiant_application NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    -- The owner may take the application's place, never the other way round: the tests run so.
    GRANT statut_etudiant_application TO statut_etudiant;
END $$;
