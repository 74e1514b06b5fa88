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
- natural key student, UAI, start date, diplome in its normal form: the same line twice never makes two rows. Within one
  deposit the last line of a key wins, as if the lines had been sent one by one;
- a value that is not given (null) leaves the stored one alone; a new inscription has the field's default.

Rows are taken in the same order by every writer: new students by INE, inscriptions by student, then the students that
new inscriptions refer to, then anomalies. Writers that meet wait for one another; they do not cross. A student merged
into another while a line was being written for it breaks a foreign key: the line is written again.
"""

from collections.abc import Mapping
from typing import Any, LiteralString, NamedTuple

import orjson
from django.db import connection, transaction

from referentiel.champs_d_inscription import (
    CHAMPS,
    CLES,
    ECRITS,
    FACULTATIVES,
    IDENTITE,
    VALEURS,
    affecter,
    completer,
    declarer,
    lister,
)
from referentiel.ecriture import chevauchements, introuvables
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.chevauchements import D_UNE_LIGNE
from referentiel.ecriture.conflits import Depasse, rejouer
from referentiel.ecriture.etudiants_des_lignes import (
    ADMIS_ET_INSCRIT,
    CORRIGER_LES_SIENS,
    CREER_ETUDIANTS,
    DIRE_ADMIS_ET_INSCRITS,
    DIRE_LES_SIENS,
    NOM_DIFFERE,
)
from referentiel.ecriture.naissances import INTROUVABLE, eprouver_une_ligne, sujets_d_une_ligne
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.ecriture.validation import LigneValide
from referentiel.enonces_prepares import CurseurPrepare

#: Columns of a valid line, for the staging table of a file and for the JSON of a single call alike.
COLONNES: LiteralString = f"ligne int, fictif boolean, precision_naissance text, {declarer(CHAMPS)}"

# The normal form of a diploma costs more than a look at a table: a file has few of them (`tampon.Tampon.analyser`).
SOURCE_TAMPON: LiteralString = "(SELECT * FROM pg_temp.tampon JOIN pg_temp.diplomes USING (diplome))"
SOURCE_JSON: LiteralString = f"""(SELECT *, referentiel_cle_diplome(diplome) AS cle_diplome
    FROM jsonb_to_recordset(%(lignes)s::jsonb) AS x({COLONNES}))"""  # noqa: S608

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

# What an update leaves alone is what is stored at the instant of the update, whoever wrote it meanwhile: in the
# statement itself, not in what it had read before. Of the row that it would have inserted, ON CONFLICT shows the
# columns only: which values were given is told by the last digits of its instant of creation, a few microseconds,
# which an update drops.
_DONNEES = " + ".join(
    f"(s.{un.colonne} IS NOT NULL)::int * {1 << rang}" for rang, un in enumerate(FACULTATIVES)
)
_EST_DONNEE = "extract(microseconds FROM excluded.cree_le - now())::int & {bit} > 0"
_SUIVANTES = {
    un.colonne: (
        f"CASE WHEN {_EST_DONNEE.format(bit=1 << FACULTATIVES.index(un))} "
        f"THEN excluded.{un.colonne} ELSE i.{un.colonne} END"
        if un in FACULTATIVES
        else f"excluded.{un.colonne}"
    )
    for un in VALEURS
}

FUSIONNER: LiteralString = f"""
WITH resolu AS MATERIALIZED (
    SELECT s.ligne, s.ine, s.ine_remplace, s.fictif, s.date_naissance, s.etablissement_id, s.cle_diplome,
        {lister(IDENTITE, "s")}, {lister(CLES, "s")},
        {completer(VALEURS, neuf="s", ancien="i")},
        {", ".join(f"i.{un.colonne} AS ancien_{un.colonne}" for un in VALEURS)},
        {_DONNEES} AS donnees, e.id AS etudiant_id, i.id AS ancienne_id,
        -- One thing is said of both: which INE exist is not told.
        CASE WHEN e.id IS NULL OR e.date_naissance <> s.naissance THEN '{{introuvable}}' END AS rejet,
        i.id IS NOT NULL AND ({" OR ".join(f"s.{un.colonne} <> i.{un.colonne}" for un in VALEURS)}) IS TRUE AS differe,
        {NOM_DIFFERE} AS nom_differe,
        -- A line of another birth date is rejected: it must not stand for the line that it contradicts.
        row_number() OVER (
            PARTITION BY s.ine_actuel, s.fictif, s.naissance, s.etablissement_id, s.date_debut, s.cle_diplome
            ORDER BY s.ligne DESC) AS rang
    FROM {{lignes}} s
    JOIN referentiel_etablissement t ON t.id = s.etablissement_id
    LEFT JOIN referentiel_etudiant e ON e.ine = s.ine_actuel AND e.fictif = s.fictif
    LEFT JOIN referentiel_inscription i ON i.etudiant_id = e.id AND i.etablissement_id = s.etablissement_id
        AND i.date_debut = s.date_debut AND referentiel_cle_diplome(i.diplome) = s.cle_diplome
), ecrites AS (
    INSERT INTO referentiel_inscription AS i (etudiant_id, etablissement_id, fictif, {lister(ECRITS)},
        source, lot_id, confirmee_le, cree_le)
    SELECT etudiant_id, etablissement_id, fictif, {lister(ECRITS)}, %(source)s::text, %(lot)s::bigint, now(),
        now() + donnees * interval '1 microsecond'
    FROM resolu WHERE rejet IS NULL AND rang = 1
    ORDER BY etudiant_id, etablissement_id, date_debut, cle_diplome
    ON CONFLICT (etudiant_id, etablissement_id, date_debut, referentiel_cle_diplome(diplome)) DO UPDATE SET
        {", ".join(f"{colonne} = {valeur}" for colonne, valeur in _SUIVANTES.items())},
        confirmee_le = now(),
        modifie_le = CASE
            WHEN ({lister(VALEURS, "i")}) IS DISTINCT FROM ({", ".join(_SUIVANTES.values())})
            THEN now() ELSE i.modifie_le END
    -- Inserted or updated: PostgreSQL marks the row that an update replaces, never a new one.
    RETURNING i.id, i.code_commune, i.xmax = 0 AS creee
), anomalies AS (
    INSERT INTO referentiel_anomalie (type, etudiant_id, etablissement_id, recu, cle, lot_id)
    SELECT DISTINCT ON (etudiant_id, etablissement_id, cle) 'nom_different', etudiant_id, etablissement_id,
        jsonb_strip_nulls(jsonb_build_object('nomNaissance', nom_naissance, 'prenoms', prenoms, 'sexe', sexe,
            'codeCogInseeCommuneNaissance', lieu_naissance)), cle, %(lot)s::bigint
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
"""  # noqa: S608

# `depassee`: the inscription appeared after this statement began, which hence saw nothing to compare with.
RENDRE_UNE_LIGNE: LiteralString = f"""
SELECT rejet, ancienne_id IS NULL, differe, nom_differe, ine_remplace, e.id, e.code_commune,
    rejet IS NULL AND ancienne_id IS NULL AND {D_UNE_LIGNE}, rejet IS NULL AND {ADMIS_ET_INSCRIT},
    ancienne_id IS NULL AND NOT e.creee AS depassee
FROM resolu s LEFT JOIN ecrites e ON true
"""  # noqa: S608

# Held before it is compared: what a concurrent writer is about to make of it is waited for.
TENIR_L_INSCRIPTION: LiteralString = """
SELECT FROM referentiel_inscription i
WHERE i.etudiant_id = coalesce(
        (SELECT e.id FROM referentiel_etudiant e WHERE e.ine = %(ine)s AND e.fictif = %(fictif)s),
        (SELECT r.etudiant_id FROM referentiel_ineremplace r WHERE r.ancien_ine = %(ine)s AND r.fictif = %(fictif)s))
  AND i.etablissement_id = %(etablissement)s AND i.date_debut = %(debut)s
  AND referentiel_cle_diplome(i.diplome) = referentiel_cle_diplome(%(diplome)s::text)
FOR NO KEY UPDATE OF i
"""

TROUEES: LiteralString = f"""
SELECT coalesce(bool_or(num_nulls({lister(FACULTATIVES)}) > 0), false) FROM pg_temp.tampon
"""  # noqa: S608

# Lines of one key, as if they had been sent one by one: what the last one does not give, the ones before it did.
COMPLETER_LES_REPETEES: LiteralString = f"""
UPDATE pg_temp.tampon t SET {affecter(FACULTATIVES, "x")}
FROM (
    SELECT max(ligne) AS ligne,
        {
    ", ".join(
        f"(array_agg({un.colonne} ORDER BY ligne DESC) FILTER (WHERE {un.colonne} IS NOT NULL))[1] AS {un.colonne}"
        for un in FACULTATIVES
    )
}
    FROM {SOURCE_TAMPON} s
    GROUP BY ine, fictif, date_naissance, etablissement_id, date_debut, cle_diplome HAVING count(*) > 1
) AS x
WHERE t.ligne = x.ligne
"""  # noqa: S608


def _fusionner(source: LiteralString) -> LiteralString:
    return FUSIONNER.format(
        lignes=ACTUELLES.format(source=source),
        introuvable=INTROUVABLE,
    )


#: What a single line goes through.
_CREER: LiteralString = CREER_ETUDIANTS.format(source=SOURCE_JSON)
_CORRIGER: LiteralString = CORRIGER_LES_SIENS.format(lignes=ACTUELLES.format(source=SOURCE_JSON))
_ECRIRE: LiteralString = _fusionner(SOURCE_JSON) + RENDRE_UNE_LIGNE

#: Kinds of changes told by name, and lines listed under them: the most frequent kinds, the first lines. All are
#: counted.
GENRES_MONTRES, LIGNES_MONTREES = 200, 100_000

# `signales` is a temporary table of the deposit's engine; it outlives a rollback by being read before it.
# `modifiees` compares with what was there when the statement began: holding a million rows to count exactly those that
# calls change meanwhile would cost more than it tells. What is written, and its history, are exact.
RENDRE_UN_LOT: LiteralString = f"""
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
), changements AS (
    INSERT INTO pg_temp.signales (ligne, niveau, champ, valeur, code, message)
    SELECT ligne, 'modif', c.champ, c.avant, 'change', c.apres
    FROM resolu, LATERAL (VALUES {
    ", ".join(f"('{un.nom}', ancien_{un.colonne}::text, {un.colonne}::text)" for un in VALEURS)
}) AS c (champ, avant, apres)
    WHERE rejet IS NULL AND rang = 1 AND differe AND c.avant IS DISTINCT FROM c.apres
)
SELECT creees, modifiees, prises - creees - modifiees, rejetees
FROM (SELECT count(*) FILTER (WHERE creee) AS creees FROM ecrites) AS e,
    (SELECT count(*) FILTER (WHERE rejet IS NULL AND rang = 1 AND differe) AS modifiees,
        count(*) FILTER (WHERE rejet IS NULL) AS prises, count(*) FILTER (WHERE rejet IS NOT NULL) AS rejetees
     FROM resolu) AS r
