"""Merging valid lines into the referential: the one place that writes students and inscriptions.

The same SQL serves a single call of the write API and a file of a million lines; only where the lines come from, and
what is asked back, differ. Rules (referential, "Writing"):

- unknown INE with an identity: the student is created, identity to be verified;
- unknown INE without identity, or known INE with another birth date: the line is rejected;
- an INE that comes with several birth dates is not compared: they would tell the right one (`naissances`, which every
  door asks before this);
- within one deposit, an identity counts from its line on: the lines before it are those of an unknown student;
- known INE with another name: the line is taken, the registered identity kept, an anomaly raised, unless the ministry
  has already decided to keep the registered identity against that name;
- INE of a student merged into another (`IneRemplace`): the line is the kept student's, with a notice; the birth date of
  the dropped student is accepted with it, as the kept student's is;
- natural key student, UAI, start date, diplome: the same line twice never makes two rows. Within one deposit the last
  line of a key wins, as if the lines had been sent one by one.

Rows are taken in the same order by every writer: new students by INE, inscriptions by student, then the students that
new inscriptions refer to, then anomalies. Writers that meet wait for one another; they do not cross. A student merged
into another while a line was being written for it breaks a foreign key: the line is written again.
"""

from collections.abc import Mapping
from typing import Any, LiteralString, NamedTuple

import orjson
from django.db import connection, transaction

from referentiel.ecriture import introuvables
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import Depasse, rejouer
from referentiel.ecriture.naissances import INTROUVABLE, eprouver_une_ligne, sujets_d_une_ligne
from referentiel.ecriture.validation import LigneValide

#: Columns of a valid line, for the staging table of a file and for the JSON of a single call alike.
COLONNES: LiteralString = """
    ligne int, ine text, date_naissance date, etablissement_id bigint, fictif boolean, date_debut date, date_fin date,
    statut text, regime text, code_commune text, cursus text, diplome text, niveau_diplome text,
    nom_naissance text, prenoms text[], sexe text, lieu_naissance text
"""

SOURCE_TAMPON: LiteralString = "pg_temp.tampon"
SOURCE_JSON: LiteralString = f"(SELECT * FROM jsonb_to_recordset(%(lignes)s::jsonb) AS x({COLONNES}))"  # noqa: S608

# Each line with the INE and the birth date of the student that it is for. Within the statement that uses it: a merge
# committed between two statements is seen by the second of them, whole or not at all.
ACTUELLES: LiteralString = """(
    SELECT s.*, coalesce(g.ine, s.ine) AS ine_actuel, g.ine IS NOT NULL AS ine_remplace,
        CASE WHEN g.ancienne_naissance = s.date_naissance THEN g.date_naissance ELSE s.date_naissance END AS naissance
    FROM {source} s
    LEFT JOIN (
        SELECT r.ancien_ine, r.fictif, r.date_naissance AS ancienne_naissance, e.ine, e.date_naissance
        FROM referentiel_ineremplace r JOIN referentiel_etudiant e ON e.id = r.etudiant_id
    ) g ON g.ancien_ine = s.ine AND g.fictif = s.fictif
)"""

# Where only some lines bear an identity: those of a student whom a later line creates are sent too early.
ECARTER_LES_PRECOCES: LiteralString = """
WITH precoces AS (
    DELETE FROM pg_temp.tampon s
    WHERE s.nom_naissance IS NULL
      AND NOT EXISTS (SELECT FROM referentiel_etudiant e WHERE e.ine = s.ine AND e.fictif = s.fictif)
      AND NOT EXISTS (SELECT FROM referentiel_ineremplace r WHERE r.ancien_ine = s.ine AND r.fictif = s.fictif)
      AND NOT EXISTS (SELECT FROM pg_temp.tampon p WHERE p.ine = s.ine AND p.fictif = s.fictif
                      AND p.nom_naissance IS NOT NULL AND p.ligne < s.ligne)
    RETURNING s.ligne, s.ine
)
INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
SELECT ligne, 'rejet', 'ine', ine, 'etudiant_introuvable' FROM precoces
"""

