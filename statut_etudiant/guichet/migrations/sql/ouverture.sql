-- Opens a verification at the desk: is this account an agent of a reading habilitation in force, what does it let see,
-- and is there quota left. Same order and same columns as habilitations_ouvrir.
--
-- A file has its own count ('g'): it is paced by it, and leaves the agents of the same habilitation theirs ('h').
CREATE FUNCTION guichet_ouvrir(
    p_agent bigint, p_compte bigint, p_en_liste boolean, p_ouvrants text[], p_quota int, p_compter boolean,
    OUT etat text, OUT jeton_id bigint, OUT cle uuid, OUT type text, OUT scopes text[], OUT uais text[],
    OUT habilitation_id bigint, OUT organisation text, OUT siret text,
    OUT limite int, OUT restant int, OUT retour bigint, OUT attente int
) LANGUAGE plpgsql AS $$
DECLARE
    a record;
    q record;
BEGIN
    SELECT g.expire_le, b.id, b.etat, b.scopes, b.quota_par_seconde, o.nom, o.siret INTO a
    FROM guichet_agent g
    JOIN habilitations_compte c ON c.id = g.compte_id AND c.is_active
    JOIN habilitations_demande d ON d.id = g.demande_id
    JOIN habilitations_habilitation b ON b.id = d.habilitation_id AND b.type = 'lecture'
    JOIN habilitations_organisation o ON o.id = b.organisation_id
    WHERE g.id = p_agent AND g.compte_id = p_compte AND g.retire_le IS NULL;
    IF a.id IS NULL THEN
        etat := 'inconnu';
        RETURN;
    END IF;
    type := 'g';
    scopes := a.scopes;
    uais := '{}';
    habilitation_id := a.id;
    organisation := a.nom;
    siret := a.siret;
    limite := coalesce(a.quota_par_seconde, p_quota);
    etat := CASE
        WHEN a.etat <> 'active' THEN 'revoque'
        WHEN a.expire_le <= clock_timestamp() THEN 'expire'
        WHEN NOT p_ouvrants && scopes THEN 'perimetre'
        ELSE 'ouvert'
    END;
    q := habilitations_consommer(
        CASE WHEN p_en_liste THEN 'g'::"char" ELSE 'h'::"char" END, a.id, limite, p_compter AND etat = 'ouvert');
    IF p_compter AND etat = 'ouvert' AND NOT q.accepte THEN
        etat := 'quota';
    END IF;
    restant := q.restant;
    retour := q.retour;
    attente := q.attente;
END $$;