"""  # noqa: S608

RESUMER_LES_CHANGEMENTS: LiteralString = """
SELECT champ, valeur, message, count(*) FROM pg_temp.signales WHERE niveau = 'modif'
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT %s
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
    doublon: bool = False  # a probable one (`chevauchements`)
    admis_et_inscrit: bool = False
    code_commune: str = ""  # as it is now written

    def avis(self) -> list[Signalement]:
        """What its sender is told, at any door."""
        return [
            *([signaler("ine", "", "ine_remplace")] if self.ine_remplace else []),
            *([signaler("identite.nomNaissance", "", "nom_different")] if self.nom_differe else []),
            *([signaler("diplome", "", "doublon_probable")] if self.doublon else []),
            *([signaler("statut", "", "admission_et_inscription")] if self.admis_et_inscrit else []),
        ]


class Comptes(NamedTuple):
    creees: int
    modifiees: int
    inchangees: int
    rejetees: int
    etudiants_crees: int
    doublons: int = 0
    doublons_a_jour: int = 0  # of them, those that the choice to update would record in place of another
    changements: tuple[tuple[str, str, str, int], ...] = ()  # field, before, after, number of lines


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
    with transaction.atomic(), connection.cursor() as simple:
        signer(simple, auteur)
        curseur = CurseurPrepare()
        curseur.execute(TENIR_L_INSCRIPTION, cle)
        if ligne.nom_naissance is not None:
            curseur.execute(_CREER, parametres)
            curseur.execute(_CORRIGER, parametres)
        curseur.execute(_ECRIRE, parametres)
        (
            rejet, nouvelle, differe, nom_differe, ine_remplace, inscription_id, commune, doublon, deux_statuts,
            depassee,
        ) = curseur.fetchone()  # type: ignore[misc]  # fmt: skip
        if depassee:
            raise Depasse
    if rejet:
        return Issue(rejet, None, False)
    code = CREEE if nouvelle else MODIFIEE if differe else INCHANGEE
    return Issue(code, inscription_id, nom_differe, ine_remplace, doublon, deux_statuts, commune)


