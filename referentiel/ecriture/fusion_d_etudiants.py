"""Merging two students of different INE who are one person. It cannot be undone.

One is kept, with its INE; the other's inscriptions and anomalies become its own, and the other goes. What the merge was
is remembered (`IneRemplace`), so that later writings and questions bearing the old INE reach the kept student, and the
exchange journal can be followed. Every change is in the history, signed.

Rows are taken in the order of `referentiel.ecriture.fusion`: inscriptions by student, students, then the rest.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction

from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import Depasse, rejouer, une_fusion_a_la_fois
from referentiel.models import Anomalie, Etudiant, Inscription
from referentiel.models.inscription import CLE_DIPLOME

#: How long a merge waits for a deposit that is writing about the same students.
ATTENTE = "5s"
#: The identity that is kept is one of these.
GARDE, RETIRE = "garde", "retire"

_VERROU_PRIS = "55P03"


class FusionImpossible(Exception):
    """Why the two students cannot be merged, in French, for the person who asked."""


class Difference(NamedTuple):
    """A field of the identity; `differe` when both students do not say the same thing."""

    libelle: str
    garde: str
    retire: str

    @property
    def valeurs(self) -> tuple[str, str]:
        return self.garde, self.retire

    @property
    def differe(self) -> bool:
        return self.garde != self.retire


class Rencontre(NamedTuple):
    """Two inscriptions of one natural key: only the most recently confirmed is kept."""

    gardee: Inscription
    supprimee: Inscription


@dataclass(frozen=True)
class Apercu:
    """What a merge would do, at the instant when it was asked."""

    garde: Etudiant
    retire: Etudiant
    differences: list[Difference]
    deja: list[Inscription]
    deplacees: list[Inscription]
    rencontres: list[Rencontre]
    anomalies: int


class BilanDeFusion(NamedTuple):
    deplacees: int
    supprimees: int


def apercu(*, garde_id: int, retire_id: int) -> Apercu:
    """What would move, what would go, which fields of the identity differ. Raises FusionImpossible."""
    etudiants = Etudiant.objects.in_bulk([garde_id, retire_id])
    _verifier(garde_id, retire_id, {pk: un.fictif for pk, un in etudiants.items()})
    inscriptions = list(
        Inscription.objects.filter(etudiant_id__in=[garde_id, retire_id])
        .annotate(cle_diplome=CLE_DIPLOME)
        .select_related("etablissement")
        .order_by("-date_debut", "id")
    )
    du_garde = {_cle(une): une for une in inscriptions if une.etudiant_id == garde_id}
    deplacees, rencontres = [], []
    for une in inscriptions:
        if une.etudiant_id == garde_id:
            continue
        autre = du_garde.get(_cle(une))
        if autre is None:
            deplacees.append(une)
        elif une.confirmee_le > autre.confirmee_le:
            rencontres.append(Rencontre(gardee=une, supprimee=autre))
        else:
            rencontres.append(Rencontre(gardee=autre, supprimee=une))
    return Apercu(
        garde=etudiants[garde_id],
        retire=etudiants[retire_id],
        differences=differences(etudiants[garde_id], etudiants[retire_id]),
        deja=list(du_garde.values()),
        deplacees=list(deplacees),
        rencontres=rencontres,
        anomalies=Anomalie.objects.filter(etudiant=retire_id).count(),
    )


def differences(garde: Etudiant, retire: Etudiant) -> list[Difference]:
    return [
        Difference(libelle, ici, la)
        for (libelle, ici), (_, la) in zip(garde.etat_civil(), retire.etat_civil(), strict=True)
    ]


def fusionner(
    *,
    garde_id: int,
    retire_id: int,
    identite: str,
    motif: str,
    auteur: str,
    anomalie_id: int | None = None,
) -> BilanDeFusion:
    """Merge, durably. `identite`: whose is kept, GARDE or RETIRE; the INE is always the kept student's.

    `anomalie_id`: the open anomaly that led to the merge, closed by it. Raises FusionImpossible.
    """
    if identite not in (GARDE, RETIRE):
        raise ValueError(identite)
    if not motif.strip():
        raise FusionImpossible("Donnez le motif de la fusion.")
    noms = {
        "garde": garde_id,
        "retire": retire_id,
        "motif": motif.strip(),
        "auteur": auteur,
        "anomalie": anomalie_id,
    }
    return rejouer(lambda: _fusionner(noms, identite == RETIRE))


def _fusionner(noms: dict[str, Any], prendre_l_identite: bool) -> BilanDeFusion:
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, noms["auteur"])
        _tenir(curseur, noms)
        curseur.execute(_RENCONTRES, noms)
        supprimees = curseur.rowcount
        curseur.execute(_DEPLACER, noms)
        deplacees = curseur.rowcount
        curseur.execute(_A_RETENIR, noms)
        (retenu,) = curseur.fetchall()
        for instruction in _ANOMALIES + _PAIRES + _SUIVIS:
            curseur.execute(instruction, noms)
        if prendre_l_identite:
            curseur.execute(_REPRENDRE_VERIFICATION, noms)
            curseur.execute(_PRENDRE_IDENTITE, noms)
        curseur.execute("DELETE FROM referentiel_etudiant WHERE id = %(retire)s", noms)
        curseur.execute(_RETENIR, {**noms, "ine": retenu[0], "fictif": retenu[1], "date": retenu[2]})
    return BilanDeFusion(deplacees, supprimees)


def _tenir(curseur: Any, noms: dict[str, Any]) -> None:
    """Hold both students and all that is theirs; nobody writes about them until the end."""
    curseur.execute("SELECT set_config('lock_timeout', %s, true)", [ATTENTE])
    try:
        une_fusion_a_la_fois(curseur)
        curseur.execute(_TENIR_INSCRIPTIONS, noms)
        curseur.execute(_TENIR_ETUDIANTS, noms)
        mondes = dict(curseur.fetchall())
    except OperationalError as refus:
        if _code(refus) != _VERROU_PRIS:
            raise
        raise FusionImpossible(
            "Un dépôt en cours écrit sur l'un de ces étudiants : rien n'a été fait. Réessayez dans quelques minutes."
        ) from None
    _verifier(noms["garde"], noms["retire"], mondes)
    try:
        # Those that came while the students were waited for: theirs is another writer's turn if they are held.
        curseur.execute(_TENIR_INSCRIPTIONS + " NOWAIT", noms)
    except OperationalError as refus:
        raise Depasse from refus


def _verifier(garde_id: int, retire_id: int, mondes: dict[int, bool]) -> None:
    """`mondes`: the students that exist, and whether each is of the sandbox."""
    if garde_id == retire_id:
        raise FusionImpossible("C'est le même étudiant : choisissez-en deux différents.")
    if len(mondes) < 2:
        raise FusionImpossible("L'un des deux étudiants n'existe plus : il a peut-être déjà été fusionné.")
    if len(set(mondes.values())) > 1:
        raise FusionImpossible("Un étudiant fictif du bac à sable ne se fusionne pas avec un étudiant réel.")


def _cle(inscription: Any) -> tuple[object, ...]:
    return (inscription.etablissement_id, inscription.date_debut, inscription.cle_diplome)


def _code(erreur: Exception) -> str | None:
    return getattr(erreur.__cause__, "sqlstate", None)


_TENIR_INSCRIPTIONS = """
SELECT FROM referentiel_inscription WHERE etudiant_id IN (%(garde)s, %(retire)s)
ORDER BY etudiant_id, etablissement_id, date_debut, referentiel_cle_diplome(diplome) FOR UPDATE
"""
_TENIR_ETUDIANTS = """
SELECT id, fictif FROM referentiel_etudiant WHERE id IN (%(garde)s, %(retire)s) ORDER BY ine, fictif FOR UPDATE
"""

# Of two inscriptions of one natural key, the least recently confirmed goes; the kept student's stays when even.
_RENCONTRES = """
DELETE FROM referentiel_inscription WHERE id IN (
    SELECT CASE WHEN r.confirmee_le > g.confirmee_le THEN g.id ELSE r.id END
    FROM referentiel_inscription g
    JOIN referentiel_inscription r USING (etablissement_id, date_debut)
    WHERE g.etudiant_id = %(garde)s AND r.etudiant_id = %(retire)s
        AND referentiel_cle_diplome(g.diplome) = referentiel_cle_diplome(r.diplome))
