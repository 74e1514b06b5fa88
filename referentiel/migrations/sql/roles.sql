-- What only the owner of the tables may do, and that the application has to have done: each is one function that it may
-- call, and that decides by itself (statut_etudiant/roles/accorder.sql makes them act as the owner).

-- Monthly partitions ahead; two years at most, so that nobody fills the catalogue with them.
CREATE OR REPLACE FUNCTION referentiel_echange_preparer(mois int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    debut date;
    parent text;
    nom text;
    faites int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('referentiel_echange_preparer'));
    FOR debut IN
        SELECT generate_series(date_trunc('month', now() - interval '1 month'),
                               date_trunc('month', now()) + make_interval(months => least(mois, 24)),
                               interval '1 month')::date
    LOOP
        FOREACH parent IN ARRAY ARRAY['referentiel_echange_donnees', 'referentiel_echange_non_trouve'] LOOP
            nom := parent || '_' || to_char(debut, 'YYYY_MM');
            CONTINUE WHEN to_regclass(quote_ident(nom)) IS NOT NULL;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           nom, parent, debut::timestamp AT TIME ZONE 'Europe/Paris',
                           (debut + interval '1 month') AT TIME ZONE 'Europe/Paris');
            EXECUTE format('CREATE TRIGGER echange_non_vidable BEFORE TRUNCATE ON %I
                            FOR EACH STATEMENT EXECUTE FUNCTION referentiel_refuser_reecriture()', nom);
            faites := faites + 1;
        END LOOP;
    END LOOP;
    RETURN faites;
END $$;

-- How many months a journal is kept; NULL: as long as what it tells of. The one place where these durations are.
CREATE FUNCTION referentiel_mois_gardes(p_journal text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_journal LIKE 'referentiel_echange_donnees%' THEN 36  -- CRPA art. R. 114-9-7
        WHEN p_journal LIKE 'referentiel_echange_non_trouve%' THEN 12
        -- Who changed what, took what out, had which right: as long as the exchanges that it explains.
        WHEN p_journal IN ('referentiel_historique', 'referentiel_export', 'referentiel_actedelot',
                           'habilitations_journalacces', 'habilitations_rechercheaujournal') THEN 36
    END
$$;

-- Whether a row of that instant may be gone at another: its month is over since that long, so that none leaves early.
CREATE FUNCTION referentiel_perime(p_journal text, p_instant timestamptz, p_maintenant timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        date_trunc('month', p_instant AT TIME ZONE 'Europe/Paris')
            + make_interval(months => referentiel_mois_gardes(p_journal) + 1)
            <= p_maintenant AT TIME ZONE 'Europe/Paris',
        false)
$$;

-- The partitions of the exchange journal whose time is over at that instant.
CREATE FUNCTION referentiel_echange_perimees(p_maintenant timestamptz) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT c.relname::text
    FROM unnest(ARRAY['referentiel_echange_donnees', 'referentiel_echange_non_trouve']) AS parent
    JOIN pg_inherits h ON h.inhparent = to_regclass(parent)
    JOIN pg_class c ON c.oid = h.inhrelid
    WHERE referentiel_perime(
        c.relname, to_date(right(c.relname, 7), 'YYYY_MM')::timestamp AT TIME ZONE 'Europe/Paris', p_maintenant)
    ORDER BY 1
$$;

-- Drops them; the caller does not say what time it is. A backup under way makes it give up until the next day rather
-- than have every call of the API wait behind it.
CREATE FUNCTION referentiel_echange_purger() RETURNS SETOF text LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    nom text;
BEGIN
    FOR nom IN SELECT referentiel_echange_perimees(now()) LOOP
        EXECUTE format('DROP TABLE %I', nom);
        RETURN NEXT nom;
    END LOOP;
END $$;

-- Statistics for the planner after a load: of these tables and no other (referentiel/ecriture/statistiques.py).
CREATE FUNCTION referentiel_analyser(
    p_tables text[] DEFAULT ARRAY['referentiel_etudiant', 'referentiel_inscription', 'referentiel_etablissement']
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    nom text;
BEGIN
    FOREACH nom IN ARRAY p_tables LOOP
        IF nom IN ('referentiel_etudiant', 'referentiel_inscription', 'referentiel_etablissement') THEN
            EXECUTE format('ANALYZE %I', nom);
        END IF;
    END LOOP;
END $$;

CREATE TRIGGER acte_de_lot_ajout_seul BEFORE UPDATE OR DELETE ON referentiel_actedelot
    FOR EACH ROW EXECUTE FUNCTION referentiel_refuser_reecriture();
