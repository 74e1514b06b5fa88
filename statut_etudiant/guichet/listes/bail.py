"""Which worker has which list, and for how long: one who is killed stops renewing, and another takes the list up where
it stopped. The lists that wait are served in turn, a slice each: a long one keeps nobody waiting."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from statut_etudiant.guichet.models import Liste

#: Attempts without any line verified, after which a list that kills its workers is abandoned.
TENTATIVES_MAXIMALES = 10

_PRENDRE = """
UPDATE guichet_liste SET
    executant = %(executant)s, tentatives = tentatives + 1, bail_jusqua = now() + %(duree)s * interval '1 second'
WHERE id = (
    SELECT id FROM guichet_liste
    WHERE etat IN ('analyse', 'en_cours') AND (bail_jusqua IS NULL OR bail_jusqua < now())
    ORDER BY servie_le, id LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING id
"""


class BailPerdu(Exception):
    """Another worker has it, or its agent has erased it: this attempt writes nothing more."""


def prendre(executant: str) -> Liste | None:
    """The list that has waited longest."""
    with connection.cursor() as curseur:
        curseur.execute(_PRENDRE, {"executant": executant, "duree": settings.BAIL_LOT_SECONDES})
        ligne = curseur.fetchone()
    return Liste.objects.select_related("compte", "demande").get(pk=ligne[0]) if ligne else None


def ecrire(liste: Liste, **colonnes: object) -> None:
    """Raises BailPerdu when this attempt no longer holds it."""
    tenue = Liste.objects.filter(pk=liste.pk, executant=liste.executant, etat=liste.etat)
    if not tenue.update(**colonnes):
        raise BailPerdu


def renouveler(liste: Liste, **colonnes: object) -> None:
    jusqua = timezone.now() + timedelta(seconds=settings.BAIL_LOT_SECONDES)
    ecrire(liste, bail_jusqua=jusqua, **colonnes)


def laisser(liste: Liste, **colonnes: object) -> None:
    """Let any worker go on with it."""
    ecrire(liste, bail_jusqua=None, servie_le=timezone.now(), **colonnes)
