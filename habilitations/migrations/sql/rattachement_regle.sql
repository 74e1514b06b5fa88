-- As before, and more: whether the applicant works for the organisation is settled by a third person too, administrator
-- or not.
CREATE OR REPLACE FUNCTION habilitations_garder_evenement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An administrator hands a request over, and decides on none.
    PERFORM habilitations_exiger_un_tiers(
        NEW.demande_id, NEW.acteur_id, NEW.au_nom_de_id,
        NEW.acteur_role = 'instructeur' OR NEW.acte IN ('rattachement_verifie', 'rattachement_refuse'));
    RETURN NEW;
END $$;

-- Whom the ministry has said not to be of an organisation connects no software to it: their keys end, and their webhooks
-- are told nothing more. Those of others stay.
CREATE FUNCTION habilitations_debrancher() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE habilitations_cleapi SET revoquee_le = NEW.refuse_le
    WHERE organisation_id = NEW.organisation_id AND cree_par_id = NEW.compte_id AND revoquee_le IS NULL;
    UPDATE habilitations_envoi SET etat = 'abandonne'
    WHERE etat = 'en_attente' AND webhook_id IN (
        SELECT id FROM habilitations_webhook
        WHERE organisation_id = NEW.organisation_id AND cree_par_id = NEW.compte_id);
    UPDATE habilitations_webhook SET etat = 'arrete'
    WHERE organisation_id = NEW.organisation_id AND cree_par_id = NEW.compte_id AND etat = 'actif';
    RETURN NULL;
END $$;

CREATE TRIGGER rattachement_refuse AFTER UPDATE OF refuse_le ON habilitations_rattachement
    FOR EACH ROW WHEN (OLD.refuse_le IS NULL AND NEW.refuse_le IS NOT NULL)
    EXECUTE FUNCTION habilitations_debrancher();
