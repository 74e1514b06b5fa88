-- Of a key nothing changes but its calls and its end, and an end is one.
CREATE FUNCTION habilitations_garder_cle_api() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    comptes CONSTANT text[] := ARRAY['utilisee_le', 'minute', 'appels', 'revoquee_le'];
BEGIN
    IF to_jsonb(OLD) - comptes <> to_jsonb(NEW) - comptes
        OR OLD.revoquee_le IS NOT NULL AND NEW.revoquee_le IS DISTINCT FROM OLD.revoquee_le THEN
        RAISE EXCEPTION 'une clé d''API ne change pas' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER cle_api_gardee BEFORE UPDATE ON habilitations_cleapi
    FOR EACH ROW EXECUTE FUNCTION habilitations_garder_cle_api();
