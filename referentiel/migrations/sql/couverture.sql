-- An establishment whose records change is marked, whatever the door; referentiel/couverture.py counts it again.
CREATE FUNCTION referentiel_perimer_couverture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO referentiel_couvertureperimee (etablissement_id)
        SELECT DISTINCT etablissement_id FROM anciennes WHERE NOT fictif;
    ELSE
        INSERT INTO referentiel_couvertureperimee (etablissement_id)
        SELECT DISTINCT etablissement_id FROM nouvelles WHERE NOT fictif;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER inscription_couverture_creation AFTER INSERT ON referentiel_inscription
    REFERENCING NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION referentiel_perimer_couverture();
CREATE TRIGGER inscription_couverture_modification AFTER UPDATE ON referentiel_inscription
    REFERENCING NEW TABLE AS nouvelles FOR EACH STATEMENT EXECUTE FUNCTION referentiel_perimer_couverture();
CREATE TRIGGER inscription_couverture_suppression AFTER DELETE ON referentiel_inscription
    REFERENCING OLD TABLE AS anciennes FOR EACH STATEMENT EXECUTE FUNCTION referentiel_perimer_couverture();

-- When records changed their statut: few rows of a journal that holds every creation.
CREATE INDEX historique_statut ON referentiel_historique (objet_id, instant)
    WHERE objet = 'inscription' AND operation = 'modification' AND avant ? 'statut';
