-- The exchange journal. Partitioned by outcome, then by month: answers with data are kept 36 months, the others 12
-- (CRPA art. R. 114-9-7; retention rules in referentiel/echanges.py), and purging is dropping whole partitions, so
-- that no row ever needs to be deletable.
CREATE SEQUENCE referentiel_echange_id_seq;

CREATE TABLE referentiel_echange (
    id bigint NOT NULL DEFAULT nextval('referentiel_echange_id_seq'),
    instant timestamptz NOT NULL DEFAULT now(),
    issue varchar(10) NOT NULL,
    requete varchar(64) NOT NULL,
    jeton_id bigint,
    habilitation_id bigint,
    organisation text NOT NULL,
    siret varchar(14) NOT NULL,
    recipient varchar(14) NOT NULL,
    interface varchar(10) NOT NULL,
    voie varchar(14) NOT NULL,
    etudiant_id bigint,
    categories text[] NOT NULL,
    CONSTRAINT echange_donnees_sur_quelquun CHECK ((issue = 'donnees') = (etudiant_id IS NOT NULL)),
    CONSTRAINT echange_donnees_categorisees CHECK ((issue = 'donnees') = (cardinality(categories) > 0)),
    PRIMARY KEY (issue, instant, id)
) PARTITION BY LIST (issue);

CREATE TABLE referentiel_echange_donnees PARTITION OF referentiel_echange FOR VALUES IN ('donnees')
    PARTITION BY RANGE (instant);
CREATE TABLE referentiel_echange_non_trouve PARTITION OF referentiel_echange FOR VALUES IN ('non_trouve')
    PARTITION BY RANGE (instant);

CREATE INDEX echange_de_letudiant ON referentiel_echange_donnees (etudiant_id, instant);
CREATE INDEX echange_du_jeton ON referentiel_echange (jeton_id, instant);

CREATE TRIGGER echange_ajout_seul BEFORE UPDATE OR DELETE ON referentiel_echange
    FOR EACH ROW EXECUTE FUNCTION referentiel_refuser_reecriture();

-- Makes the monthly partitions from last month to `mois` months ahead; says how many were missing.
CREATE FUNCTION referentiel_echange_preparer(mois int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    debut date;
    parent text;
    nom text;
    faites int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('referentiel_echange_preparer'));
    FOR debut IN
        SELECT generate_series(date_trunc('month', now() - interval '1 month'),
                               date_trunc('month', now()) + make_interval(months => mois), interval '1 month')::date
    LOOP
        FOREACH parent IN ARRAY ARRAY['referentiel_echange_donnees', 'referentiel_echange_non_trouve'] LOOP
            nom := parent || '_' || to_char(debut, 'YYYY_MM');
            CONTINUE WHEN to_regclass(quote_ident(nom)) IS NOT NULL;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           nom, parent, debut::timestamp AT TIME ZONE 'Europe/Paris',
                           (debut + interval '1 month') AT TIME ZONE 'Europe/Paris');
            EXECUTE format('CREATE TRIGGER echange_non_vidable BEFORE TRUNCATE ON %I
                            FOR EACH STATEMENT EXECUTE FUNCTION referentiel_refuser_reecriture()', nom);
            faites := faites + 1;
        END LOOP;
    END LOOP;
    RETURN faites;
END $$;

SELECT referentiel_echange_preparer(12);
