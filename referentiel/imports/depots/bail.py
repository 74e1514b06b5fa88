"""Leases: which worker is working on which batch.

A worker holds a batch as long as it renews `bail_jusqua`. Killed, it stops renewing, and within a minute another takes
the batch up again from its bytes. `executant` names one attempt: the one that lost its lease can write nothing more,
because the end of a batch is written only by whoever holds it (`terminer`).
"""

import threading
from contextlib import suppress
from types import TracebackType

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F

from referentiel.models import Lot

#: Attempts after which a batch that kills its workers is abandoned.
TENTATIVES_MAXIMALES = 30

#: Renewals during one lease, so that a late one does not lose it.
RENOUVELLEMENTS = 4

# The deposits of one establishment are applied, and withdrawn, in the order in which that was asked for: a batch waits
# for any earlier one that may write for one of its establishments, and for a later one that somebody holds already. A
# later one that nobody holds any more waits in its turn, or the two would wait for each other. An analysis and a dry
# run write nothing: they neither wait nor are waited for.
_PRENDRE = """
UPDATE referentiel_lot SET
    etat = CASE etat WHEN 'analyse_en_attente' THEN 'analyse_en_cours'
           WHEN 'essai_en_attente' THEN 'essai_en_cours' WHEN 'retrait_en_attente' THEN 'retrait_en_cours'
           WHEN 'en_attente' THEN 'en_cours' WHEN 'a_confirmer' THEN 'en_cours' ELSE etat END,
    executant = %(executant)s, tentatives = tentatives + 1,
    bail_jusqua = now() + %(duree)s * interval '1 second', commence_le = coalesce(commence_le, now())
WHERE id = (
    SELECT l.id FROM referentiel_lot l
    WHERE (%(lot)s::bigint IS NULL OR l.id = %(lot)s)
      AND (l.etat IN ('analyse_en_attente', 'essai_en_attente', 'en_attente', 'retrait_en_attente')
           OR l.etat IN ('analyse_en_cours', 'essai_en_cours', 'en_cours', 'retrait_en_cours') AND l.bail_jusqua < now()
           OR l.etat = 'a_confirmer' AND l.id = %(lot)s)
      AND (l.etat IN ('analyse_en_attente', 'analyse_en_cours', 'essai_en_attente', 'essai_en_cours') OR NOT EXISTS (
          SELECT FROM referentiel_lot p
          WHERE p.etat IN ('en_attente', 'en_cours', 'retrait_en_attente', 'retrait_en_cours') AND p.fictif = l.fictif
            AND p.id <> l.id
            AND ((p.demande_le, p.id) < (l.demande_le, l.id)
                 OR p.etat IN ('en_cours', 'retrait_en_cours') AND p.bail_jusqua >= now())
            AND (p.uais IS NULL OR l.uais IS NULL OR p.uais && l.uais)))
    ORDER BY l.demande_le, l.id LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING id
"""

_RENOUVELER = """
UPDATE referentiel_lot SET bail_jusqua = now() + %s * interval '1 second'
WHERE id = %s AND executant = %s AND etat = %s
"""


class BailPerdu(Exception):
    """Another worker has taken the batch up: this attempt must stop and write nothing."""


def prendre(executant: str, *, lot_id: int | None = None) -> Lot | None:
    """Take the next batch to do, or this one even if it waits for a confirmation, unless somebody holds it."""
    with connection.cursor() as curseur:
        curseur.execute(
            _PRENDRE, {"executant": executant, "duree": settings.BAIL_LOT_SECONDES, "lot": lot_id}
        )
        ligne = curseur.fetchone()
    return Lot.objects.get(pk=ligne[0]) if ligne else None


def ecrire(lot: Lot, **colonnes: object) -> None:
    """Write to a batch that this attempt holds. Raises BailPerdu when it no longer does."""
    if not Lot.objects.filter(pk=lot.pk, executant=lot.executant, etat=lot.etat).update(**colonnes):
        raise BailPerdu


def rendre(lot: Lot) -> None:
    """Give a batch back: what stopped it is not its doing, and is no attempt of its own.

    Its lease is left to end by itself. Until then the batches of the others pass: one that stops the database each time
    (memory, temporary files) would otherwise be the first of every sweep, and nobody else's would ever be done.
    """
    tenus = Lot.objects.filter(pk=lot.pk, executant=lot.executant, etat=lot.etat)
    with suppress(DatabaseError, InterfaceError):
        tenus.update(tentatives=F("tentatives") - 1)


class Battement:
    """Renews the lease from a thread of its own, with its own connection, while the work goes on."""

    def __init__(self, lot: Lot) -> None:
        self.lot = lot
        self.perdu = False
        self._fin = threading.Event()
        self._fil = threading.Thread(target=self._battre, daemon=True, name=f"bail-{lot.pk}")

    def __enter__(self) -> "Battement":
        self._fil.start()
        return self

    def __exit__(
        self, type_: type[BaseException] | None, erreur: object, trace: TracebackType | None
    ) -> None:
        self._fin.set()
        self._fil.join()

    def verifier(self) -> None:
        """Raises BailPerdu when another worker holds the batch."""
        if self.perdu:
            raise BailPerdu

    def _battre(self) -> None:
        intervalle = settings.BAIL_LOT_SECONDES / RENOUVELLEMENTS
        try:
            while not self._fin.wait(intervalle):
                with connection.cursor() as curseur:
                    curseur.execute(
                        _RENOUVELER,
                        [settings.BAIL_LOT_SECONDES, self.lot.pk, self.lot.executant, self.lot.etat],
                    )
                    if curseur.rowcount == 0:
                        self.perdu = True
                        return
        except DatabaseError:
            # The lease can no longer be renewed: as good as lost, and the batch will be taken up again.
            self.perdu = True
        finally:
            connection.close()
