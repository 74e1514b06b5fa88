"""Possible duplicates: students of different INE that one identity would find both, looked for every night.

Same birth name and birth date, first given names of which one finds the other, sexe and birth place equal when known:
the rule of the identity search (`referentiel.recherche`). Twins have other first given names. The sandbox, whose
homonyms are there on purpose, is left alone.
"""

from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from referentiel import lieux
from referentiel.complements import reference
from referentiel.models import DoublonPossible

#: New pairs signalled in a night. The rest waits for the next ones.
MAXIMUM = 10_000

_MEME_ETAT_CIVIL = """
    b.cle_nom = a.cle_nom AND b.date_naissance = a.date_naissance AND NOT a.fictif AND NOT b.fictif
    AND (referentiel_prenom_repond(a.cle_prenom, referentiel_prenom_demande(coalesce(b.prenoms[1], '')))
         OR referentiel_prenom_repond(b.cle_prenom, referentiel_prenom_demande(coalesce(a.prenoms[1], ''))))
    AND (a.sexe IS NULL OR b.sexe IS NULL OR a.sexe = b.sexe)
"""

# Places told by two codes are compared by `referentiel.lieux`: those that were found to be the same are given.
_MEME_PERSONNE = f"""{_MEME_ETAT_CIVIL}
    AND (a.lieu_naissance IS NULL OR b.lieu_naissance IS NULL OR a.lieu_naissance = b.lieu_naissance
         OR (a.lieu_naissance, b.lieu_naissance, a.date_naissance) IN (
             SELECT * FROM unnest(%(uns)s::text[], %(autres)s::text[], %(naissances)s::date[])))
"""  # noqa: S608 (constants only)

# First the (name, birth date) pairs that occur twice, from the index alone: they are few, and only their students
# are read.
_PORTES_DEUX_FOIS = """
WITH portes AS MATERIALIZED (
    SELECT cle_nom, date_naissance FROM referentiel_etudiant GROUP BY 1, 2 HAVING count(*) > 1
)
"""
_PAIRES = """
FROM portes p
JOIN referentiel_etudiant a ON a.cle_nom = p.cle_nom AND a.date_naissance = p.date_naissance
"""

_LIEUX_DIFFERENTS = f"""{_PORTES_DEUX_FOIS}
SELECT DISTINCT a.lieu_naissance, b.lieu_naissance, a.date_naissance
{_PAIRES}
JOIN referentiel_etudiant b ON b.id > a.id AND {_MEME_ETAT_CIVIL}
WHERE a.lieu_naissance <> b.lieu_naissance
"""

_REPERER = f"""{_PORTES_DEUX_FOIS}
INSERT INTO referentiel_doublonpossible (premier_id, second_id)
SELECT a.id, b.id
{_PAIRES}
JOIN referentiel_etudiant b ON b.id > a.id AND {_MEME_PERSONNE}
WHERE NOT EXISTS (SELECT FROM referentiel_doublonpossible d WHERE d.premier_id = a.id AND d.second_id = b.id)
ORDER BY a.id, b.id LIMIT %(maximum)s
ON CONFLICT (premier_id, second_id) DO NOTHING
"""  # noqa: S608 (constants only)

# Pairs that no longer match are forgotten, except those that a person has set aside.
_OUBLIER = f"""
DELETE FROM referentiel_doublonpossible d WHERE d.ecarte_le IS NULL AND NOT EXISTS (
    SELECT FROM referentiel_etudiant a JOIN referentiel_etudiant b ON {_MEME_PERSONNE}
    WHERE a.id = d.premier_id AND b.id = d.second_id)
"""  # noqa: S608 (constants only)

# The names and dates borne twice stay in memory.
_MEMOIRE = "SET LOCAL work_mem = '64MB'"


class DoublonDejaVu(Exception):
    """The pair was set aside, merged or forgotten meanwhile."""


class BilanDesDoublons(NamedTuple):
    signales: int
    oublies: int


def reperer(*, maximum: int = MAXIMUM) -> BilanDesDoublons:
    """Signal the pairs that are new, forget those that no longer hold. Doing it again changes nothing."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(_MEMOIRE)
        parametres = _memes_lieux(curseur) | {"maximum": maximum}
        curseur.execute(_OUBLIER, parametres)
        oublies = curseur.rowcount
        curseur.execute(_REPERER, parametres)
        return BilanDesDoublons(curseur.rowcount, oublies)


def _memes_lieux(curseur: Any) -> dict[str, Any]:
    """The pairs of different codes that are the same birth place, among those of students who share everything else."""
    curseur.execute(_LIEUX_DIFFERENTS)
    communes = reference()
    memes = [
        (un, autre, jour) for un, autre, jour in curseur.fetchall() if lieux.memes(un, autre, jour, communes)
    ]
    uns, autres, naissances = zip(*memes, strict=True) if memes else ((), (), ())
    return {"uns": list(uns), "autres": list(autres), "naissances": list(naissances)}


def ecarter(*, doublon_id: int, motif: str, auteur: str) -> None:
    """They are two persons: the pair is not signalled again. Raises DoublonDejaVu."""
    if not motif.strip():
        raise ValueError("motif")
    ecartes = DoublonPossible.objects.filter(pk=doublon_id, ecarte_le__isnull=True).update(
        ecarte_le=timezone.now(), ecarte_par=auteur, motif=motif.strip()
    )
    if not ecartes:
        raise DoublonDejaVu
