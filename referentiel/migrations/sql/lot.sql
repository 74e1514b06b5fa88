-- What a deposit may become. The acts say it in French beforehand; this is for whoever would forget to ask them.
CREATE FUNCTION referentiel_lot_suivre() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.etat, NEW.etat) IN (
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

CREATE TRIGGER lot_transitions BEFORE UPDATE OF etat ON referentiel_lot
    FOR EACH ROW WHEN (OLD.etat IS DISTINCT FROM NEW.etat) EXECUTE FUNCTION referentiel_lot_suivre();

-- A dry run holds for the mapping and the option that it was done with.
CREATE FUNCTION referentiel_lot_perimer_essai() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.etat <> 'a_confirmer' THEN
        RAISE EXCEPTION 'ce dépôt est « % » : ses réglages ne changent plus', OLD.etat
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.essaye_le := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER lot_reglages BEFORE UPDATE OF colonnes, tout_ou_rien ON referentiel_lot
    FOR EACH ROW WHEN ((OLD.colonnes, OLD.tout_ou_rien) IS DISTINCT FROM (NEW.colonnes, NEW.tout_ou_rien))
    EXECUTE FUNCTION referentiel_lot_perimer_essai();

-- What a deposit has changed, and the students that it has created, found again when it is withdrawn. The creation of an
-- inscription, by far the most frequent, costs this index nothing: inscriptions name their deposit.
CREATE INDEX historique_lot ON referentiel_historique (auteur)
    WHERE auteur LIKE 'lot:%' AND (operation = 'modification' OR objet = 'etudiant');
