-- Opens a call by FranceConnect: which habilitation the service holds, what both it and the citizen let it read, may
-- it call from there, and is there quota left. Same gates, same order, same columns as habilitations_ouvrir.
--
-- A token of ours beside FranceConnect's only adds its own limits, its list of addresses and its quota, and only while
-- it is alive: FranceConnect's answer decides all the rest.
CREATE FUNCTION habilitations_ouvrir_franceconnect(
    p_client text, p_scopes text[], p_empreintes bytea[], p_adresse inet, p_ouvrants text[], p_quota int,
    OUT etat text, OUT jeton_id bigint, OUT cle uuid, OUT type text, OUT scopes text[], OUT uais text[],
    OUT habilitation_id bigint, OUT organisation text, OUT siret text,
    OUT limite int, OUT restant int, OUT retour bigint, OUT attente int
) LANGUAGE plpgsql AS $$
DECLARE
    h record;
    q record;
    qj record;
    e bytea;
    j_id bigint;
    j_adresses cidr[];
    j_limite int;
BEGIN
    -- The active one; when there is none, the last that there was tells a revoked service from an unknown one.
    SELECT b.id, b.etat, b.scopes, b.quota_par_seconde, o.nom, o.siret INTO h
    FROM habilitations_habilitation b JOIN habilitations_organisation o ON o.id = b.organisation_id
    WHERE b.type = 'franceconnect' AND b.fc_client_id = p_client
    ORDER BY b.etat <> 'active', b.id DESC LIMIT 1;
    IF h.id IS NULL THEN
        etat := 'inconnu';
        RETURN;
    END IF;
    FOREACH e IN ARRAY p_empreintes LOOP
        SELECT t.id, t.adresses, coalesce(b.quota_par_seconde, p_quota) INTO j_id, j_adresses, j_limite
        FROM habilitations_jeton t LEFT JOIN habilitations_habilitation b ON b.id = t.habilitation_id
        WHERE t.empreinte = e AND t.revoque_le IS NULL AND t.expire_le > clock_timestamp()
            AND b.etat IS DISTINCT FROM 'revoquee';
        EXIT WHEN FOUND;
    END LOOP;
    type := 'f';
    scopes := ARRAY(SELECT unnest(h.scopes::text[]) INTERSECT SELECT unnest(p_scopes) ORDER BY 1);
    uais := '{}';
    habilitation_id := h.id;
    organisation := h.nom;
    siret := h.siret;
    limite := coalesce(h.quota_par_seconde, p_quota);
    etat := CASE
        WHEN h.etat <> 'active' THEN 'revoque'
        WHEN cardinality(j_adresses) > 0 AND NOT coalesce(p_adresse <<= ANY (j_adresses), false) THEN 'adresse'
        WHEN NOT p_ouvrants && scopes THEN 'perimetre'
        ELSE 'ouvert'
    END;
    -- Both quotas, or neither: what one refuses is not counted by the other.
    BEGIN
        q := habilitations_consommer('h', h.id, limite, etat = 'ouvert');
        IF j_id IS NOT NULL THEN
            qj := habilitations_consommer('j', j_id, j_limite, etat = 'ouvert');
            -- The headers tell of the one that leaves least.
            IF NOT qj.accepte OR (q.accepte AND qj.restant < q.restant) THEN
                q := qj;
                limite := j_limite;
            END IF;
        END IF;
        IF etat = 'ouvert' AND NOT q.accepte THEN
            RAISE EXCEPTION USING ERRCODE = 'AS001';
        END IF;
    EXCEPTION WHEN SQLSTATE 'AS001' THEN
        etat := 'quota';
    END;
    restant := q.restant;
    retour := q.retour;
    attente := q.attente;
END $$;

-- How FranceConnect's checks end, for /metrics; and each process's circuit breaker, while it is not closed.
CREATE TABLE habilitations_franceconnect_verification (issue text PRIMARY KEY, nombre bigint NOT NULL);
CREATE TABLE habilitations_franceconnect_disjoncteur (
    processus text PRIMARY KEY, etat text NOT NULL, vu_le timestamptz NOT NULL
);
