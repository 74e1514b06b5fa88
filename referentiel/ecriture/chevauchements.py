"""Probable duplicates: a new inscription that overlaps another of the same student in the same establishment.

Same or near diploma, starts at most a month apart: more often one enrolment told in other words than two enrolments.
The other may be recorded already, or stand on another line of the same file. The line is taken, and this is said. A
deposit with many asks its sender to choose (`ChoixDeDoublons`): a renamed label, or a start date counted otherwise,
would double every record.
"""

from typing import Any, LiteralString, NamedTuple

from referentiel.champs_d_inscription import CLES, ECRITS, VALEURS, Champ, lister
from referentiel.nomenclatures import ChoixDeDoublons as Choix

JOURS = 31
#: More than this many, and than this part of the lines: the sender chooses.
NOMBRE, PART = 20, 0.01


def nombreux(doublons: int, lignes: int) -> bool:
    return doublons > NOMBRE and doublons > PART * lignes


class Bilan(NamedTuple):
    """Lines that are probable duplicates; of them, those set aside, the inscriptions updated in their place, and
    those that could be: where a line stands for one inscription, and that one for one line."""

    doublons: int = 0
    laissees: int = 0
    deplacees: int = 0
    deplacables: int = 0


def _chevauche(diplome: LiteralString) -> LiteralString:
    """Of a line `s` and an enrolment `i` of its student and establishment, which it does not designate; `diplome`: the
    key of the latter's."""
    return f"""
    i.date_debut BETWEEN s.date_debut - {JOURS} AND s.date_debut + {JOURS}
    AND s.date_debut <= i.date_fin AND i.date_debut <= s.date_fin
    AND (i.date_debut <> s.date_debut OR {diplome} <> s.cle_diplome)
    AND referentiel_diplomes_proches({diplome}, s.cle_diplome)
"""


_CHEVAUCHE: LiteralString = _chevauche("referentiel_cle_diplome(i.diplome)")


def _connue(ligne: LiteralString) -> LiteralString:
    """Whether this line of `connus` designates a recorded inscription. OFFSET: by the index of the key."""
    return f"""EXISTS (
    SELECT FROM referentiel_inscription x
    WHERE x.etudiant_id = {ligne}.etudiant_id AND x.etablissement_id = {ligne}.etablissement_id
      AND x.date_debut = {ligne}.date_debut AND referentiel_cle_diplome(x.diplome) = {ligne}.cle_diplome
    OFFSET 0)"""


#: Of a line `s` of the merge, whose student is known: whether it is one.
D_UNE_LIGNE: LiteralString = f"""EXISTS (
    SELECT FROM referentiel_inscription i
    WHERE i.etudiant_id = s.etudiant_id AND i.etablissement_id = s.etablissement_id AND {_CHEVAUCHE})"""

_PREPARER: LiteralString = """
DROP TABLE IF EXISTS pg_temp.chevauchements, pg_temp.connus, pg_temp.jumelles, pg_temp.doublons;
CREATE TEMPORARY TABLE chevauchements (ligne int, inscription_id bigint);
CREATE TEMPORARY TABLE jumelles (ligne int, autre int);
CREATE TEMPORARY TABLE doublons (ligne int, autre int, repetee boolean NOT NULL DEFAULT false);
CREATE TEMPORARY TABLE connus (
    ligne int, etablissement_id bigint, date_debut date, date_fin date, cle_diplome text, statut text,
    etudiant_id bigint);
"""

