-- Merged students. What is remembered of a merge stays, and an INE is either borne or replaced, never both: whatever
-- writes, a replaced INE gives no student again.
ALTER TABLE referentiel_ineremplace
    ADD CONSTRAINT ine_remplace_du_meme_monde FOREIGN KEY (etudiant_id, fictif)
        REFERENCES referentiel_etudiant (id, fictif);

CREATE FUNCTION referentiel_refuser_ine_remplace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM nouvelles n JOIN referentiel_ineremplace r ON r.ancien_ine = n.ine AND r.fictif = n.fictif LIMIT 1;
    ELSE
        PERFORM FROM referentiel_ineremplace r WHERE r.ancien_ine = NEW.ine AND r.fictif = NEW.fictif;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'cet INE a été remplacé' USING ERRCODE = 'unique_violation', CONSTRAINT = 'ine_non_remplace';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER etudiant_ine_non_remplace_creation AFTER INSERT ON referentiel_etudiant
    REFERENCING NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION referentiel_refuser_ine_remplace();
CREATE TRIGGER etudiant_ine_non_remplace_modification BEFORE UPDATE OF ine ON referentiel_etudiant
    FOR EACH ROW WHEN (OLD.ine IS DISTINCT FROM NEW.ine) EXECUTE FUNCTION referentiel_refuser_ine_remplace();

CREATE FUNCTION referentiel_refuser_ine_porte() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM referentiel_etudiant e WHERE e.ine = NEW.ancien_ine AND e.fictif = NEW.fictif) THEN
        RAISE EXCEPTION 'un étudiant porte cet INE' USING ERRCODE = 'unique_violation', CONSTRAINT = 'ine_non_remplace';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ine_remplace_non_porte BEFORE INSERT ON referentiel_ineremplace
    FOR EACH ROW EXECUTE FUNCTION referentiel_refuser_ine_porte();
-- The kept student alone may change, when it is merged in its turn; the sandbox alone may be emptied.
CREATE TRIGGER ine_remplace_immuable BEFORE UPDATE ON referentiel_ineremplace
    FOR EACH ROW
    WHEN (to_jsonb(OLD) - 'etudiant_id' IS DISTINCT FROM to_jsonb(NEW) - 'etudiant_id')
    EXECUTE FUNCTION referentiel_refuser_reecriture();
CREATE TRIGGER ine_remplace_ineffacable BEFORE DELETE ON referentiel_ineremplace
    FOR EACH ROW WHEN (NOT OLD.fictif) EXECUTE FUNCTION referentiel_refuser_reecriture();

-- A closed anomaly is a decision: it no longer moves. Its student may be merged into another, its deposit be purged.
CREATE TRIGGER anomalie_close_immuable BEFORE UPDATE ON referentiel_anomalie
    FOR EACH ROW
    WHEN (OLD.traitee_le IS NOT NULL
          AND to_jsonb(OLD) - '{etudiant_id,lot_id}'::text[] IS DISTINCT FROM to_jsonb(NEW) - '{etudiant_id,lot_id}'::text[])
    EXECUTE FUNCTION referentiel_refuser_reecriture();
