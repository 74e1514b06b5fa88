-- The normal form of names: the one place where it is written. Columns computed by the database and the parameters
-- of searches both go through it.
--
-- Compatibility decomposition without diacritics, upper case, œ → OE, æ → AE, ß → SS; apostrophes, hyphens, dots and
-- blanks become one space. Bodies are parsed at creation (RETURN …): they do not depend on search_path, so a dump of
-- the generated columns restores. Nothing depends on the cluster's locale: after the decomposition only a few Latin
-- letters are left outside ASCII, and they are translated by name.
CREATE FUNCTION referentiel_normaliser(nom text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN octet_length(nom) = length(nom) THEN
        btrim(regexp_replace(upper(nom COLLATE "C"), '[\s''`.-]+', ' ', 'g'))
    ELSE
        btrim(regexp_replace(
            upper(
                translate(
                    replace(replace(replace(replace(replace(replace(
                        regexp_replace(
                            normalize(nom, NFKD),
                            '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'
                        ),
                        'œ', 'OE'), 'Œ', 'OE'), 'æ', 'AE'), 'Æ', 'AE'), 'ß', 'SS'), 'ẞ', 'SS'),
                    'øłđðþħŋŧı', 'ØŁĐÐÞĦŊŦI'
                ) COLLATE "C"
            ),
            '[\s''`.\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u055a\ua78c\uff07\u2010-\u2015\u2212\u00ad\u058a\ufe58\ufe63\uff0d\u00b7\u200b-\u200d\ufeff-]+',
            ' ', 'g'
        ))
END;

-- Key of a birth name: compared without its spaces, so that D ARTAGNAN = DARTAGNAN.
CREATE FUNCTION referentiel_cle_nom(nom text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(referentiel_normaliser(nom), ' ', '');

-- Key of given names: the first one only; its words stay apart, its first word alone is enough to match.
CREATE FUNCTION referentiel_cle_prenom(prenoms text[]) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN referentiel_normaliser(prenoms[1]);
