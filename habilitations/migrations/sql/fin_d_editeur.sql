-- A token that was suspended when its organisation ceased to be an editor is over too: giving it back would revive it.
CREATE OR REPLACE FUNCTION habilitations_finir_editeur() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE habilitations_jeton SET revoque_le = NEW.retire_le, motif_revocation = 'Éditeur : désignation retirée'
    WHERE editeur_id = NEW.id AND (revoque_le IS NULL OR motif_revocation LIKE 'Suspendu%');
    UPDATE habilitations_delegation SET reprise_le = NEW.retire_le WHERE editeur_id = NEW.id AND reprise_le IS NULL;
    RETURN NULL;
END $$;
