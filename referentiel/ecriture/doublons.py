"""Possible duplicates: students of different INE that one identity would find both, looked for every night.

Same birth name and birth date, first given names of which one finds the other, sexe and birth place equal when known:
the rule of the identity search (`referentiel.recherche`). Twins have other first given names. The sandbox, whose
homonyms are there on purpose, is left alone.
"""

from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from referentiel.models import DoublonPossible

#: New pairs signalled in a night. The rest waits for the next ones.
MAXIMUM = 10_000

_MEME_PERSONNE = """
    b.cle_nom = a.cle_nom AND b.date_naissance = a.date_naissance AND NOT a.fictif AND NOT b.fictif
    AND (a.cle_prenom IN (b.cle_prenom, split_part(b.cle_prenom, ' ', 1))
         OR b.cle_prenom = split_part(a.cle_prenom, ' ', 1))
    AND (a.sexe IS NULL OR b.sexe IS NULL OR a.sexe = b.sexe)
    AND (a.lieu_naissance IS NULL OR b.lieu_naissance IS NULL OR a.lieu_naissance = b.lieu_naissance)
"""

# Names and dates borne twice first, from the index alone: they are few, and only their students are read.
_REPERER = f"""
WITH portes AS MATERIALIZED (
    SELECT cle_nom, date_naissance FROM referentiel_etudiant GROUP BY 1, 2 HAVING count(*) > 1
)
INSERT INTO referentiel_doublonpossible (premier_id, second_id)
SELECT a.id, b.id
FROM portes p
JOIN referentiel_etudiant a ON a.cle_nom = p.cle_nom AND a.date_naissance = p.date_naissance
JOIN referentiel_etudiant b ON b.id > a.id AND {_MEME_PERSONNE}
WHERE NOT EXISTS (SELECT FROM referentiel_doublonpossible d WHERE d.premier_id = a.id AND d.second_id = b.id)
ORDER BY a.id, b.id LIMIT %s
ON CONFLICT (premier_id, second_id) DO NOTHING
"""  # noqa: S608 (constants only)

# What has been corrected since is no longer worth a look; what a person has set aside stays.
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
        curseur.execute(_OUBLIER)
        oublies = curseur.rowcount
        curseur.execute(_REPERER, [maximum])
        return BilanDesDoublons(curseur.rowcount, oublies)


def ecarter(*, doublon_id: int, motif: str, auteur: str) -> None:
    """They are two persons: the pair is not signalled again. Raises DoublonDejaVu."""
    if not motif.strip():
        raise ValueError("motif")
    ecartes = DoublonPossible.objects.filter(pk=doublon_id, ecarte_le__isnull=True).update(
        ecarte_le=timezone.now(), ecarte_par=auteur, motif=motif.strip()
    )
    if not ecartes:
        raise DoublonDejaVu
