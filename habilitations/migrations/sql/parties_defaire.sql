CREATE OR REPLACE FUNCTION habilitations_garder_etat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    acte_en_cours text := coalesce(current_setting('ase.acte', true), '');
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF acte_en_cours <> 'creer' OR NEW.etat <> 'brouillon' THEN
            RAISE EXCEPTION 'une demande se crée par l''acte « creer », à l''état de brouillon'
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NEW.etat IS DISTINCT FROM OLD.etat AND NOT EXISTS (
        SELECT FROM habilitations_transition t
        WHERE t.acte = acte_en_cours AND t.de = OLD.etat AND t.vers = NEW.etat
    ) THEN
        RAISE EXCEPTION 'l''état d''une demande ne passe pas de « % » à « % » par « % »', OLD.etat, NEW.etat, acte_en_cours
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP FUNCTION habilitations_garder_evenement CASCADE;
DROP FUNCTION habilitations_garder_message CASCADE;
DROP FUNCTION habilitations_exiger_un_tiers;
DROP FUNCTION habilitations_garder_redaction CASCADE;
DROP FUNCTION habilitations_liens;
