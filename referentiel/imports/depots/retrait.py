"""Withdrawing a whole deposit: what it wrote is undone, but for what others have since made their own.

One transaction, set-based, signed `lot:ID:retrait`. Inscriptions that it created are deleted, those that it modified
get back their previous values, unless another sender has changed or confirmed them since: those are kept, and counted.
The deposit's own anomalies that nobody has dealt with go, and so do the students that it created, when nothing is known
of them any more: no inscription, no anomaly, no exchange, no correction by someone else.

Whoever confirms an inscription leaves the instant in `confirmee_le`: that of the deposit (`Lot.ecrit_le`) as long as
nobody else did. What a deposit that has itself been withdrawn did since does not count: deposits withdrawn from the
last to the first leave nothing.

Rows are taken in the order of every writer (`referentiel.ecriture.fusion`): students, inscriptions, anomalies. They are
held before they are compared, so that what a concurrent writer is about to make of them is waited for.
"""

from typing import Any, LiteralString

from django.db import connection, transaction
from django.db.models import ForeignObjectRel
from django.utils import timezone

from referentiel.champs_d_inscription import CLES, ECRITS, affecter, lister
from referentiel.droits import annoncer_la_fin
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import rejouer
from referentiel.ecriture.fusion import MEMOIRE
from referentiel.imports.depots.bail import ecrire
from referentiel.models import DoublonPossible, Etudiant, Lot
from referentiel.nomenclatures import EtatLot

# The repeated `LIKE` lets PostgreSQL use the partial index `historique_lot`.
_TENIR_LES_ETUDIANTS: LiteralString = """
CREATE TEMPORARY TABLE retrait_etudiants ON COMMIT DROP AS
SELECT e.id FROM referentiel_etudiant e
WHERE e.id IN (SELECT objet_id FROM referentiel_historique
               WHERE auteur = %(auteur)s AND auteur LIKE 'lot:%%' AND objet = 'etudiant' AND operation = 'creation')
ORDER BY e.ine, e.fictif FOR UPDATE OF e
"""

_TENIR_LES_INSCRIPTIONS: LiteralString = """
CREATE TEMPORARY TABLE retrait_inscriptions ON COMMIT DROP AS
SELECT i.id, i.lot_id IS NOT DISTINCT FROM %(lot)s AS creee
FROM referentiel_inscription i
WHERE i.lot_id = %(lot)s
   OR i.id IN (SELECT objet_id FROM referentiel_historique
               WHERE auteur = %(auteur)s AND auteur LIKE 'lot:%%' AND objet = 'inscription'
                 AND operation = 'modification')
ORDER BY i.etudiant_id, i.etablissement_id, i.date_debut, referentiel_cle_diplome(i.diplome) FOR UPDATE OF i
"""

_ANALYSER: LiteralString = "ANALYZE pg_temp.retrait_etudiants, pg_temp.retrait_inscriptions"

#: Of an inscription: no one else has confirmed it since.
_SIENNE: LiteralString = """
    (i.confirmee_le = %(ecrit)s
     OR i.confirmee_le IN (SELECT ecrit_le FROM referentiel_lot WHERE etat = 'retire' AND ecrit_le > %(ecrit)s))
"""

#: Of a change: somebody else made it.
_D_UN_AUTRE: LiteralString = """
    h.auteur <> %(auteur)s
    AND h.auteur NOT IN (SELECT 'lot:' || id || suite FROM referentiel_lot, (VALUES (''), (':retrait')) AS s (suite)
                         WHERE etat = 'retire')
"""

_SUPPRIMER: LiteralString = f"""
DELETE FROM referentiel_inscription i USING pg_temp.retrait_inscriptions r
WHERE i.id = r.id AND r.creee AND {_SIENNE}
  AND NOT EXISTS (SELECT FROM referentiel_historique h
                  WHERE h.objet = 'inscription' AND h.objet_id = i.id AND {_D_UN_AUTRE})
"""  # noqa: S608

# The columns that the deposit changed, and only when they all are as it left them. Keys too, for a deposit may have
# been told to update probable duplicates: unless somebody else has taken that key since.
_RETABLIR: LiteralString = f"""
UPDATE referentiel_inscription i SET
    {affecter(ECRITS, "a")}, modifie_le = now()
FROM (
    SELECT avant.*
    FROM pg_temp.retrait_inscriptions r
    JOIN referentiel_inscription i USING (id)
    JOIN referentiel_historique h ON h.objet = 'inscription' AND h.objet_id = i.id AND h.operation = 'modification'
        AND h.auteur = %(auteur)s AND h.auteur LIKE 'lot:%%'
    CROSS JOIN LATERAL jsonb_populate_record(i, h.avant) AS avant
    WHERE NOT r.creee AND {_SIENNE} AND to_jsonb(i) @> h.apres
      AND (({lister(CLES, "avant")}) IS NOT DISTINCT FROM ({lister(CLES, "i")}) OR NOT EXISTS (
          SELECT FROM referentiel_inscription x
          WHERE x.id <> i.id AND x.etudiant_id = avant.etudiant_id AND x.etablissement_id = avant.etablissement_id
            AND x.date_debut = avant.date_debut
            AND referentiel_cle_diplome(x.diplome) = referentiel_cle_diplome(avant.diplome)))
) AS a
WHERE i.id = a.id
"""  # noqa: S608

