CREATE OR REPLACE FUNCTION habilitations_liens(demande bigint, compte bigint)
RETURNS TABLE (rang integer, motif text, objet text, instant timestamptz) LANGUAGE sql STABLE AS $$
    SELECT 1, 'demandeur', '', NULL::timestamptz
    FROM habilitations_demande d WHERE d.id = demande AND d.demandeur_id = compte
    UNION ALL
    SELECT 2, 'redaction', r.etape, r.derniere_le
    FROM habilitations_redaction r
    WHERE r.demande_id = demande AND compte IN (r.compte_id, r.au_nom_de_id)
    UNION ALL
    SELECT 3, 'acte', e.acte, e.instant
    FROM habilitations_evenement e
    WHERE e.demande_id = demande AND compte IN (e.acteur_id, e.au_nom_de_id)
        AND (e.acteur_role = 'demandeur' OR e.acte IN ('transferer', 'accepter_transfert'))
    UNION ALL
    SELECT 4, 'contact', n.role, NULL
    FROM habilitations_compte c
    JOIN (
        SELECT t.role, lower(t.courriel) AS courriel FROM habilitations_contactdedemande t
        WHERE t.demande_id = demande
        UNION
        -- The habilitation in force may name others than the draft that would replace it.
        SELECT v.key, lower(v.value ->> 'courriel')
        FROM habilitations_demande d, jsonb_each(d.instantane_valide -> 'contacts') v
        WHERE d.id = demande
    ) n ON n.courriel = c.courriel
    WHERE c.id = compte
$$;
CREATE OR REPLACE FUNCTION habilitations_garder_etat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    acte_en_cours text := coalesce(current_setting('ase.acte', true), '');
    dernier habilitations_evenement;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF acte_en_cours <> 'creer' OR NEW.etat <> 'brouillon' THEN
            RAISE EXCEPTION 'une demande se crée par l''acte « creer », à l''état de brouillon'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.etat IS NOT DISTINCT FROM OLD.etat AND NEW.demandeur_id IS NOT DISTINCT FROM OLD.demandeur_id THEN
        RETURN NEW;
    END IF;
    SELECT * INTO dernier FROM habilitations_evenement WHERE demande_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF NEW.etat IS DISTINCT FROM OLD.etat THEN
        IF NOT EXISTS (
            SELECT FROM habilitations_transition t
            WHERE t.acte = acte_en_cours AND t.de = OLD.etat AND t.vers = NEW.etat
        ) THEN
            RAISE EXCEPTION 'l''état d''une demande ne passe pas de « % » à « % » par « % »',
                OLD.etat, NEW.etat, acte_en_cours USING ERRCODE = 'restrict_violation';
        END IF;
        IF (dernier.acte, dernier.de, dernier.vers) IS DISTINCT FROM (acte_en_cours, OLD.etat::varchar, NEW.etat::varchar) THEN
            RAISE EXCEPTION 'l''état d''une demande ne change pas sans sa ligne dans l''historique'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.demandeur_id IS DISTINCT FROM OLD.demandeur_id AND (
        acte_en_cours <> 'accepter_transfert'
        OR (dernier.acte, dernier.acteur_id, dernier.acteur_role, dernier.au_nom_de_id)
            IS DISTINCT FROM ('accepter_transfert'::varchar, NEW.demandeur_id, 'destinataire'::varchar, NULL::bigint)
    ) THEN
        RAISE EXCEPTION 'une demande ne change de demandeur que s''il l''accepte' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