"""
_DEPLACER = """
UPDATE referentiel_inscription SET etudiant_id = %(garde)s, modifie_le = now() WHERE etudiant_id = %(retire)s
"""
_A_RETENIR = "SELECT ine, fictif, date_naissance FROM referentiel_etudiant WHERE id = %(retire)s"

# Closed by the merge: the anomaly that led to it; those of the student who goes that the kept one has already, open;
# what INES said of an INE that nobody will bear any more.
_ANOMALIES = (
    """
    UPDATE referentiel_anomalie a
    SET traitee_le = now(), traitee_par = %(auteur)s, decision = 'fusionner', conclusion = %(motif)s
    WHERE a.etudiant_id IN (%(garde)s, %(retire)s) AND a.traitee_le IS NULL AND (
        a.id = %(anomalie)s
        OR a.etudiant_id = %(retire)s AND (a.type = 'identite_refusee' OR EXISTS (
            SELECT FROM referentiel_anomalie g
            WHERE g.etudiant_id = %(garde)s AND g.traitee_le IS NULL
                AND (g.etablissement_id, g.type, g.cle) = (a.etablissement_id, a.type, a.cle))))
    """,
    "UPDATE referentiel_anomalie SET etudiant_id = %(garde)s WHERE etudiant_id = %(retire)s",
)

# What was said of the student who goes and somebody else is now said of the kept one: set aside stays set aside.
_PAIRES = (
    """
    INSERT INTO referentiel_doublonpossible AS d (premier_id, second_id, signale_le, ecarte_le, ecarte_par, motif)
    SELECT least(autre, %(garde)s), greatest(autre, %(garde)s), signale_le, ecarte_le, ecarte_par, motif
    FROM (SELECT *, CASE WHEN premier_id = %(retire)s THEN second_id ELSE premier_id END AS autre
          FROM referentiel_doublonpossible WHERE %(retire)s IN (premier_id, second_id)) AS p
    WHERE autre <> %(garde)s
    ON CONFLICT (premier_id, second_id) DO UPDATE
    SET ecarte_le = excluded.ecarte_le, ecarte_par = excluded.ecarte_par, motif = excluded.motif
    WHERE d.ecarte_le IS NULL
    """,
    "DELETE FROM referentiel_doublonpossible WHERE %(retire)s IN (premier_id, second_id)",
)

# The INE that had already led to the student who goes lead to the kept one.
_SUIVIS = (
    "UPDATE referentiel_ineremplace SET etudiant_id = %(garde)s WHERE etudiant_id = %(retire)s",
    "DELETE FROM referentiel_verification WHERE etudiant_id = %(retire)s",
)

# INES vouches for an INE with a birth date: with another date, it is to be asked again.
_REPRENDRE_VERIFICATION = """
INSERT INTO referentiel_verification (etudiant_id, etat, essais, dernier_essai, prochain_essai)
SELECT g.id, 'a_reprendre', 0, now(), now()
FROM referentiel_etudiant g JOIN referentiel_etudiant r ON r.id = %(retire)s
WHERE g.id = %(garde)s AND NOT g.fictif AND g.date_naissance <> r.date_naissance
ON CONFLICT (etudiant_id) DO UPDATE SET etat = 'a_reprendre', essais = 0, prochain_essai = now()
"""
_PRENDRE_IDENTITE = """
UPDATE referentiel_etudiant g
SET nom_naissance = r.nom_naissance, prenoms = r.prenoms, sexe = r.sexe, date_naissance = r.date_naissance,
    precision_naissance = r.precision_naissance, lieu_naissance = r.lieu_naissance,
    identite_verifiee = g.identite_verifiee AND g.date_naissance = r.date_naissance, modifie_le = now()
FROM referentiel_etudiant r
WHERE g.id = %(garde)s AND r.id = %(retire)s
"""
_RETENIR = """
INSERT INTO referentiel_ineremplace
    (ancien_ine, fictif, etudiant_id, ancien_etudiant_id, date_naissance, motif, auteur)
VALUES (%(ine)s, %(fictif)s, %(garde)s, %(retire)s, %(date)s, %(motif)s, %(auteur)s)
"""
