-- What integrators are told of, written with what it tells of: no act, command or task can forget it.

-- An act on a request. Acts say their name for the duration of their transaction (ase.acte); the other lines of the
-- history (a token issued, a link sent) are told below, or not at all.
CREATE FUNCTION habilitations_fait_de_demande() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.acte = current_setting('ase.acte', true) THEN
        INSERT INTO habilitations_fait (cle, type, organisation_id, demande_id, habilitation_id, details)
        SELECT gen_random_uuid(), 'demande.' || NEW.acte, d.organisation_id, d.id, h.id,
            jsonb_strip_nulls(jsonb_build_object(
                'demande', 'D' || d.id,
                'habilitation', 'H' || h.id,
                'genre', d.type,
                'etat', NEW.vers,
                'etat_precedent', nullif(NEW.de, '')
            ))
        FROM habilitations_demande d
        -- The history is written before the request: what an approval gives is said there.
        CROSS JOIN LATERAL (SELECT coalesce((NEW.details ->> 'habilitation')::bigint, d.habilitation_id) AS id) h
        WHERE d.id = NEW.demande_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER evenement_fait AFTER INSERT ON habilitations_evenement
    FOR EACH ROW EXECUTE FUNCTION habilitations_fait_de_demande();

-- A token, as it may be told: its identifier, never its value.
CREATE FUNCTION habilitations_details_de_jeton(j habilitations_jeton) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'jeton', j.cle,
        'fin', j.fin,
        'genre', CASE j.type WHEN 'l' THEN 'lecture' WHEN 'e' THEN 'ecriture' WHEN 't' THEN 'bac_a_sable'
                 WHEN 'b' THEN 'bouquet' WHEN 'd' THEN 'editeur' ELSE j.type END,
        'habilitation', 'H' || j.habilitation_id,
        'expire_le', to_char(j.expire_le AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    ))
$$;

CREATE FUNCTION habilitations_fait_de_jeton() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    dit text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        dit := CASE WHEN EXISTS (
            SELECT FROM habilitations_jeton j
            WHERE (j.habilitation_id = NEW.habilitation_id OR j.editeur_id = NEW.editeur_id) AND j.id <> NEW.id
                AND j.revoque_le IS NULL AND j.expire_le > now()
        ) THEN 'jeton.remplace' ELSE 'jeton.emis' END;
    ELSIF OLD.revoque_le IS NULL AND NEW.revoque_le IS NOT NULL THEN
        dit := 'jeton.revoque';
    ELSIF OLD.revoque_le IS NOT NULL AND NEW.revoque_le IS NULL THEN
        dit := 'jeton.rendu';
    ELSIF NEW.expire_le > OLD.expire_le THEN
        dit := 'jeton.prolonge';
    ELSE
        RETURN NULL;
    END IF;
    INSERT INTO habilitations_fait (cle, type, organisation_id, habilitation_id, details)
    VALUES (gen_random_uuid(), dit, NEW.organisation_id, NEW.habilitation_id, habilitations_details_de_jeton(NEW));
    RETURN NULL;
END $$;

CREATE TRIGGER jeton_fait AFTER INSERT OR UPDATE OF revoque_le, expire_le ON habilitations_jeton
    FOR EACH ROW EXECUTE FUNCTION habilitations_fait_de_jeton();

-- A delegation concerns two organisations: the one that gives it, and its editor.
CREATE FUNCTION habilitations_fait_de_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    dit text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        dit := 'delegation.donnee';
    ELSIF OLD.reprise_le IS NULL AND NEW.reprise_le IS NOT NULL THEN
        dit := 'delegation.reprise';
    ELSE
        RETURN NULL;
    END IF;
    INSERT INTO habilitations_fait (cle, type, organisation_id, habilitation_id, details)
    SELECT gen_random_uuid(), dit, concernee.id, h.id, jsonb_build_object(
        'delegation', NEW.cle,
        'habilitation', 'H' || h.id,
        'administration', jsonb_build_object('siret', qui_donne.siret),
        'editeur', jsonb_build_object('siret', qui_recoit.siret)
    )
    FROM habilitations_habilitation h
    JOIN habilitations_organisation qui_donne ON qui_donne.id = h.organisation_id
    JOIN habilitations_editeur e ON e.id = NEW.editeur_id
    JOIN habilitations_organisation qui_recoit ON qui_recoit.id = e.organisation_id
    JOIN habilitations_organisation concernee ON concernee.id IN (qui_donne.id, qui_recoit.id)
    WHERE h.id = NEW.habilitation_id;
    RETURN NULL;
END $$;

CREATE TRIGGER delegation_fait AFTER INSERT OR UPDATE OF reprise_le ON habilitations_delegation
    FOR EACH ROW EXECUTE FUNCTION habilitations_fait_de_delegation();

-- To the outbox of each webhook in service that wants it.
CREATE FUNCTION habilitations_fait_a_envoyer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO habilitations_envoi (webhook_id, fait_id)
    SELECT w.id, NEW.id FROM habilitations_webhook w
    WHERE w.organisation_id = NEW.organisation_id AND w.etat = 'actif' AND NEW.type = ANY (w.evenements);
    RETURN NULL;
END $$;

CREATE TRIGGER fait_a_envoyer AFTER INSERT ON habilitations_fait
    FOR EACH ROW EXECUTE FUNCTION habilitations_fait_a_envoyer();
