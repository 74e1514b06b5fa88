CREATE TRIGGER effacement_ajout_seul BEFORE UPDATE OR DELETE ON referentiel_effacement
    FOR EACH ROW EXECUTE FUNCTION referentiel_refuser_reecriture();

-- Erases a student, and of the history all that tells of the person: what stays says that something happened to a number,
-- when, and by whom. Only of a student whose erasure was asked for, in the ledger; the journals' seals of what it touches
-- are the caller's business (referentiel/journal/effacements.py). The rows of the exchange journal bear the internal
-- identifier alone, and the law wants them kept.
CREATE FUNCTION referentiel_effacer_etudiant(p_cle uuid, p_etudiants bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    touches bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM referentiel_effacement
                   WHERE cle = p_cle AND etudiant_id = ANY (p_etudiants) AND acte = 'demande') THEN
        RAISE EXCEPTION 'cet effacement n''est pas au registre' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT array_agg(id) INTO touches FROM (
        SELECT id FROM referentiel_inscription WHERE etudiant_id = ANY (p_etudiants)
        UNION
        SELECT objet_id FROM referentiel_historique
        WHERE objet = 'inscription' AND operation = 'suppression' AND (avant ->> 'etudiant_id')::bigint = ANY (p_etudiants)
    ) AS inscriptions;
    PERFORM set_config('ase.purge', 'referentiel_ineremplace', true);
    DELETE FROM referentiel_ineremplace WHERE etudiant_id = ANY (p_etudiants);
    PERFORM set_config('ase.purge', '', true);
    DELETE FROM referentiel_anomalie WHERE etudiant_id = ANY (p_etudiants);
    DELETE FROM referentiel_doublonpossible
    WHERE premier_id = ANY (p_etudiants) OR second_id = ANY (p_etudiants);
    DELETE FROM referentiel_verification WHERE etudiant_id = ANY (p_etudiants);
    DELETE FROM referentiel_naissanceessayee WHERE etudiant_id = ANY (p_etudiants);
    UPDATE referentiel_lignesignalee l SET valeur = '' FROM referentiel_etudiant e
    WHERE e.id = ANY (p_etudiants) AND l.valeur = e.ine;
    DELETE FROM referentiel_inscription WHERE etudiant_id = ANY (p_etudiants);
    DELETE FROM referentiel_etudiant WHERE id = ANY (p_etudiants);
    PERFORM set_config('ase.purge', 'referentiel_historique', true);
    UPDATE referentiel_historique SET
        avant = CASE WHEN avant IS NULL OR objet = 'etudiant' THEN NULL
                     ELSE jsonb_strip_nulls(jsonb_build_object(
                         'etudiant_id', avant -> 'etudiant_id', 'etablissement_id', avant -> 'etablissement_id',
                         'fictif', avant -> 'fictif')) END,
        apres = CASE WHEN apres IS NULL OR objet = 'etudiant' THEN NULL
                     ELSE jsonb_strip_nulls(jsonb_build_object(
                         'etudiant_id', apres -> 'etudiant_id', 'etablissement_id', apres -> 'etablissement_id')) END
    WHERE objet = 'etudiant' AND objet_id = ANY (p_etudiants)
        OR objet = 'inscription' AND objet_id = ANY (touches);
    PERFORM set_config('ase.purge', '', true);
END $$;
