-- A deposited file is first read by a worker (`analyse_…`): what it holds is shown, then its columns are chosen.
CREATE OR REPLACE FUNCTION referentiel_lot_suivre() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.etat, NEW.etat) IN (
        ('analyse_en_attente', 'analyse_en_cours'), ('analyse_en_attente', 'annule'),
        ('analyse_en_cours', 'a_confirmer'), ('analyse_en_cours', 'echec'), ('analyse_en_cours', 'annule'),
        ('a_confirmer', 'analyse_en_attente'),
        ('a_confirmer', 'essai_en_attente'), ('a_confirmer', 'en_attente'), ('a_confirmer', 'en_cours'),
        ('a_confirmer', 'annule'),
        ('essai_en_attente', 'essai_en_cours'), ('essai_en_attente', 'annule'),
        ('essai_en_cours', 'a_confirmer'), ('essai_en_cours', 'annule'),
        ('en_attente', 'en_cours'), ('en_attente', 'annule'),
        ('en_cours', 'termine'), ('en_cours', 'echec'),
        ('termine', 'retrait_en_attente'),
        ('retrait_en_attente', 'retrait_en_cours'), ('retrait_en_attente', 'termine'),
        ('retrait_en_cours', 'retire'), ('retrait_en_cours', 'termine')
    ) THEN
        RAISE EXCEPTION 'un dépôt ne passe pas de « % » à « % »', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
    END IF;
    -- Files are confirmed by someone who has seen what they would do.
    IF OLD.etat = 'a_confirmer' AND NEW.etat = 'en_attente' AND NEW.canal = 'fichier' AND NEW.essaye_le IS NULL THEN
        RAISE EXCEPTION 'un fichier ne se confirme pas sans essai' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- A dry run holds for the settings that it was done with.
DROP TRIGGER lot_reglages ON referentiel_lot;
CREATE TRIGGER lot_reglages BEFORE UPDATE OF colonnes, reglages, tout_ou_rien ON referentiel_lot
    FOR EACH ROW WHEN ((OLD.colonnes, OLD.reglages, OLD.tout_ou_rien)
                       IS DISTINCT FROM (NEW.colonnes, NEW.reglages, NEW.tout_ou_rien))
    EXECUTE FUNCTION referentiel_lot_perimer_essai();

CREATE OR REPLACE FUNCTION referentiel_lot_noter_acte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    qui text := coalesce(current_setting('ase.auteur', true), '');
    avant_ text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.etat ELSE '' END;
BEGIN
    IF qui LIKE 'compte:%' AND (NEW.etat = 'annule' OR (avant_, NEW.etat) IN (
        ('', 'a_confirmer'), ('', 'analyse_en_attente'), ('a_confirmer', 'essai_en_attente'),
        ('a_confirmer', 'en_attente'), ('termine', 'retrait_en_attente'), ('retrait_en_attente', 'termine')
    )) THEN
        INSERT INTO referentiel_actedelot (lot_id, avant, apres, auteur) VALUES (NEW.id, avant_, NEW.etat, qui);
    END IF;
    RETURN NULL;
END $$;

-- Files that wait for their columns to be chosen since before: nobody has analysed them yet.
UPDATE referentiel_lot SET etat = 'analyse_en_attente', demande_le = now()
WHERE etat = 'a_confirmer' AND canal = 'fichier';
