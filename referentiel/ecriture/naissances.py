"""Birth dates are not guessed here: whoever knows an INE must not learn its birth date by sending one after the other.

An inscription is refused when its birth date is not the registered one, so each refusal says a little. Hence:

- within a deposit, an INE that comes with `DATES_PAR_DEPOT` dates or more is rejected before it is compared;
- the dates that were refused for a student are kept for the day, by establishment, those of dry runs included. At
  `DATES_PAR_JOUR` the ministry is told (anomaly), and the INE is compared no more until the next day.

By day, then, an establishment tries four dates at most: two that were refused, then a deposit with two more. Over one
deposit or call at a time, that is: those that are being done at the same instant do not see one another's.
"""

from typing import Any, LiteralString

from django.db import connection, transaction

from referentiel.ecriture.conflits import rejouer

DATES_PAR_DEPOT = 3
DATES_PAR_JOUR = 3
#: In SQL: sessions of PostgreSQL count in UTC, people do not.
AUJOURDHUI: LiteralString = "(now() AT TIME ZONE 'Europe/Paris')::date"
#: Left open at the desk, by establishment: a file with the wrong column for birth dates is one thing to look at.
ANOMALIES_MAXIMUM = 20

DIFFERENTE, PLUSIEURS = "date_naissance_differente", "dates_naissance_multiples"

# First what is cheap, over all the lines: nearly every INE comes with one date.
ECARTER_LES_MULTIPLES: LiteralString = f"""
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

#: Of a student `e` and a line `s`: whether the line may no longer be compared.
TROP_ESSAYEE: LiteralString = f"""EXISTS (
    SELECT FROM referentiel_naissanceessayee n
    WHERE n.etudiant_id = e.id AND n.etablissement_id = s.etablissement_id AND n.jour = {AUJOURDHUI}
        AND cardinality(n.dates) >= {DATES_PAR_JOUR})"""

_REFUSEES: LiteralString = f"""(
    SELECT t.* FROM pg_temp.tampon t JOIN pg_temp.signales s ON s.ligne = t.ligne AND s.code = '{DIFFERENTE}'
)"""  # noqa: S608 (constants only)

# Rows are taken in one order by every writer, anomalies last.
_RELEVER: LiteralString = """
WITH essayees AS (
    INSERT INTO referentiel_naissanceessayee AS n (etudiant_id, etablissement_id, jour, dates)
    SELECT e.id, s.etablissement_id, {aujourdhui}, array_agg(DISTINCT s.date_naissance)
    FROM {source} s
    LEFT JOIN referentiel_ineremplace r ON r.ancien_ine = s.ine AND r.fictif = s.fictif
    JOIN referentiel_etudiant e ON e.id = coalesce(
        r.etudiant_id, (SELECT c.id FROM referentiel_etudiant c WHERE c.ine = s.ine AND c.fictif = s.fictif))
    WHERE NOT s.fictif
    GROUP BY e.id, s.etablissement_id
    ORDER BY e.id, s.etablissement_id
    ON CONFLICT (etudiant_id, etablissement_id, jour) DO UPDATE
        SET dates = ARRAY(SELECT DISTINCT unnest(n.dates || excluded.dates))
    RETURNING etudiant_id, etablissement_id, cardinality(dates) AS nombre
)
INSERT INTO referentiel_anomalie (type, etudiant_id, etablissement_id, recu, cle, lot_id)
SELECT 'dates_essayees', etudiant_id, etablissement_id, jsonb_build_object('par', %(auteur)s::text), '', %(lot)s
FROM (
    SELECT *, row_number() OVER (PARTITION BY etablissement_id ORDER BY nombre DESC, etudiant_id) AS rang
    FROM essayees WHERE nombre >= %(dates)s
) AS x
WHERE rang <= %(maximum)s - (
    SELECT count(*) FROM referentiel_anomalie a
    WHERE a.etablissement_id = x.etablissement_id AND a.type = 'dates_essayees' AND a.traitee_le IS NULL)
ORDER BY etudiant_id, etablissement_id
ON CONFLICT (etudiant_id, etablissement_id, type, cle) WHERE traitee_le IS NULL DO NOTHING
"""


def relever_un_lot(curseur: Any, *, lot_id: int) -> None:
    """Keep the refusals that the merge of a deposit, or its dry run, has left in the temporary tables."""
    _relever(curseur, _REFUSEES, auteur=f"lot:{lot_id}", lot=lot_id)


def relever_une_ligne(source: LiteralString, lignes: str, *, auteur: str) -> None:
    """Keep the refusal of a single line, past the transaction that was undone."""

    def relever() -> None:
        with transaction.atomic(), connection.cursor() as curseur:
            _relever(curseur, source, auteur=auteur, lignes=lignes, lot=None)

    rejouer(relever)


def _relever(curseur: Any, source: LiteralString, **parametres: object) -> None:
    limites = {"dates": DATES_PAR_JOUR, "maximum": ANOMALIES_MAXIMUM}
    curseur.execute(_RELEVER.format(source=source, aujourdhui=AUJOURDHUI), parametres | limites)


def oublier() -> int:
    """Those of the days before."""
    with connection.cursor() as curseur:
        curseur.execute(f"DELETE FROM referentiel_naissanceessayee WHERE jour < {AUJOURDHUI}")  # noqa: S608 (constant)
        return int(curseur.rowcount)