# Line by line and student by student, by the indexes of their keys, whatever the planner believes of a table that has
# just been filled, or emptied by a dry run: it once compared every line with every record of the establishment. Hence
# no whole reading of a table, the orders of joins that OFFSET keeps, and what would call for other indexes (the
# world, the establishment) left out of the search or hidden in a sum.
_RESOUDRE: LiteralString = """
SET LOCAL enable_seqscan = off;
INSERT INTO pg_temp.connus
SELECT s.ligne, s.etablissement_id, s.date_debut, s.date_fin, s.cle_diplome, s.statut, e.id
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
  AND NOT {_connue("s")};
-- Rarely admitted and enrolled at once, more often a statut that was read wrong. Within the file: said by the merge.
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
SELECT s.ligne, 'avis', 'statut', s.statut, 'admission_et_inscription'
FROM pg_temp.connus s
WHERE EXISTS (
    SELECT FROM referentiel_inscription i
    WHERE i.etudiant_id = s.etudiant_id AND i.etablissement_id + 0 = s.etablissement_id
      AND i.date_debut = s.date_debut AND i.statut <> s.statut AND referentiel_cle_diplome(i.diplome) <> s.cle_diplome
    OFFSET 0)
  AND NOT EXISTS (
    SELECT FROM pg_temp.signales d WHERE d.ligne = s.ligne AND d.code = 'admission_et_inscription');
SET LOCAL enable_seqscan = on;
"""  # noqa: S608


def _supplantee(ligne: LiteralString) -> LiteralString:
    """Whether a later line of the file designates the same inscription: that one counts, and this is said apart."""
    return f"""EXISTS (
    SELECT FROM pg_temp.connus y
    WHERE y.etudiant_id = p.etudiant_id AND y.etablissement_id = p.etablissement_id AND y.ligne > p.{ligne}
      AND y.date_debut = p.{ligne}_debut AND y.cle_diplome = p.{ligne}_cle)"""


# Of two new lines, the second is the duplicate; a line that is recorded already never is.
_JUMELER: LiteralString = f"""
WITH paires AS MATERIALIZED (
    SELECT etudiant_id, etablissement_id, s.ligne AS une, s.date_debut AS une_debut, s.cle_diplome AS une_cle,
        i.ligne AS autre, i.date_debut AS autre_debut, i.cle_diplome AS autre_cle
    FROM pg_temp.connus s JOIN pg_temp.connus i USING (etudiant_id, etablissement_id)
    WHERE i.ligne <> s.ligne AND {_chevauche("i.cle_diplome")}
      AND NOT {_connue("s")} AND (i.ligne < s.ligne OR {_connue("i")})
)
INSERT INTO pg_temp.jumelles
SELECT p.une, min(p.autre) FROM paires p
WHERE NOT {_supplantee("une")} AND NOT {_supplantee("autre")}
GROUP BY p.une
"""  # noqa: S608

# An inscription that another line of the same deposit designates is told apart by its own sender.
_LAISSER: LiteralString = """
DELETE FROM pg_temp.chevauchements c
USING {lignes} s, referentiel_etudiant e, referentiel_inscription i
WHERE i.id = c.inscription_id AND e.id = i.etudiant_id AND s.ine_actuel = e.ine AND s.fictif = e.fictif
  AND s.etablissement_id = i.etablissement_id AND s.date_debut = i.date_debut
  AND s.cle_diplome = referentiel_cle_diplome(i.diplome)
"""

# The lines of all these, each with the other line when it is one of the file; and whether a later line stands for it,
# which is told apart: it is not counted, and goes where that one goes.
_REUNIR: LiteralString = """
INSERT INTO pg_temp.doublons (ligne) SELECT DISTINCT ligne FROM pg_temp.chevauchements;
INSERT INTO pg_temp.doublons (ligne, autre)
SELECT c.ligne, min(j.autre)
FROM pg_temp.jumelles j JOIN pg_temp.connus d ON d.ligne = j.ligne
    JOIN pg_temp.connus c USING (etudiant_id, etablissement_id, date_debut, cle_diplome)
WHERE NOT EXISTS (SELECT FROM pg_temp.chevauchements x WHERE x.ligne = c.ligne)
GROUP BY c.ligne;
UPDATE pg_temp.doublons u SET repetee = true
FROM pg_temp.connus s JOIN pg_temp.connus y USING (etudiant_id, etablissement_id, date_debut, cle_diplome)
WHERE s.ligne = u.ligne AND y.ligne > s.ligne;
"""

