-- Who a call by an editor's token is made for: is the token alive, may it be used from there, which delegation does the
-- call choose, and may that one be used from there and for this. Same gates, same order, same columns as
-- habilitations_ouvrir, but for the quota, which habilitations_compter_delegation counts.
--
-- p_choisir: false when the call has no recipient that can be read: only the token is looked at.
-- p_destinataire: NULL to look among all of the editor's delegations (introspection by delegation_id alone).
CREATE FUNCTION habilitations_deleguer(
    p_empreintes bytea[], p_adresse inet, p_ouvrants text[], p_quota int,
    p_choisir boolean, p_destinataire text, p_delegation uuid,
    OUT etat text, OUT jeton_id bigint, OUT cle uuid, OUT type text, OUT scopes text[], OUT uais text[],
    OUT habilitation_id bigint, OUT organisation text, OUT siret text, OUT limite int,
    OUT delegation_id bigint, OUT editeur text, OUT editeur_siret text
) LANGUAGE plpgsql AS $$
DECLARE
    j record;
    d record;
    trouvees int := 0;
    e bytea;
BEGIN
    FOREACH e IN ARRAY p_empreintes LOOP
        SELECT t.id, t.cle, t.type, t.adresses, t.expire_le, t.revoque_le, t.editeur_id, o.nom, o.siret INTO j
        FROM habilitations_jeton t JOIN habilitations_organisation o ON o.id = t.organisation_id
        WHERE t.empreinte = e AND t.type = 'd';
        EXIT WHEN FOUND;
    END LOOP;
    IF j.id IS NULL THEN
        etat := 'inconnu';
        RETURN;
    END IF;
    jeton_id := j.id;
    cle := j.cle;
    type := j.type;
    scopes := '{}';
    uais := '{}';
    organisation := j.nom;
    siret := j.siret;
    editeur := j.nom;
    editeur_siret := j.siret;
    limite := p_quota;
    etat := CASE
        WHEN j.revoque_le IS NOT NULL THEN 'revoque'
        WHEN j.expire_le <= clock_timestamp() THEN 'expire'
        WHEN cardinality(j.adresses) > 0 AND NOT coalesce(p_adresse <<= ANY (j.adresses), false) THEN 'adresse'
        WHEN NOT p_choisir THEN 'ouvert'
    END;
    IF etat IS NOT NULL THEN
        RETURN;
    END IF;
    -- Two statements, each with its own plan: from the organisation called for, or from the editor.
    IF p_destinataire IS NOT NULL THEN
        FOR d IN
            SELECT g.id, g.adresses, h.id AS h_id, h.scopes, h.quota_par_seconde, o.nom, o.siret
            FROM habilitations_organisation o
            JOIN habilitations_habilitation h ON h.organisation_id = o.id AND h.etat = 'active'
            JOIN habilitations_delegation g ON g.habilitation_id = h.id AND g.reprise_le IS NULL
            WHERE o.siret = p_destinataire AND g.editeur_id = j.editeur_id
                AND (p_delegation IS NULL OR g.cle = p_delegation)
            LIMIT 2
        LOOP
            trouvees := trouvees + 1;
            EXIT WHEN trouvees > 1;
            delegation_id := d.id;
        END LOOP;
    ELSE
        SELECT g.id, g.adresses, h.id AS h_id, h.scopes, h.quota_par_seconde, o.nom, o.siret INTO d
        FROM habilitations_delegation g
        JOIN habilitations_habilitation h ON h.id = g.habilitation_id AND h.etat = 'active'
        JOIN habilitations_organisation o ON o.id = h.organisation_id
        WHERE g.cle = p_delegation AND g.reprise_le IS NULL AND g.editeur_id = j.editeur_id;
        IF FOUND THEN
            trouvees := 1;
            delegation_id := d.id;
        END IF;
    END IF;
    IF trouvees <> 1 THEN
        delegation_id := NULL;
        etat := CASE trouvees WHEN 0 THEN 'sans_delegation' ELSE 'delegation_a_choisir' END;
        RETURN;
    END IF;
    scopes := d.scopes;
    habilitation_id := d.h_id;
    organisation := d.nom;
    siret := d.siret;
    limite := coalesce(d.quota_par_seconde, p_quota);
    etat := CASE
        WHEN cardinality(d.adresses) > 0 AND NOT coalesce(p_adresse <<= ANY (d.adresses), false) THEN 'adresse'
        WHEN p_ouvrants IS NOT NULL AND NOT p_ouvrants && d.scopes::text[] THEN 'perimetre'
        ELSE 'ouvert'
    END;
