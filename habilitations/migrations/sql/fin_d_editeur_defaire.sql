CREATE OR REPLACE FUNCTION habilitations_finir_editeur() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE habilitations_jeton SET revoque_le = NEW.retire_le, motif_revocation = 'Éditeur : désignation retirée'
    WHERE editeur_id = NEW.id AND revoque_le IS NULL;
    UPDATE habilitations_delegation SET reprise_le = NEW.retire_le WHERE editeur_id = NEW.id AND reprise_le IS NULL;
    RETURN NULL;
END $$;
