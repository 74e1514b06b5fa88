DROP TRIGGER jeton_d_editeur_rendu ON habilitations_jeton;
DROP TRIGGER jeton_rendu ON habilitations_jeton;
DROP TRIGGER jeton_deux_vivants ON habilitations_jeton;
CREATE TRIGGER jeton_deux_vivants BEFORE INSERT ON habilitations_jeton
    FOR EACH ROW WHEN (NEW.habilitation_id IS NOT NULL) EXECUTE FUNCTION habilitations_deux_jetons();

CREATE OR REPLACE FUNCTION habilitations_deux_jetons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM habilitations_habilitation WHERE id = NEW.habilitation_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM habilitations_jeton
        WHERE habilitation_id = NEW.habilitation_id AND revoque_le IS NULL AND expire_le > now()) >= 2
    THEN
        RAISE EXCEPTION 'une habilitation a deux jetons vivants au plus' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