END $$;

-- Counts what habilitations_deleguer has let through, by habilitation: whatever the editors and the tokens that call
-- with it, they share one quota. Its own tokens have theirs, which no editor can use up.
CREATE FUNCTION habilitations_compter_delegation(
    p_etat text, p_habilitation bigint, p_limite int, p_compter boolean,
    OUT etat text, OUT restant int, OUT retour bigint, OUT attente int
) LANGUAGE plpgsql AS $$
DECLARE
    q record;
BEGIN
    etat := p_etat;
    IF p_habilitation IS NULL THEN
        restant := p_limite;
        retour := ceil(extract(epoch FROM clock_timestamp()));
        attente := 0;
        RETURN;
    END IF;
    q := habilitations_consommer('h', p_habilitation, p_limite, p_etat = 'ouvert' AND p_compter);
    IF p_etat = 'ouvert' AND p_compter AND NOT q.accepte THEN
        etat := 'quota';
    END IF;
    restant := q.restant;
    retour := q.retour;
    attente := q.attente;
END $$;

-- A delegation is given by a reading habilitation in force, to an editor that is one. Their rows are held, so that
-- nobody ends either meanwhile.
CREATE FUNCTION habilitations_garder_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM habilitations_habilitation
    WHERE id = NEW.habilitation_id AND type = 'lecture' AND etat = 'active' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'seule une habilitation de lecture active se délègue' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM FROM habilitations_editeur WHERE id = NEW.editeur_id AND retire_le IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'cette organisation n''est plus un éditeur' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER delegation_gardee BEFORE INSERT OR UPDATE OF habilitation_id, editeur_id ON habilitations_delegation
    FOR EACH ROW EXECUTE FUNCTION habilitations_garder_delegation();

-- What was ended stays ended, and what was given stays known: who, when, why.
CREATE FUNCTION habilitations_garder_la_fin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    libres text[] := CASE TG_TABLE_NAME
        WHEN 'habilitations_editeur' THEN ARRAY['retire_le', 'retire_par_id', 'motif_retrait']
        ELSE ARRAY['reprise_le', 'reprise_par_id', 'habilitation_id', 'adresses'] END;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '% : rien ne s''efface', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(OLD) ->> libres[1] IS NOT NULL OR to_jsonb(OLD) - libres <> to_jsonb(NEW) - libres THEN
        RAISE EXCEPTION '% : ce qui est fini ne change plus', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER editeur_fin_gardee BEFORE UPDATE OR DELETE ON habilitations_editeur
    FOR EACH ROW EXECUTE FUNCTION habilitations_garder_la_fin();
CREATE TRIGGER delegation_fin_gardee BEFORE UPDATE OR DELETE ON habilitations_delegation
    FOR EACH ROW EXECUTE FUNCTION habilitations_garder_la_fin();

-- An organisation that is no longer an editor: its tokens are refused at their next call, and what was delegated to it
-- is over.
CREATE FUNCTION habilitations_finir_editeur() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE habilitations_jeton SET revoque_le = NEW.retire_le, motif_revocation = 'Éditeur : désignation retirée'
    WHERE editeur_id = NEW.id AND revoque_le IS NULL;
    UPDATE habilitations_delegation SET reprise_le = NEW.retire_le WHERE editeur_id = NEW.id AND reprise_le IS NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER editeur_fini AFTER UPDATE OF retire_le ON habilitations_editeur
    FOR EACH ROW WHEN (OLD.retire_le IS NULL AND NEW.retire_le IS NOT NULL)
    EXECUTE FUNCTION habilitations_finir_editeur();

-- At most two tokens of an editor are alive: the one in use, and the one that replaces it. None without the flag.
CREATE FUNCTION habilitations_deux_jetons_d_editeur() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM habilitations_editeur WHERE id = NEW.editeur_id AND retire_le IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'cette organisation n''est plus un éditeur' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (SELECT count(*) FROM habilitations_jeton
        WHERE editeur_id = NEW.editeur_id AND revoque_le IS NULL AND expire_le > now()) >= 2
    THEN
        RAISE EXCEPTION 'un éditeur a deux jetons vivants au plus' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER jeton_deux_vivants_d_editeur BEFORE INSERT ON habilitations_jeton
    FOR EACH ROW WHEN (NEW.editeur_id IS NOT NULL) EXECUTE FUNCTION habilitations_deux_jetons_d_editeur();
