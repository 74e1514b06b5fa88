"""Prevents guessing birth dates: somebody who knows an INE must not find its birth date by trying them one by one.

An inscription is refused when its birth date is not the registered one, so each refusal says a little. Hence every door
asks here first, before anything is compared:

- within a deposit, an INE that comes with `DATES_PAR_DEPOT` dates or more is rejected whatever they are;
- the dates refused for a student are kept for the day (in Paris), by whoever sent them: by organisation (SIREN, or UAI
  where it is not known) and by author, so that neither several establishments of one nor several of a token's help. At
  `DATES_PAR_JOUR` the ministry is told (anomaly), and the INE is compared no more until the next day, right date or
  not;
- tries of one INE by one sender are put in a row by locks, and kept before the answer is known: sent at the same
  instant, they count as one after the other.

Students who are not found are one answer with those of another birth date (`etudiant_introuvable`), and so many of them
in a day stop the sender (`introuvables`).
"""

from collections.abc import Iterable
from typing import Any, LiteralString

from django.db import connection, transaction

from referentiel.ecriture import introuvables
from referentiel.ecriture.introuvables import AUJOURDHUI
from referentiel.enonces_prepares import CurseurPrepare

DATES_PAR_DEPOT = 3
DATES_PAR_JOUR = 3
#: Most anomalies of this kind left open for one establishment: a file with a wrong birth date column is a single
#: problem.
ANOMALIES_MAXIMUM = 20

#: Said of an INE that nobody bears and of one borne with another birth date: which INE exist is not told.
INTROUVABLE = "etudiant_introuvable"
PLUSIEURS = "dates_naissance_multiples"

# First what is cheap, over all the lines: nearly every INE comes with one date.
_ECARTER_LES_MULTIPLES: LiteralString = f"""
WITH plusieurs AS MATERIALIZED (
    SELECT ine FROM pg_temp.tampon GROUP BY ine HAVING min(date_naissance) <> max(date_naissance)
), trop AS MATERIALIZED (
    SELECT ine FROM pg_temp.tampon JOIN plusieurs USING (ine)
    GROUP BY ine HAVING count(DISTINCT date_naissance) >= {DATES_PAR_DEPOT}
), ecartees AS (
    DELETE FROM pg_temp.tampon t USING trop WHERE t.ine = trop.ine RETURNING t.ligne, t.date_naissance
)
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
SELECT ligne, 'rejet', 'dateNaissance', date_naissance::text, '{PLUSIEURS}' FROM ecartees
"""  # noqa: S608 (constants only)

_ORGANISME: LiteralString = (
    "CASE WHEN b.siret <> '' THEN 'siren:' || left(b.siret, 9) ELSE 'uai:' || b.uai END"
)

_SUJETS: LiteralString = f"""
SELECT DISTINCT {_ORGANISME} FROM {{source}} s JOIN referentiel_etablissement b ON b.id = s.etablissement_id
WHERE NOT s.fictif
"""  # noqa: S608 (constants only)

# The dates that this sender has already had refused today, for each student of a line whose date differs or who has
# some; then each date's rank among those that it tries now. What comes after too many is not compared.
_EPROUVER: LiteralString = f"""
WITH connues AS MATERIALIZED (
    SELECT s.ligne, s.date_naissance, s.etablissement_id, coalesce(g.id, e.id) AS etudiant_id,
        s.date_naissance <> coalesce(g.date_naissance, e.date_naissance)
            AND s.date_naissance IS DISTINCT FROM r.date_naissance AS differe
    FROM {{source}} s
    LEFT JOIN referentiel_etudiant e ON e.ine = s.ine AND e.fictif = s.fictif
    LEFT JOIN referentiel_ineremplace r ON r.ancien_ine = s.ine AND r.fictif = s.fictif
    LEFT JOIN referentiel_etudiant g ON g.id = r.etudiant_id
    WHERE NOT s.fictif AND coalesce(g.id, e.id) IS NOT NULL
), suspects AS MATERIALIZED (
    -- Nearly nobody: the rest is about these alone.
    SELECT etudiant_id FROM connues WHERE differe
    UNION
    SELECT n.etudiant_id FROM referentiel_naissanceessayee n
    WHERE n.jour = {AUJOURDHUI} AND n.sujet = ANY (%(sujets)s::text[])
), surveillees AS MATERIALIZED (
    SELECT c.*, {_ORGANISME} AS organisme, coalesce((
        SELECT n.dates FROM referentiel_naissanceessayee n
        WHERE n.etudiant_id = c.etudiant_id AND n.sujet IN ({_ORGANISME}, %(auteur)s::text) AND n.jour = {AUJOURDHUI}
        ORDER BY cardinality(n.dates) DESC LIMIT 1), '{{{{}}}}') AS deja
    FROM connues c
    JOIN suspects USING (etudiant_id)
    JOIN referentiel_etablissement b ON b.id = c.etablissement_id
), nouvelles AS (
    SELECT etudiant_id, date_naissance, max(cardinality(deja)) + row_number() OVER (
        PARTITION BY etudiant_id ORDER BY min(ligne), date_naissance) AS rang
    FROM surveillees WHERE date_naissance <> ALL (deja) GROUP BY etudiant_id, date_naissance
), jugees AS MATERIALIZED (
    SELECT s.*, coalesce(n.rang, cardinality(s.deja) + 1) > {DATES_PAR_JOUR} AS trop
    FROM surveillees s LEFT JOIN nouvelles n USING (etudiant_id, date_naissance)
), essayees AS (
    INSERT INTO referentiel_naissanceessayee AS n (etudiant_id, sujet, jour, dates)
    SELECT j.etudiant_id, sujet, {AUJOURDHUI}, array_agg(DISTINCT j.date_naissance)
    FROM jugees j, unnest(ARRAY[j.organisme, %(auteur)s::text]) AS sujet
    WHERE j.differe AND NOT j.trop
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (etudiant_id, sujet, jour) DO UPDATE
        SET dates = ARRAY(SELECT DISTINCT unnest(n.dates || excluded.dates))
    RETURNING etudiant_id, cardinality(dates) AS nombre
), anomalies AS (
    INSERT INTO referentiel_anomalie (type, etudiant_id, etablissement_id, recu, cle, lot_id)
    SELECT 'dates_essayees', etudiant_id, etablissement_id, jsonb_build_object('par', %(auteur)s::text), '',
        %(lot)s::bigint
    FROM (
        SELECT *, row_number() OVER (PARTITION BY etablissement_id ORDER BY etudiant_id) AS rang
        FROM (SELECT DISTINCT j.etudiant_id, j.etablissement_id
              FROM jugees j JOIN essayees USING (etudiant_id) WHERE essayees.nombre >= {DATES_PAR_JOUR}) AS y
    ) AS x
    WHERE rang <= {ANOMALIES_MAXIMUM} - (
        SELECT count(*) FROM referentiel_anomalie a
        WHERE a.etablissement_id = x.etablissement_id AND a.type = 'dates_essayees' AND a.traitee_le IS NULL)
    ORDER BY etudiant_id, etablissement_id
    ON CONFLICT (etudiant_id, etablissement_id, type, cle) WHERE traitee_le IS NULL DO NOTHING
)
"""  # noqa: S608 (constants only)

