"""Probable duplicates: a new inscription that overlaps another of the same student in the same establishment.

Same or near diploma, starts at most a month apart: more often one enrolment told in other words than two enrolments.
The line is taken, and this is said. A deposit with many asks its sender to choose (`ChoixDeDoublons`): a renamed
label, or a start date counted otherwise, would double every record.
"""

from typing import Any, LiteralString

from referentiel.champs_d_inscription import CLES, ECRITS, VALEURS, Champ, lister
from referentiel.nomenclatures import ChoixDeDoublons as Choix

JOURS = 31
#: More than this many, and than this part of the lines: the sender chooses.
NOMBRE, PART = 20, 0.01


def nombreux(doublons: int, lignes: int) -> bool:
    return doublons > NOMBRE and doublons > PART * lignes


#: Of a line `s` and an inscription `i` of its student and establishment, that it does not designate.
_CHEVAUCHE: LiteralString = f"""
    i.date_debut BETWEEN s.date_debut - {JOURS} AND s.date_debut + {JOURS}
    AND s.date_debut <= i.date_fin AND i.date_debut <= s.date_fin
    AND (i.date_debut <> s.date_debut OR referentiel_cle_diplome(i.diplome) <> s.cle_diplome)
    AND referentiel_diplomes_proches(referentiel_cle_diplome(i.diplome), s.cle_diplome)
"""

#: Of a line `s` of the merge, whose student is known: whether it is one.
D_UNE_LIGNE: LiteralString = f"""EXISTS (
    SELECT FROM referentiel_inscription i
    WHERE i.etudiant_id = s.etudiant_id AND i.etablissement_id = s.etablissement_id AND {_CHEVAUCHE})"""

_PREPARER: LiteralString = """
DROP TABLE IF EXISTS pg_temp.chevauchements, pg_temp.connus;
CREATE TEMPORARY TABLE chevauchements (ligne int, inscription_id bigint);
CREATE TEMPORARY TABLE connus (
    ligne int, etablissement_id bigint, date_debut date, date_fin date, cle_diplome text, etudiant_id bigint);
"""

# Line by line and student by student, by the indexes of their keys, whatever the planner believes of a table that has
# just been filled, or emptied by a dry run: it once compared every line with every record of the establishment. Hence
# no whole reading of a table, the orders of joins that OFFSET keeps, and what would call for other indexes (the
# world, the establishment) left out of the search or hidden in a sum.
_RESOUDRE: LiteralString = """
SET LOCAL enable_seqscan = off;
INSERT INTO pg_temp.connus
SELECT s.ligne, s.etablissement_id, s.date_debut, s.date_fin, s.cle_diplome, e.id
FROM {lignes} s
CROSS JOIN LATERAL (
    SELECT e.id, e.fictif, e.date_naissance FROM referentiel_etudiant e WHERE e.ine = s.ine_actuel OFFSET 0
) AS e
WHERE e.fictif = s.fictif AND e.date_naissance = s.naissance;
"""

_REPERER: LiteralString = f"""
INSERT INTO pg_temp.chevauchements
SELECT s.ligne, i.id
FROM pg_temp.connus s
CROSS JOIN LATERAL (
    SELECT i.* FROM referentiel_inscription i
    WHERE i.etudiant_id = s.etudiant_id AND i.etablissement_id + 0 = s.etablissement_id
    OFFSET 0) AS i
WHERE {_CHEVAUCHE}
  AND NOT EXISTS (
    SELECT FROM referentiel_inscription x
    WHERE x.etudiant_id = s.etudiant_id AND x.etablissement_id = s.etablissement_id AND x.date_debut = s.date_debut
      AND referentiel_cle_diplome(x.diplome) = s.cle_diplome
    OFFSET 0);
SET LOCAL enable_seqscan = on;
"""  # noqa: S608

# An inscription that another line of the same deposit designates is told apart by its own sender.
_LAISSER: LiteralString = """
DELETE FROM pg_temp.chevauchements c
USING {lignes} s, referentiel_etudiant e, referentiel_inscription i
WHERE i.id = c.inscription_id AND e.id = i.etudiant_id AND s.ine_actuel = e.ine AND s.fictif = e.fictif
  AND s.etablissement_id = i.etablissement_id AND s.date_debut = i.date_debut
  AND s.cle_diplome = referentiel_cle_diplome(i.diplome)
"""

