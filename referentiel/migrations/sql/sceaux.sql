-- A journal is not rewritten. Two functions of the owner's may: the purge of what is older than the law wants, and a
-- person's erasure. They say so for the length of their transaction; whoever is not the owner says it in vain.
CREATE OR REPLACE FUNCTION referentiel_refuser_reecriture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') AND current_setting('ase.purge', true) = TG_TABLE_NAME
        AND EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = TG_RELID AND relowner = current_user::regrole)
    THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'le journal % ne se modifie pas', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER sceau_ajout_seul BEFORE UPDATE OR DELETE ON referentiel_sceau
    FOR EACH ROW EXECUTE FUNCTION referentiel_refuser_reecriture();

-- Deletes of a journal the oldest rows, by whole sealed slices, once the last row of each is older than the law wants:
-- what is left can still be checked. Some at a time; says how many.
CREATE FUNCTION referentiel_journal_purger(p_journal text, p_lignes int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    borne bigint;
    supprimees bigint;
BEGIN
    IF referentiel_mois_gardes(p_journal) IS NULL OR p_journal LIKE 'referentiel_echange%' THEN
        RAISE EXCEPTION 'le journal % ne se purge pas ainsi', p_journal USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT coalesce(min(debut) FILTER (WHERE NOT referentiel_perime(p_journal, derniere_le, now())), max(fin), 0)
    INTO borne
    FROM referentiel_sceau WHERE journal = p_journal AND derniere_le IS NOT NULL;
    PERFORM set_config('ase.purge', p_journal, true);
    EXECUTE format(
        'DELETE FROM %1$I WHERE id IN (
            SELECT id FROM %1$I WHERE id < $1 AND referentiel_perime(%1$L, instant, now()) ORDER BY id LIMIT $2)', p_journal)
    USING borne, p_lignes;
    GET DIAGNOSTICS supprimees = ROW_COUNT;
    PERFORM set_config('ase.purge', '', true);
    RETURN supprimees;
END $$;
