-- As before, and more: a token lives of a habilitation in force, and a suspended one that is given back counts too.
CREATE OR REPLACE FUNCTION habilitations_deux_jetons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The habilitation's row puts simultaneous issues in a row, after what ends or replaces it.
    PERFORM FROM habilitations_habilitation WHERE id = NEW.habilitation_id AND etat = 'active' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'cette habilitation n''est plus en vigueur' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (SELECT count(*) FROM habilitations_jeton
        WHERE habilitation_id = NEW.habilitation_id AND revoque_le IS NULL AND expire_le > now()) >= 2
    THEN
        RAISE EXCEPTION 'une habilitation a deux jetons vivants au plus' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER jeton_deux_vivants ON habilitations_jeton;
CREATE TRIGGER jeton_deux_vivants BEFORE INSERT ON habilitations_jeton
    FOR EACH ROW WHEN (NEW.habilitation_id IS NOT NULL AND NEW.revoque_le IS NULL)
    EXECUTE FUNCTION habilitations_deux_jetons();
CREATE TRIGGER jeton_rendu BEFORE UPDATE OF revoque_le ON habilitations_jeton
    FOR EACH ROW WHEN (NEW.habilitation_id IS NOT NULL AND OLD.revoque_le IS NOT NULL AND NEW.revoque_le IS NULL)
    EXECUTE FUNCTION habilitations_deux_jetons();
CREATE TRIGGER jeton_d_editeur_rendu BEFORE UPDATE OF revoque_le ON habilitations_jeton
    FOR EACH ROW WHEN (NEW.editeur_id IS NOT NULL AND OLD.revoque_le IS NOT NULL AND NEW.revoque_le IS NULL)
    EXECUTE FUNCTION habilitations_deux_jetons_d_editeur();
