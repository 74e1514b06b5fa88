-- Who sent, tried, confirmed, gave up or withdrew a deposit. What workers do to it bears no person's name.
CREATE FUNCTION referentiel_lot_noter_acte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    qui text := coalesce(current_setting('ase.auteur', true), '');
    avant_ text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.etat ELSE '' END;
BEGIN
    IF qui LIKE 'compte:%' AND (NEW.etat = 'annule' OR (avant_, NEW.etat) IN (
        ('', 'a_confirmer'), ('a_confirmer', 'essai_en_attente'), ('a_confirmer', 'en_attente'),
        ('termine', 'retrait_en_attente'), ('retrait_en_attente', 'termine')
    )) THEN
        INSERT INTO referentiel_actedelot (lot_id, avant, apres, auteur) VALUES (NEW.id, avant_, NEW.etat, qui);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER lot_actes_creation AFTER INSERT ON referentiel_lot
    FOR EACH ROW EXECUTE FUNCTION referentiel_lot_noter_acte();
CREATE TRIGGER lot_actes AFTER UPDATE OF etat ON referentiel_lot
    FOR EACH ROW WHEN (OLD.etat IS DISTINCT FROM NEW.etat) EXECUTE FUNCTION referentiel_lot_noter_acte();
