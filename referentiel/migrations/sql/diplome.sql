-- The normal form of a diploma, by which two enrolments are the same one: without case, accents, spaces, apostrophes,
-- hyphens and dots, nor the words that people put or leave out (de, du, des, d', de la, de l') past the first word, for
-- DE, DU and DES are diplomas too.
--
-- Indexed: it must never change under its name. Hence it uses no other function of ours, whose rules on names may
-- evolve; another rule would be another function, with its own index. Like theirs, its body is parsed at creation and
-- depends on no locale.
CREATE FUNCTION referentiel_cle_diplome(diplome text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN diplome = '' THEN ''
    ELSE translate(
        replace(replace(replace(replace(replace(replace(
            CASE
                WHEN octet_length(diplome) = length(diplome) THEN translate(upper(diplome COLLATE "C"), '-', ' ')
                ELSE upper(
                    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
                        regexp_replace(normalize(diplome, NFKD), '[\u0300-\u036f]', '', 'g'),
                        'œ', 'OE'), 'Œ', 'OE'), 'æ', 'AE'), 'Æ', 'AE'), 'ß', 'SS'), 'ẞ', 'SS'), '’', ''''), '‘', ''''),
                        '-', ' '), '‐', ' '), '–', ' ') COLLATE "C"
                )
            END || ' ',
            ' DE LA ', ' '), ' DE L''', ' '), ' DE ', ' '), ' DU ', ' '), ' DES ', ' '), ' D''', ' '),
        ' ''`.', '')
END;

-- Whether two normal forms are probably one diploma written in two ways: one holds the other, or they differ in one
-- place only, by a fifth at most. Numbers tell years and options apart: they must be the same.
CREATE FUNCTION referentiel_diplomes_proches(une text, autre text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    longue int := greatest(length(une), length(autre));
    courte int := least(length(une), length(autre));
    debut int := 0;
    fin int := 0;
BEGIN
    IF une = autre OR courte = 0 THEN
        RETURN true;
    END IF;
    IF regexp_replace(une, '[^0-9]', '', 'g') <> regexp_replace(autre, '[^0-9]', '', 'g') THEN
        RETURN false;
    END IF;
    IF strpos(une, autre) > 0 OR strpos(autre, une) > 0 THEN
        RETURN true;
    END IF;
    WHILE debut < courte AND substr(une, debut + 1, 1) = substr(autre, debut + 1, 1) LOOP
        debut := debut + 1;
    END LOOP;
    WHILE fin < courte - debut
        AND substr(une, length(une) - fin, 1) = substr(autre, length(autre) - fin, 1) LOOP
        fin := fin + 1;
    END LOOP;
    RETURN (debut + fin) * 5 >= longue * 4;
END $$;
