-- History of every change, written here and nowhere else. Statement triggers over transition tables: a batch of a
-- million lines costs one INSERT … SELECT, not a million trigger calls.
CREATE FUNCTION referentiel_historiser() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    qui text := coalesce(nullif(current_setting('ase.auteur', true), ''), 'base:' || session_user);
    -- Bookkeeping, and what the database computes itself: a change of these alone is not a change.
    muettes text[] := ARRAY['cree_le', 'modifie_le', 'confirmee_le', 'cle_nom', 'cle_prenom'];
    avant text;
    apres text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO referentiel_historique (objet, objet_id, operation, auteur)
        SELECT TG_ARGV[0], id, 'creation', qui FROM nouvelles;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO referentiel_historique (objet, objet_id, operation, avant, auteur)
        SELECT TG_ARGV[0], a.id, 'suppression', to_jsonb(a) - muettes, qui FROM anciennes a;
    ELSE
        -- Rows compared column by column first: a deposit confirms a million rows and changes few, and JSON is slow.
        SELECT string_agg(format('a.%I', attname), ', '), string_agg(format('n.%I', attname), ', ')
        INTO STRICT avant, apres
        FROM pg_attribute
        WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> ALL (muettes);
        EXECUTE format('
            INSERT INTO referentiel_historique (objet, objet_id, operation, avant, apres, auteur)
            SELECT $1, v.id, ''modification'', d.avant, d.apres, $2
            FROM (SELECT a.id, to_jsonb(a) - $3 AS avant, to_jsonb(n) - $3 AS apres
                  FROM anciennes a JOIN nouvelles n USING (id) WHERE (%s) IS DISTINCT FROM (%s)) AS v,
                LATERAL (SELECT jsonb_object_agg(x.key, x.value) AS avant,
                                jsonb_object_agg(x.key, v.apres -> x.key) AS apres
                         FROM jsonb_each(v.avant) AS x WHERE x.value IS DISTINCT FROM v.apres -> x.key) AS d',
            avant, apres)
        USING TG_ARGV[0], qui, muettes;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER etudiant_historique_creation AFTER INSERT ON referentiel_etudiant
    REFERENCING NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION referentiel_historiser('etudiant');
CREATE TRIGGER etudiant_historique_modification AFTER UPDATE ON referentiel_etudiant
    REFERENCING OLD TABLE AS anciennes NEW TABLE AS nouvelles
    FOR EACH STATEMENT EXECUTE FUNCTION referentiel_historiser('etudiant');
CREATE TRIGGER etudiant_historique_suppression AFTER DELETE ON referentiel_etudiant
    REFERENCING OLD TABLE AS anciennes FOR EACH STATEMENT EXECUTE FUNCTION referentiel_historiser('etudiant');
CREATE TRIGGER inscription_historique_creation AFTER INSERT ON referentiel_inscription
    REFERENCING NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION referentiel_historiser('inscription');
CREATE TRIGGER inscription_historique_modification AFTER UPDATE ON referentiel_inscription
    REFERENCING OLD TABLE AS anciennes NEW TABLE AS nouvelles
    FOR EACH STATEMENT EXECUTE FUNCTION referentiel_historiser('inscription');
CREATE TRIGGER inscription_historique_suppression AFTER DELETE ON referentiel_inscription
    REFERENCING OLD TABLE AS anciennes FOR EACH STATEMENT EXECUTE FUNCTION referentiel_historiser('inscription');

-- What is written in a journal stays written.
CREATE FUNCTION referentiel_refuser_reecriture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'le journal % ne se modifie pas', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER historique_ajout_seul BEFORE UPDATE OR DELETE ON referentiel_historique
    FOR EACH ROW EXECUTE FUNCTION referentiel_refuser_reecriture();
CREATE TRIGGER historique_non_vidable BEFORE TRUNCATE ON referentiel_historique
    FOR EACH STATEMENT EXECUTE FUNCTION referentiel_refuser_reecriture();

-- Both ends of an inscription are in its world: real, or sandbox.
ALTER TABLE referentiel_inscription
    ADD CONSTRAINT inscription_etudiant_du_meme_monde FOREIGN KEY (etudiant_id, fictif)
        REFERENCES referentiel_etudiant (id, fictif),
    ADD CONSTRAINT inscription_etablissement_du_meme_monde FOREIGN KEY (etablissement_id, fictif)
        REFERENCES referentiel_etablissement (id, fictif);

-- Deposits confirm the same rows year after year: leave room for updates in place.
ALTER TABLE referentiel_inscription SET (fillfactor = 90);