# Sorted by INE: two deposits that create the same students take their locks in the same order.
CREER_ETUDIANTS: LiteralString = """
INSERT INTO referentiel_etudiant (ine, nom_naissance, prenoms, sexe, date_naissance, lieu_naissance, fictif)
SELECT DISTINCT ON (s.ine, s.fictif)
    s.ine, s.nom_naissance, s.prenoms, s.sexe, s.date_naissance, s.lieu_naissance, s.fictif
FROM {source} s
WHERE s.nom_naissance IS NOT NULL
  AND NOT EXISTS (SELECT FROM referentiel_etudiant e WHERE e.ine = s.ine AND e.fictif = s.fictif)
  AND NOT EXISTS (SELECT FROM referentiel_ineremplace r WHERE r.ancien_ine = s.ine AND r.fictif = s.fictif)
ORDER BY s.ine, s.fictif, s.ligne
ON CONFLICT (ine, fictif) DO NOTHING
"""

FUSIONNER: LiteralString = """
WITH resolu AS MATERIALIZED (
    SELECT s.*, e.id AS etudiant_id, i.id AS ancienne_id,
        -- One thing is said of both: which INE exist is not told.
        CASE WHEN e.id IS NULL OR e.date_naissance <> s.naissance THEN '{introuvable}' END AS rejet,
        i.id IS NOT NULL
            AND (i.statut, i.regime, i.date_fin, i.code_commune, i.cursus, i.niveau_diplome)
                IS DISTINCT FROM (s.statut, s.regime, s.date_fin, s.code_commune, s.cursus, s.niveau_diplome)
            AS differe,
        CASE WHEN s.nom_naissance IS NULL OR s.nom_naissance = e.nom_naissance AND s.prenoms[1] = e.prenoms[1]
             THEN false
             ELSE referentiel_cle_nom(s.nom_naissance) <> e.cle_nom
                 -- Given names left blank contradict nothing.
                 OR s.prenoms[1] IS NOT NULL
                 AND NOT referentiel_prenom_repond(e.cle_prenom, referentiel_prenom_demande(s.prenoms[1]))
                 AND NOT referentiel_prenom_repond(
                     referentiel_cle_prenom(s.prenoms), referentiel_prenom_demande(coalesce(e.prenoms[1], '')))
        END AS nom_differe,
        -- A line of another birth date is rejected: it must not stand for the line that it contradicts.
        row_number() OVER (
            PARTITION BY s.ine_actuel, s.fictif, s.naissance, s.etablissement_id, s.date_debut, s.diplome
            ORDER BY s.ligne DESC) AS rang
    FROM {lignes} s
    LEFT JOIN referentiel_etudiant e ON e.ine = s.ine_actuel AND e.fictif = s.fictif
    LEFT JOIN referentiel_inscription i ON i.etudiant_id = e.id AND i.etablissement_id = s.etablissement_id
        AND i.date_debut = s.date_debut AND i.diplome = s.diplome
), ecrites AS (
    INSERT INTO referentiel_inscription AS i (etudiant_id, etablissement_id, fictif, statut, regime, date_debut,
        date_fin, code_commune, cursus, diplome, niveau_diplome, source, lot_id, confirmee_le)
    SELECT etudiant_id, etablissement_id, fictif, statut, regime, date_debut,
        date_fin, code_commune, cursus, diplome, niveau_diplome, %(source)s, %(lot)s, now()
    FROM resolu WHERE rejet IS NULL AND rang = 1
    ORDER BY etudiant_id, etablissement_id, date_debut, diplome
    ON CONFLICT (etudiant_id, etablissement_id, date_debut, diplome) DO UPDATE SET
        statut = excluded.statut, regime = excluded.regime, date_fin = excluded.date_fin,
        code_commune = excluded.code_commune, cursus = excluded.cursus, niveau_diplome = excluded.niveau_diplome,
        confirmee_le = now(),
        modifie_le = CASE
            WHEN (i.statut, i.regime, i.date_fin, i.code_commune, i.cursus, i.niveau_diplome)
                IS DISTINCT FROM (excluded.statut, excluded.regime, excluded.date_fin, excluded.code_commune,
                                  excluded.cursus, excluded.niveau_diplome)
            THEN now() ELSE i.modifie_le END
    -- Inserted or updated: PostgreSQL marks the row that an update replaces, never a new one.
    RETURNING i.id, i.xmax = 0 AS creee
), anomalies AS (
    INSERT INTO referentiel_anomalie (type, etudiant_id, etablissement_id, recu, cle, lot_id)
    SELECT DISTINCT ON (etudiant_id, etablissement_id, cle) 'nom_different', etudiant_id, etablissement_id,
        jsonb_build_object('nomNaissance', nom_naissance, 'prenoms', prenoms), cle, %(lot)s
    FROM (SELECT *, referentiel_cle_nom(nom_naissance) || ' ' || referentiel_cle_prenom(prenoms) AS cle
          FROM resolu WHERE rejet IS NULL AND nom_differe) AS x
    WHERE NOT EXISTS (
            SELECT FROM referentiel_anomalie a
            WHERE a.etudiant_id = x.etudiant_id AND a.etablissement_id = x.etablissement_id AND a.cle = x.cle
                AND a.type = 'nom_different' AND a.decision = 'garder')
        AND (SELECT count(*) FROM ecrites) >= 0  -- always true: it makes the inscriptions come first
    ORDER BY etudiant_id, etablissement_id, cle, ligne
    ON CONFLICT (etudiant_id, etablissement_id, type, cle) WHERE traitee_le IS NULL DO NOTHING
)
"""