_DIRE: LiteralString = """
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
SELECT DISTINCT s.ligne, %(niveau)s, 'diplome', s.diplome, %(code)s
FROM pg_temp.tampon s JOIN pg_temp.chevauchements c USING (ligne)
"""

_ECARTER: LiteralString = (
    "DELETE FROM pg_temp.tampon s USING pg_temp.chevauchements c WHERE c.ligne = s.ligne"
)


def _changements(champs: tuple[Champ, ...]) -> str:
    return ", ".join(f"('{un.nom}', a.{un.colonne}::text, n.{un.colonne}::text)" for un in champs)


# Only where a line stands for one inscription, and that one for one line: the others are created. The row takes the key
# of the line too, or the next file would bring the same doubt back.
_DEPLACER: LiteralString = f"""
WITH uniques AS (
    SELECT min(ligne) AS ligne, inscription_id FROM pg_temp.chevauchements c
    WHERE (SELECT count(*) FROM pg_temp.chevauchements x WHERE x.ligne = c.ligne) = 1
    GROUP BY inscription_id HAVING count(*) = 1
), anciennes AS MATERIALIZED (
    SELECT i.* FROM referentiel_inscription i JOIN uniques u ON u.inscription_id = i.id
    ORDER BY i.etudiant_id, i.etablissement_id, i.date_debut, referentiel_cle_diplome(i.diplome)
    FOR NO KEY UPDATE OF i
), nouvelles AS (
    UPDATE referentiel_inscription i SET
        {", ".join(f"{un.colonne} = coalesce(s.{un.colonne}, a.{un.colonne})" for un in ECRITS)},
        modifie_le = now(), confirmee_le = now()
    FROM anciennes a JOIN uniques u ON u.inscription_id = a.id JOIN pg_temp.tampon s ON s.ligne = u.ligne
    WHERE i.id = a.id
    RETURNING s.ligne, i.id, {lister(ECRITS, "i")}
), dites AS (
    INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code, message)
    SELECT n.ligne, 'modif', c.champ, c.avant, 'change', c.apres
    FROM nouvelles n JOIN anciennes a USING (id),
        LATERAL (VALUES {_changements((*CLES, *VALEURS))}) AS c (champ, avant, apres)
    WHERE c.avant IS DISTINCT FROM c.apres
)
SELECT count(*) FROM nouvelles
"""  # noqa: S608


def traiter(
    curseur: Any, *, lignes: LiteralString, choix: str, seul_si_nombreux: bool
) -> tuple[int, int, int]:
    """(probable duplicates, lines set aside, inscriptions updated in their place), before the merge of `tampon`.

    `seul_si_nombreux`: the choice was made by no one, for the case where there are many.
    """
    curseur.execute(_PREPARER)
    curseur.execute(_RESOUDRE.format(lignes=lignes))
    curseur.execute(_REPERER)
    curseur.execute("SELECT EXISTS (SELECT FROM pg_temp.chevauchements)")
    if curseur.fetchone() != (True,):
        return 0, 0, 0
    curseur.execute(_LAISSER.format(lignes=lignes))
    curseur.execute(
        "SELECT (SELECT count(DISTINCT ligne) FROM pg_temp.chevauchements), (SELECT count(*) FROM pg_temp.tampon)"
    )
    doublons, total = curseur.fetchone()
    if seul_si_nombreux and not nombreux(doublons, total):
        choix = Choix.CREER
    if choix == Choix.ECARTER:
        curseur.execute(_DIRE, {"niveau": "rejet", "code": "doublon_a_trancher"})
        curseur.execute(_ECARTER)
        return doublons, curseur.rowcount, 0
    curseur.execute(_DIRE, {"niveau": "avis", "code": "doublon_probable"})
    if choix != Choix.METTRE_A_JOUR:
        return doublons, 0, 0
    curseur.execute(_DEPLACER)
    (deplacees,) = curseur.fetchone()
    return doublons, 0, deplacees
