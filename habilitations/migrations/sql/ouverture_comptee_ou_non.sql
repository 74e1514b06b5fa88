DROP FUNCTION habilitations_ouvrir(bytea[], inet, text[], int);

-- Opens a call: who holds the token, may they call from there and for this, and is there quota left. The gates come
-- in the contract's order (§3): token, address, scopes, quota; only a call that passed the others is counted, and none
-- without p_compter (§7: introspection). The default lets the code of the version before call it with four arguments.
CREATE FUNCTION habilitations_ouvrir(
    p_empreintes bytea[], p_adresse inet, p_ouvrants text[], p_quota int, p_compter boolean DEFAULT true,
    OUT etat text, OUT jeton_id bigint, OUT cle uuid, OUT type text, OUT scopes text[], OUT uais text[],
    OUT habilitation_id bigint, OUT organisation text, OUT siret text,
    OUT limite int, OUT restant int, OUT retour bigint, OUT attente int
) LANGUAGE plpgsql AS $$
DECLARE
    j record;
    q record;
    e bytea;
BEGIN
    -- One equality at a time (the current pepper's digest comes first): with = ANY (array) the statement would be
    -- planned anew at each call.
    FOREACH e IN ARRAY p_empreintes LOOP
        SELECT t.id, t.cle, t.type, t.scopes, t.uais, t.adresses, t.expire_le, t.revoque_le, t.habilitation_id,
            h.etat AS h_etat, h.quota_par_seconde, o.nom, o.siret
        INTO j
        FROM habilitations_jeton t
        JOIN habilitations_organisation o ON o.id = t.organisation_id
        LEFT JOIN habilitations_habilitation h ON h.id = t.habilitation_id
        WHERE t.empreinte = e;
        EXIT WHEN FOUND;
    END LOOP;
    IF j.id IS NULL THEN
        etat := 'inconnu';
        RETURN;
    END IF;
    jeton_id := j.id;
    cle := j.cle;
    type := j.type;
    scopes := j.scopes;
    uais := j.uais;
    habilitation_id := j.habilitation_id;
    organisation := j.nom;
    siret := j.siret;
    limite := coalesce(j.quota_par_seconde, p_quota);
    etat := CASE
        WHEN j.revoque_le IS NOT NULL OR j.h_etat = 'revoquee' THEN 'revoque'
        WHEN j.expire_le <= clock_timestamp() THEN 'expire'
        WHEN cardinality(j.adresses) > 0 AND NOT coalesce(p_adresse <<= ANY (j.adresses), false) THEN 'adresse'
        WHEN p_ouvrants IS NOT NULL AND NOT p_ouvrants && j.scopes::text[] THEN 'perimetre'
        ELSE 'ouvert'
    END;
    q := habilitations_consommer('j', j.id, limite, etat = 'ouvert' AND p_compter);
    IF etat = 'ouvert' AND p_compter AND NOT q.accepte THEN
        etat := 'quota';
    END IF;
    restant := q.restant;
    retour := q.retour;
    attente := q.attente;
END $$;
