-- The normal form of names, second writing: it replaces that of `normalisation.sql`, and stays the one place where the rule
-- is written (ADR 0001). Columns computed by the database and the parameters of searches both go through it.
--
-- Letters that Unicode does not decompose fold too: Ł → L, Ø → O, Đ Ð → D, Þ → TH, ı → I… As before, bodies are parsed at
-- creation (RETURN …) and nothing depends on the cluster's locale.
CREATE OR REPLACE FUNCTION referentiel_normaliser(nom text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN octet_length(nom) = length(nom) THEN
        btrim(regexp_replace(upper(nom COLLATE "C"), '[\s''`.-]+', ' ', 'g'))
    ELSE
        btrim(regexp_replace(
            upper(
                translate(
                    replace(replace(replace(replace(replace(replace(replace(replace(
                        regexp_replace(
                            normalize(nom, NFKD),
                            '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'
                        ),
                        'œ', 'OE'), 'Œ', 'OE'), 'æ', 'AE'), 'Æ', 'AE'), 'ß', 'SS'), 'ẞ', 'SS'), 'þ', 'TH'), 'Þ', 'TH'),
                    'ØøÐðĐđɄɊĦħıĸŁłŊŋŦŧƀƁƂƃƆƇƈƉƊƋƌƎƏƐƑƒƓƔƖƗƘƙƚƜƝƞƟƤƥƩƫƬƭƮƱƲƳƴƵƶƷƿǝǤǥǷȜȝȠȡȤȥȴȵȶȷȺȻȼȽȾȿɀɃɅɆɇɈɉɋɌɍɎɏɓɔɖɗəɛɠɣɨɩɯɲʃʈʊʋʌʒ',
                    'OODDDDUQHHIKLLNNTTBBBBOCCDDDDEEEFFGGIIKKLMNNOPPSTTTTUVYYZZZWEGGWYYNDZZLNTJACCLTSZBVEEJJQRRYYBODDEEGGIIMNSTUVVZ'
                ) COLLATE "C"
            ),
            '[\s''`.\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u055a\ua78c\uff07\u2010-\u2015\u2212\u00ad\u058a\ufe58\ufe63\uff0d\u00b7\u200b-\u200d\ufeff-]+',
            ' ', 'g'
        ))
END;

-- Key of a birth name: its letters and digits. D ARTAGNAN = DARTAGNAN, DIAZ/PEREZ = DIAZ PEREZ.
CREATE OR REPLACE FUNCTION referentiel_cle_nom(nom text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN octet_length(nom) = length(nom) THEN
        regexp_replace(upper(nom COLLATE "C"), '[^A-Z0-9]+', '', 'g')
    ELSE
        regexp_replace(
            referentiel_normaliser(nom) COLLATE "C",
            '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u058a\u05be\u05f3\u05f4\u2000-\u206f\u2190-\u2bff\u3000-\u303f\u30fb\ua78b\ua78c\ufe50-\ufe6f\ufeff]+',
            '', 'g'
        )
END;

-- Key of given names: the words of the first one, or of all when they were registered in one string. Apostrophes vanish,
-- hyphens and the rest are a space. Empty for a person who has no given name.
CREATE OR REPLACE FUNCTION referentiel_cle_prenom(prenoms text[]) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce(
    CASE
        WHEN octet_length(prenoms[1]) = length(prenoms[1]) THEN
            btrim(regexp_replace(upper(translate(prenoms[1], '''`', '') COLLATE "C"), '[^A-Z0-9]+', ' ', 'g'))
        ELSE
            btrim(regexp_replace(
                referentiel_normaliser(translate(prenoms[1],
                    '''`´ʹʻʼʽʾʿˈˊˋ՚ꞌ＇‘’‚‛′‵​‌‍﻿', '')) COLLATE "C",
                '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u058a\u05be\u05f3\u05f4\u2000-\u206f\u2190-\u2bff\u3000-\u303f\u30fb\ua78b\ua78c\ufe50-\ufe6f\ufeff]+',
                ' ', 'g'
            ))
    END, '');

-- What a query's given names ask for, as keys without spaces: all that is before the first comma, its first word, its
-- first two words. Here a hyphen joins: Jean-Philippe is one word, and so is « Jean - Philippe ».
CREATE FUNCTION referentiel_prenom_demande(demande text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN demande ~ '^[A-Za-z''-]+$' COLLATE "C" THEN array_fill(referentiel_cle_nom(demande), ARRAY[3])  -- one word: most
    ELSE (
        SELECT ARRAY[
            referentiel_cle_nom(mots),
            referentiel_cle_nom(split_part(mots, ' ', 1)),
            referentiel_cle_nom(split_part(mots, ' ', 1) || split_part(mots, ' ', 2))]
        FROM (SELECT btrim(regexp_replace(regexp_replace(
            split_part(btrim(demande, E', \t\u00a0\u202f'), ',', 1) COLLATE "C",
            '[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+', ' ', 'g'),
            ' ?([-\u2010-\u2015\u2212\u058a\ufe58\ufe63\uff0d]) ?', '\1', 'g')) AS mots) AS x)
END;

-- Whether a student's given names (`cle_prenom`) answer what is asked (`referentiel_prenom_demande`):
-- the whole first given name is what is asked, its first word or its first two; or the student's first two words are
-- (Jean-Philippe registered as « Jean Philippe Marie »); or the student's first word is all that is asked (Marie finds
-- Marie-Anne, and Jean Pierre does not find Jean-Paul).
CREATE FUNCTION referentiel_prenom_repond(cle text, demande text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(cle, ' ', '') = ANY (demande)
    OR split_part(cle, ' ', 1) || split_part(cle, ' ', 2) IN (demande[2], demande[3])
    OR split_part(cle, ' ', 1) = demande[3];
