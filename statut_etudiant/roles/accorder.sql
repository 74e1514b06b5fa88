-- What the application's role may do, said anew by the owner after each migration. Tables come and go in migrations of
-- every package; the rules are here alone:
--
-- - a table whose trigger refuses any rewriting (…refuser_reecriture) is a journal: rows are added, and read;
-- - what the database itself writes, or what it checks others against, is only read;
-- - partitions are reached by their parent alone;
-- - no table is owned, none is emptied, no trigger put aside, no schema written to.
DO $$
DECLARE
    lues_seulement constant text[] := ARRAY[
        'django_migrations',
        'habilitations_transition',  -- which act moves a request where
        'referentiel_historique',    -- written by triggers
        'referentiel_actedelot'      -- likewise
    ];
    t record;
    f record;
BEGIN
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'statut_etudiant_application') THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA public TO statut_etudiant_application;
    FOR t IN
        SELECT c.oid::regclass AS nom, c.relkind, c.relispartition,
            c.relname = ANY (lues_seulement) AS lue,
            EXISTS (
                SELECT FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
                WHERE g.tgrelid = c.oid AND p.proname LIKE '%\_refuser\_reecriture' AND g.tgqual IS NULL
                    AND g.tgtype & 27 = 27  -- before update or delete, on each row
            ) AS ajoutee
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v', 'm')
            AND pg_has_role(c.relowner, 'USAGE')
    LOOP
        IF t.relkind = 'S' THEN
            EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC, statut_etudiant_application', t.nom);
            EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %s TO statut_etudiant_application', t.nom);
            CONTINUE;
        END IF;
        EXECUTE format('REVOKE ALL ON TABLE %s FROM PUBLIC, statut_etudiant_application', t.nom);
        CONTINUE WHEN t.relispartition;
        EXECUTE format('GRANT %s ON TABLE %s TO statut_etudiant_application',
            CASE WHEN t.lue THEN 'SELECT'
                 WHEN t.ajoutee THEN 'SELECT, INSERT'
                 ELSE 'SELECT, INSERT, UPDATE, DELETE' END, t.nom);
    END LOOP;
    -- Functions that act with the owner's rights, each for one thing, whatever tables a session has hidden under
    -- temporary ones of the same name.
    FOR f IN
        SELECT p.oid::regprocedure AS nom, p.prorettype = 'trigger'::regtype AS declencheur
        FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND pg_has_role(p.proowner, 'USAGE') AND p.proname IN (
            'referentiel_historiser', 'referentiel_lot_noter_acte',
            'referentiel_echange_preparer', 'referentiel_echange_purger', 'referentiel_journal_purger', 'referentiel_analyser',
            'referentiel_effacer_etudiant', 'habilitations_effacer_instantanes'
        )
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public, pg_temp', f.nom);
        CONTINUE WHEN f.declencheur;
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.nom);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO statut_etudiant_application', f.nom);
    END LOOP;
END $$;