# `depassee`: the inscription appeared after this statement began, which hence saw nothing to compare with.
RENDRE_UNE_LIGNE: LiteralString = """
SELECT rejet, ancienne_id IS NULL, differe, nom_differe, ine_remplace, e.id,
    ancienne_id IS NULL AND NOT e.creee AS depassee
FROM resolu LEFT JOIN ecrites e ON true
"""

# Held before it is compared: what a concurrent writer is about to make of it is waited for.
TENIR_L_INSCRIPTION: LiteralString = """
SELECT FROM referentiel_inscription i
WHERE i.etudiant_id = coalesce(
        (SELECT e.id FROM referentiel_etudiant e WHERE e.ine = %(ine)s AND e.fictif = %(fictif)s),
        (SELECT r.etudiant_id FROM referentiel_ineremplace r WHERE r.ancien_ine = %(ine)s AND r.fictif = %(fictif)s))
  AND i.etablissement_id = %(etablissement)s AND i.date_debut = %(debut)s AND i.diplome = %(diplome)s
FOR NO KEY UPDATE OF i
"""

# `signales` is a temporary table of the deposit's engine; it outlives a rollback by being read before it.
# `modifiees` compares with what was there when the statement began: holding a million rows to count exactly those that
# calls change meanwhile would cost more than it tells. What is written, and its history, are exact.
RENDRE_UN_LOT: LiteralString = """
, signales AS (
    INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code)
    SELECT ligne, 'rejet', 'ine', ine, rejet FROM resolu WHERE rejet IS NOT NULL
    UNION ALL
    SELECT ligne, 'avis', 'ine', ine, 'ine_remplace' FROM resolu WHERE rejet IS NULL AND ine_remplace
    UNION ALL
    SELECT ligne, 'avis', 'identite.nomNaissance', nom_naissance, 'nom_different'
    FROM resolu WHERE rejet IS NULL AND nom_differe
    UNION ALL
    SELECT ligne, 'avis', '', '', 'doublon_dans_le_fichier' FROM resolu WHERE rejet IS NULL AND rang > 1
)
SELECT creees, modifiees, prises - creees - modifiees, rejetees
FROM (SELECT count(*) FILTER (WHERE creee) AS creees FROM ecrites) AS e,
    (SELECT count(*) FILTER (WHERE rejet IS NULL AND rang = 1 AND differe) AS modifiees,
        count(*) FILTER (WHERE rejet IS NULL) AS prises, count(*) FILTER (WHERE rejet IS NOT NULL) AS rejetees
     FROM resolu) AS r
"""

# Sorts and joins of a big deposit in memory rather than on disk, for this transaction only.
MEMOIRE: LiteralString = "SET LOCAL work_mem = '64MB'"

MELEES: LiteralString = """
SELECT coalesce(bool_or(nom_naissance IS NULL) AND bool_or(nom_naissance IS NOT NULL), false) FROM pg_temp.tampon
"""

CREEE, MODIFIEE, INCHANGEE = "creee", "modifiee", "inchangee"


class Issue(NamedTuple):
    """What became of a single line: one of the three words above, or the code of its rejection."""

    code: str
    inscription_id: int | None
    nom_differe: bool
    ine_remplace: bool = False