_DIRE: LiteralString = """
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code, message)
SELECT s.ligne, %(niveau)s, 'diplome', s.diplome, %(code)s, format(%(message)s::text, u.autre)
FROM pg_temp.tampon s JOIN pg_temp.doublons u USING (ligne)
WHERE (u.autre IS NOT NULL) = (%(message)s::text IS NOT NULL) AND NOT (u.repetee AND %(niveau)s::text = 'avis')
"""

_COMPTER: LiteralString = """
SELECT (SELECT count(*) FROM pg_temp.doublons WHERE NOT repetee), (SELECT count(*) FROM pg_temp.tampon)
"""

_ECARTER: LiteralString = "DELETE FROM pg_temp.tampon s USING pg_temp.doublons u WHERE u.ligne = s.ligne"

#: `%s`: the other line's number, which PostgreSQL puts there.
_JUMELLE_PRISE = (
    "Doublon probable de la ligne %s de ce fichier : même étudiant, mêmes dates à un mois près, même diplôme ou "
    "presque. Les deux lignes sont prises."
)
_JUMELLE_ECARTEE = (
    "Doublon probable de la ligne %s de ce fichier : la ligne n'est pas prise. Gardez celle des deux qui est juste, ou "
    "dites qu'il faut créer ces inscriptions."
)


def _changements(champs: tuple[Champ, ...]) -> str:
    return ", ".join(f"('{un.nom}', a.{un.colonne}::text, n.{un.colonne}::text)" for un in champs)


_UNIQUES: LiteralString = """
    SELECT min(ligne) AS ligne, inscription_id FROM pg_temp.chevauchements c JOIN pg_temp.doublons u USING (ligne)
    WHERE NOT u.repetee AND (SELECT count(*) FROM pg_temp.chevauchements x WHERE x.ligne = c.ligne) = 1
    GROUP BY inscription_id HAVING count(*) = 1
"""

# Only where a line stands for one inscription, and that one for one line: the others are created. The row takes the key
# of the line too, or the next file would bring the same doubt back.
_DEPLACER: LiteralString = f"""
WITH uniques AS ({_UNIQUES}), anciennes AS MATERIALIZED (
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


def traiter(curseur: Any, *, lignes: LiteralString, choix: str, seul_si_nombreux: bool) -> Bilan:
    """Say the probable duplicates of `tampon`, and do what was chosen of them, before its merge.

    `seul_si_nombreux`: the choice was made by no one, for the case where there are many.
    """
    curseur.execute(_PREPARER)
    curseur.execute(_RESOUDRE.format(lignes=lignes))
    curseur.execute(_REPERER)
    curseur.execute(_JUMELER)
    curseur.execute(
        "SELECT EXISTS (SELECT FROM pg_temp.chevauchements), EXISTS (SELECT FROM pg_temp.jumelles)"
    )
    chevauchements, jumelles = curseur.fetchone()
    if not (chevauchements or jumelles):
        return Bilan()
    if chevauchements:
        curseur.execute(_LAISSER.format(lignes=lignes))
    curseur.execute(_REUNIR)
    curseur.execute(_COMPTER)
    doublons, total = curseur.fetchone()
    curseur.execute(f"SELECT count(*) FROM ({_UNIQUES}) u")  # noqa: S608
    (deplacables,) = curseur.fetchone()
    if seul_si_nombreux and not nombreux(doublons, total):
        choix = Choix.CREER
    if choix == Choix.ECARTER:
        refus = {"niveau": "rejet", "code": "doublon_a_trancher"}
        for message in (None, _JUMELLE_ECARTEE):
            curseur.execute(_DIRE, refus | {"message": message})
        curseur.execute(_ECARTER)
        return Bilan(doublons, laissees=curseur.rowcount, deplacables=deplacables)
    avis = {"niveau": "avis", "code": "doublon_probable"}
    for message in (None, _JUMELLE_PRISE):
        curseur.execute(_DIRE, avis | {"message": message})
    if choix != Choix.METTRE_A_JOUR:
        return Bilan(doublons, deplacables=deplacables)
    curseur.execute(_DEPLACER)
    (deplacees,) = curseur.fetchone()
    return Bilan(doublons, deplacees=deplacees, deplacables=deplacables)
