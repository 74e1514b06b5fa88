-- As historique_par_colonne.sql, but for the statement that updates no row: each enrolment that is written has two of
-- them, and listing the columns then planning the comparison took a third of a millisecond each time.
CREATE OR REPLACE FUNCTION referentiel_historiser() RETURNS trigger LANGUAGE plpgsql
    -- As after every `migrate` (statut_etudiant.roles): those who write meanwhile must not lose the right to.
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    qui text := coalesce(nullif(current_setting('ase.auteur', true), ''), 'base:' || session_user);
    -- Bookkeeping, and what the database computes itself: a change of these alone is not a change.
    muettes text[] := ARRAY['cree_le', 'modifie_le', 'confirmee_le', 'cle_nom', 'cle_prenom'];
    avant text;
    apres text;
    avant_change text;
    apres_change text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO referentiel_historique (objet, objet_id, operation, auteur)
        SELECT TG_ARGV[0], id, 'creation', qui FROM nouvelles;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO referentiel_historique (objet, objet_id, operation, avant, auteur)
        SELECT TG_ARGV[0], a.id, 'suppression', to_jsonb(a) - muettes, qui FROM anciennes a;
    ELSIF EXISTS (SELECT FROM nouvelles) THEN
        -- Rows compared as rows first: a deposit confirms a million and changes few.
        SELECT string_agg(format('a.%I', attname), ', '),
            string_agg(format('n.%I', attname), ', '),
            string_agg(format('CASE WHEN a.%1$I IS DISTINCT FROM n.%1$I THEN jsonb_build_object(%1$L, a.%1$I) '
                              'ELSE ''{}'' END', attname), ' || '),
            string_agg(format('CASE WHEN a.%1$I IS DISTINCT FROM n.%1$I THEN jsonb_build_object(%1$L, n.%1$I) '
                              'ELSE ''{}'' END', attname), ' || ')
        INTO STRICT avant, apres, avant_change, apres_change
        FROM pg_attribute
        WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> ALL (muettes);
        EXECUTE format('
            INSERT INTO referentiel_historique (objet, objet_id, operation, avant, apres, auteur)
            SELECT $1, a.id, ''modification'', %s, %s, $2
            FROM anciennes a JOIN nouvelles n USING (id) WHERE (%s) IS DISTINCT FROM (%s)',
            avant_change, apres_change, avant, apres)
        USING TG_ARGV[0], qui;
    END IF;
    RETURN NULL;
END $$;