# The identities that the deposit corrected, when they are still as it left them.
_RETABLIR_LES_IDENTITES: LiteralString = """
UPDATE referentiel_etudiant e SET
    nom_naissance = a.nom_naissance, prenoms = a.prenoms, sexe = a.sexe, lieu_naissance = a.lieu_naissance,
    modifie_le = now()
FROM (
    SELECT avant.*
    FROM referentiel_historique h
    JOIN referentiel_etudiant e ON e.id = h.objet_id
    CROSS JOIN LATERAL jsonb_populate_record(e, h.avant) AS avant
    WHERE h.objet = 'etudiant' AND h.operation = 'modification' AND h.auteur = %(auteur)s AND h.auteur LIKE 'lot:%%'
      AND to_jsonb(e) @> h.apres
) AS a
WHERE e.id = a.id
"""

# Another deposit that meets the same other name again raises nothing new, but it confirms an inscription.
_OUBLIER_LES_ANOMALIES: LiteralString = f"""
DELETE FROM referentiel_anomalie a
WHERE a.lot_id = %(lot)s AND a.traitee_le IS NULL
  AND NOT EXISTS (SELECT FROM referentiel_inscription i
                  WHERE i.etudiant_id = a.etudiant_id AND i.etablissement_id = a.etablissement_id
                    AND i.confirmee_le > %(ecrit)s AND NOT {_SIENNE})
"""  # noqa: S608

_RETIRER_LES_ETUDIANTS: LiteralString = f"""
DELETE FROM referentiel_etudiant e USING pg_temp.retrait_etudiants r
WHERE e.id = r.id
  AND NOT EXISTS (SELECT FROM referentiel_echange x WHERE x.issue = 'donnees' AND x.etudiant_id = e.id)
  AND NOT EXISTS (SELECT FROM referentiel_historique h
                  WHERE h.objet = 'etudiant' AND h.objet_id = e.id AND {_D_UN_AUTRE})
"""  # noqa: S608


# After the students: the foreign keys of this table are checked at the end of the transaction.
_OUBLIER_LES_SOUPCONS: LiteralString = """
DELETE FROM referentiel_doublonpossible d USING pg_temp.retrait_etudiants r
WHERE d.ecarte_le IS NULL AND r.id IN (d.premier_id, d.second_id)
  AND NOT EXISTS (SELECT FROM referentiel_etudiant e WHERE e.id = r.id)
"""


def _dont_rien_ne_parle() -> str:
    """That no row of any table names the student: inscriptions, anomalies, and whatever comes to refer to students."""
    relations = [
        relation
        for relation in Etudiant._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
    ]
    #: A pair that a computation suspects, and that nobody has judged: it goes with the student.
    soupcon: dict[Any, str] = {DoublonPossible: " AND x.ecarte_le IS NOT NULL"}
    return "".join(
        f"  AND NOT EXISTS (SELECT FROM {relation.related_model._meta.db_table} x "
        f"WHERE x.{relation.field.column} = e.id{soupcon.get(relation.related_model, '')})\n"
        for relation in relations
    )


def retirer_lot(lot: Lot) -> None:
    """Undo a finished deposit whose withdrawal this attempt holds. Raises BailPerdu."""
    rejouer(lambda: _retirer(lot))


def _retirer(lot: Lot) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, f"lot:{lot.pk}:retrait")
        curseur.execute(MEMOIRE)
        comptes = _defaire(curseur, lot)
        ecrire(lot, etat=EtatLot.RETIRE, retire_le=timezone.now(), bail_jusqua=None, message="", **comptes)
        annoncer_la_fin(Lot.objects.get(pk=lot.pk))


def _defaire(curseur: Any, lot: Lot) -> dict[str, int]:
    parametres = {"lot": lot.pk, "auteur": f"lot:{lot.pk}", "ecrit": lot.ecrit_le}
    curseur.execute(_TENIR_LES_ETUDIANTS, parametres)
    curseur.execute(_RETABLIR_LES_IDENTITES, parametres)
    curseur.execute(_TENIR_LES_INSCRIPTIONS, parametres)
    tenues = curseur.rowcount
    curseur.execute(_ANALYSER)
    curseur.execute(_SUPPRIMER, parametres)
    retirees = curseur.rowcount
    curseur.execute(_RETABLIR, parametres)
    restaurees = curseur.rowcount
    curseur.execute(_OUBLIER_LES_ANOMALIES, parametres)
    curseur.execute(_RETIRER_LES_ETUDIANTS + _dont_rien_ne_parle(), parametres)
    etudiants = curseur.rowcount
    curseur.execute(_OUBLIER_LES_SOUPCONS)
    return {
        "retirees": retirees,
        "restaurees": restaurees,
        "gardees": tenues - retirees - restaurees,
        "etudiants_retires": etudiants,
    }