class Comptes(NamedTuple):
    creees: int
    modifiees: int
    inchangees: int
    rejetees: int
    etudiants_crees: int


def fusionner_ligne(ligne: LigneValide, *, source: str, auteur: str) -> Issue:
    """Write one line, durably: committed when this returns, unless the caller holds a transaction.

    Each caller is told exactly what it did, whoever writes the same inscription at the same instant.
    """
    if refus := eprouver(ligne, auteur=auteur):
        return Issue(refus, None, False)
    issue = fusionner_ligne_eprouvee(ligne, source=source, auteur=auteur)
    if issue.code == INTROUVABLE:
        compter_introuvable(ligne, auteur=auteur)
    return issue


def eprouver(ligne: LigneValide, *, auteur: str) -> str | None:
    """Why this line is not to be compared any further, if so. Asked before the transaction that writes it: that its
    birth date was tried outlives it."""
    try:
        refus = rejouer(lambda: eprouver_une_ligne(SOURCE_JSON, en_json(ligne), auteur=auteur))
    except introuvables.TropDIntrouvables:
        return introuvables.CODE
    if refus == INTROUVABLE:
        compter_introuvable(ligne, auteur=auteur)
    return refus


def compter_introuvable(ligne: LigneValide, *, auteur: str) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        introuvables.compter(sujets_d_une_ligne(curseur, SOURCE_JSON, en_json(ligne), auteur=auteur), 1)


def fusionner_ligne_eprouvee(ligne: LigneValide, *, source: str, auteur: str) -> Issue:
    """Of a line that `eprouver` has let through."""
    return rejouer(lambda: _fusionner_ligne(ligne, source=source, auteur=auteur))


def en_json(ligne: LigneValide) -> str:
    """The parameter `lignes` of a statement over `SOURCE_JSON`."""
    return orjson.dumps([ligne._asdict()]).decode()


def _fusionner_ligne(ligne: LigneValide, *, source: str, auteur: str) -> Issue:
    parametres = {"lignes": en_json(ligne), "source": source, "lot": None}
    cle = {
        "ine": ligne.ine,
        "fictif": ligne.fictif,
        "etablissement": ligne.etablissement_id,
        "debut": ligne.date_debut,
        "diplome": ligne.diplome,
    }
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        curseur.execute(TENIR_L_INSCRIPTION, cle)  # type: ignore[arg-type]
        if ligne.nom_naissance is not None:
            curseur.execute(CREER_ETUDIANTS.format(source=SOURCE_JSON), parametres)
        curseur.execute(_fusionner(SOURCE_JSON) + RENDRE_UNE_LIGNE, parametres)
        rejet, nouvelle, differe, nom_differe, ine_remplace, inscription_id, depassee = curseur.fetchone()
        if depassee:
            raise Depasse
    if rejet:
        return Issue(rejet, None, False)
    code = CREEE if nouvelle else MODIFIEE if differe else INCHANGEE
    return Issue(code, inscription_id, nom_differe, ine_remplace)


def _fusionner(source: LiteralString) -> LiteralString:
    return FUSIONNER.format(
        lignes=ACTUELLES.format(source=source),
        introuvable=INTROUVABLE,
    )


def fusionner_tampon(curseur: Any, *, source: str, lot_id: int | None) -> Comptes:
    """Write the lines of the temporary table `tampon`. The caller holds the transaction and has signed it.

    Rejections and notices are added to the temporary table `signales`.
    """
    parametres: Mapping[str, object] = {"source": source, "lot": lot_id}
    curseur.execute(MEMOIRE)
    ecartees = 0
    curseur.execute(MELEES)
    if curseur.fetchone() == (True,):
        curseur.execute(ECARTER_LES_PRECOCES)
        ecartees += curseur.rowcount
    curseur.execute(CREER_ETUDIANTS.format(source=SOURCE_TAMPON), parametres)
    etudiants = curseur.rowcount
    curseur.execute(_fusionner(SOURCE_TAMPON) + RENDRE_UN_LOT, parametres)
    creees, modifiees, inchangees, rejetees = curseur.fetchone()
    return Comptes(creees, modifiees, inchangees, rejetees + ecartees, etudiants)