def fusionner_tampon(
    curseur: Any, *, source: str, lot_id: int | None, choix: str = "", seul_si_nombreux: bool = False
) -> Comptes:
    """Write the lines of the temporary table `tampon`. The caller holds the transaction and has signed it.

    Rejections, notices and changes are added to the temporary table `signales`. `choix`: what becomes of the probable
    duplicates (`chevauchements`).
    """
    parametres: Mapping[str, object] = {"source": source, "lot": lot_id}
    lignes = ACTUELLES.format(source=SOURCE_TAMPON)
    curseur.execute(MEMOIRE)
    ecartees = 0
    curseur.execute(MELEES)
    if curseur.fetchone() == (True,):
        curseur.execute(ECARTER_LES_PRECOCES)
        ecartees += curseur.rowcount
    curseur.execute(CREER_ETUDIANTS.format(source=SOURCE_TAMPON), parametres)
    etudiants = curseur.rowcount
    curseur.execute(CORRIGER_LES_SIENS.format(lignes=lignes))
    if corrigees := [ligne for (ligne,) in curseur.fetchall()]:
        curseur.execute(DIRE_LES_SIENS, [corrigees])
    curseur.execute(DIRE_ADMIS_ET_INSCRITS)
    curseur.execute(TROUEES)
    if curseur.fetchone() == (True,):
        curseur.execute(COMPLETER_LES_REPETEES)
    trouves = chevauchements.traiter(curseur, lignes=lignes, choix=choix, seul_si_nombreux=seul_si_nombreux)
    curseur.execute(_fusionner(SOURCE_TAMPON) + RENDRE_UN_LOT, parametres)
    creees, modifiees, inchangees, rejetees = curseur.fetchone()
    curseur.execute(RESUMER_LES_CHANGEMENTS, [GENRES_MONTRES])
    return Comptes(
        creees,
        modifiees + trouves.deplacees,
        inchangees - trouves.deplacees,
        rejetees + ecartees + trouves.laissees,
        etudiants,
        trouves.doublons,
        trouves.deplacables,
        tuple(curseur.fetchall()),
    )
