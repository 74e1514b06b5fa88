-- Which act moves a request from which state to which: a copy of habilitations/workflow.py (a test compares them).
CREATE TABLE habilitations_transition (
    acte text NOT NULL,
    de text NOT NULL,
    vers text NOT NULL,
    PRIMARY KEY (acte, de)
);

-- Nothing but an act writes the state: not an .update(), not a save() elsewhere, not a console. The act says its name
-- in the session variable ase.acte, for the duration of its transaction, and the move must be one that it makes.
CREATE FUNCTION habilitations_garder_etat() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER demande_etat_par_les_actes BEFORE INSERT OR UPDATE ON habilitations_demande
    FOR EACH ROW EXECUTE FUNCTION habilitations_garder_etat();

-- A decided habilitation is a frozen snapshot: only its end, and its quota, may be written.
CREATE FUNCTION habilitations_garder_habilitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.type, NEW.organisation_id, NEW.intitule, NEW.scopes, NEW.uais, NEW.fc_client_id, NEW.validee_le)
        IS DISTINCT FROM
        (OLD.type, OLD.organisation_id, OLD.intitule, OLD.scopes, OLD.uais, OLD.fc_client_id, OLD.validee_le)
        OR OLD.etat <> 'active' AND NEW.etat <> OLD.etat
    THEN
        RAISE EXCEPTION 'une habilitation est figée' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER habilitation_figee BEFORE UPDATE ON habilitations_habilitation
    FOR EACH ROW EXECUTE FUNCTION habilitations_garder_habilitation();

-- The history is added to, never rewritten.
CREATE FUNCTION habilitations_refuser_reecriture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'l''historique ne se modifie pas' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER evenement_ajout_seul BEFORE UPDATE OR DELETE ON habilitations_evenement
    FOR EACH ROW EXECUTE FUNCTION habilitations_refuser_reecriture();