_PARTAGER: LiteralString = """
SELECT pg_advisory_xact_lock_shared(hashtextextended(sujet, 0)) FROM unnest(%(sujets)s::text[]) AS sujet
"""

_VERDICT: LiteralString = f"""
SELECT CASE WHEN trop THEN '{PLUSIEURS}' WHEN differe THEN '{INTROUVABLE}' END FROM jugees
"""  # noqa: S608 (constants only)

_ECARTER_LES_ESSAYEES: LiteralString = f"""
, ecartees AS (
    DELETE FROM pg_temp.tampon t USING jugees j WHERE t.ligne = j.ligne AND j.trop RETURNING t.ligne, t.date_naissance
)
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
SELECT ligne, 'rejet', 'dateNaissance', date_naissance::text, '{PLUSIEURS}' FROM ecartees
"""  # noqa: S608 (constants only)


def eprouver_un_lot(curseur: Any, *, source: LiteralString, lot_id: int, auteur: str) -> int:
    """Before a deposit's lines are compared, dry run or not: take out of the temporary table those that are not to be,
    and keep, for good, the dates that will be refused. How many were taken out.

    `auteur`: whose tries these are, `jeton:…` or `compte:…`. Raises TropDIntrouvables.
    """
    with transaction.atomic():
        curseur.execute(_ECARTER_LES_MULTIPLES)
        ecartees = int(curseur.rowcount)
        sujets = _sujets(curseur, source, auteur)
        introuvables.exiger(curseur, sujets)
        _verrouiller(curseur, sujets)
        curseur.execute(
            _EPROUVER.format(source=source) + _ECARTER_LES_ESSAYEES,
            {"auteur": _personne(auteur), "lot": lot_id, "sujets": sujets},
        )
        return ecartees + int(curseur.rowcount)


def eprouver_une_ligne(source: LiteralString, lignes: str, *, auteur: str) -> str | None:
    """Why a single line is not to be written: `INTROUVABLE`, `PLUSIEURS`, or None. The refusal is kept.

    Raises TropDIntrouvables.
    """
    with transaction.atomic():
        curseur = CurseurPrepare()
        parametres = {"lignes": lignes, "auteur": _personne(auteur), "lot": None}
        sujets = _sujets(curseur, source, auteur, lignes=lignes)
        if not sujets:  # the sandbox
            return None
        introuvables.exiger(curseur, sujets)
        curseur.execute(_PARTAGER, {"sujets": sujets})
        curseur.execute(
            f"SELECT pg_advisory_xact_lock(hashtextextended(ine, 1)) FROM {source} AS s",  # noqa: S608
            parametres,
        )
        curseur.execute(_EPROUVER.format(source=source) + _VERDICT, parametres | {"sujets": sujets})
        trouve = curseur.fetchone()
        return None if trouve is None else trouve[0]


def sujets_d_un_lot(curseur: Any, source: LiteralString, *, auteur: str) -> list[str]:
    """The senders under whose names a deposit's tries are kept; none in the sandbox."""
    return _sujets(curseur, source, auteur)


def sujets_d_une_ligne(curseur: Any, source: LiteralString, lignes: str, *, auteur: str) -> list[str]:
    return _sujets(curseur, source, auteur, lignes=lignes)


def oublier() -> int:
    """Delete the rows of previous days; returns how many."""
    with connection.cursor() as curseur:
        curseur.execute(f"DELETE FROM referentiel_naissanceessayee WHERE jour < {AUJOURDHUI}")  # noqa: S608 (constant)
        return int(curseur.rowcount)


def _sujets(curseur: Any, source: LiteralString, auteur: str, **parametres: object) -> list[str]:
    """Who tries: the organisations of the lines, and the author; in the order in which everybody takes their locks."""
    curseur.execute(_SUJETS.format(source=source), parametres)
    organismes = [sujet for (sujet,) in curseur.fetchall()]
    return sorted([*organismes, _personne(auteur)]) if organismes else []


def _verrouiller(curseur: Any, sujets: Iterable[str]) -> None:
    """A deposit tries many INE: it holds its senders, for the second that this takes."""
    for sujet in sujets:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sujet])


def _personne(auteur: str) -> str:
    """Whoever stands in for a person tries as that person."""
    return auteur.partition("/")[0]
