-- Quota: the instants of the calls accepted during the last second, by holder: a token ('j') or a FranceConnect
-- habilitation ('h'). Unlogged: after a crash of the server everyone starts with a full quota, and nothing is lost.
CREATE UNLOGGED TABLE habilitations_quota (
    genre "char" NOT NULL,
    porteur bigint NOT NULL,
    instants timestamptz[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (genre, porteur)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Counts one call. Never more than p_limite accepted in any second, whatever the number of processes: the row's lock
-- orders the callers, and the clock is read once the lock is held. A refused call is not counted (contract §5).
CREATE FUNCTION habilitations_consommer(
    p_genre "char", p_porteur bigint, p_limite int, p_compter boolean,
    OUT accepte boolean, OUT restant int, OUT retour bigint, OUT attente int
) LANGUAGE plpgsql AS $$
DECLARE
    v timestamptz[];
    maintenant timestamptz;
    seuil timestamptz;
    -- The call whose leaving makes room: the first, or a later one when the limit was lowered meanwhile.
    prochain timestamptz;
BEGIN
    IF p_compter THEN
        LOOP
            SELECT instants INTO v FROM habilitations_quota
            WHERE genre = p_genre AND porteur = p_porteur FOR UPDATE;
            EXIT WHEN FOUND;
            INSERT INTO habilitations_quota (genre, porteur) VALUES (p_genre, p_porteur) ON CONFLICT DO NOTHING;
        END LOOP;
    ELSE
        SELECT instants INTO v FROM habilitations_quota WHERE genre = p_genre AND porteur = p_porteur;
        v := coalesce(v, '{}');
    END IF;
    maintenant := clock_timestamp();
    seuil := maintenant - interval '1 second';
    -- The second case is a server clock set back: those instants would otherwise block until it catches up.
    IF v[cardinality(v)] < seuil OR v[cardinality(v)] > maintenant + interval '1 second' THEN
        v := '{}';
    END IF;
    WHILE v[1] < seuil LOOP
        v := v[2:];
    END LOOP;

    accepte := cardinality(v) < p_limite;
    IF accepte AND p_compter THEN
        v := v || maintenant;
        UPDATE habilitations_quota SET instants = v WHERE genre = p_genre AND porteur = p_porteur;
    END IF;
    restant := greatest(0, p_limite - cardinality(v));
    prochain := coalesce(v[greatest(1, cardinality(v) - p_limite + 1)], maintenant) + interval '1 second';
    retour := ceil(extract(epoch FROM prochain));
    attente := CASE WHEN accepte THEN 0
                    ELSE greatest(1, ceil(extract(epoch FROM prochain - maintenant))) END;
END $$;

-- Opens a call: who holds the token, may they call from there and for this, and is there quota left. The gates come
-- in the contract's order (§3): token, address, scopes, quota; only a call that passed the others is counted.
CREATE FUNCTION habilitations_ouvrir(
    p_empreintes bytea[], p_adresse inet, p_ouvrants text[], p_quota int,
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
    q := habilitations_consommer('j', j.id, limite, etat = 'ouvert');
    IF etat = 'ouvert' AND NOT q.accepte THEN
        etat := 'quota';
    END IF;
    restant := q.restant;
    retour := q.retour;
    attente := q.attente;
END $$;
