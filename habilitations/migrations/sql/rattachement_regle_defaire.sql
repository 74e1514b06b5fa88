DROP FUNCTION habilitations_debrancher CASCADE;

CREATE OR REPLACE FUNCTION habilitations_garder_evenement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM habilitations_exiger_un_tiers(
        NEW.demande_id, NEW.acteur_id, NEW.au_nom_de_id, NEW.acteur_role = 'instructeur');
    RETURN NEW;
END $$;
