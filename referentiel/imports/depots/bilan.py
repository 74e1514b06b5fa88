"""The report on a deposit's lines: a summary by reason, and the lines themselves."""

from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db import connection

from referentiel.models import LigneSignalee, Lot

LIGNES_CITEES = 5
#: Rejections are told by code; notices by wording, for each says what became of a value.
SORTES_MONTREES = 200
LIGNES_PAR_PAGE = 50

# Aggregated by the database: there may be a million rejected lines.
_RESUMER = """
SELECT niveau, champ, code, count(*), min(message) FILTER (WHERE rang = 1),
    array_agg(ligne ORDER BY rang) FILTER (WHERE rang <= %(citees)s)
FROM (SELECT niveau, champ, code, message, ligne, sorte,
          row_number() OVER (PARTITION BY niveau, champ, code, sorte ORDER BY ligne, id) AS rang
      FROM (SELECT *, CASE WHEN niveau = 'avis' THEN message ELSE '' END AS sorte
      FROM referentiel_lignesignalee WHERE lot_id = %(lot)s AND niveau <> 'modif') AS m) AS l
GROUP BY niveau, champ, code, sorte
ORDER BY niveau DESC, count(*) DESC, champ, code, sorte LIMIT %(sortes)s
"""


class Motif(NamedTuple):
    niveau: str  # LigneSignalee.Niveau
    champ: str  # wire name; '' when the line, or the file, is meant as a whole
    code: str
    nombre: int
    message: str  # that of the first line
    lignes: list[int]  # the first ones


def avancement(lot: Lot) -> int | None:
    """Percentage of the lines read, of a batch that is being tried or written; None before anything is known of it.

    99 at most: the lines are then all judged, and written together.
    """
    return min(99, 100 * lot.lignes_lues // lot.lignes) if lot.lignes else None


def resumer_signalements(lot: Lot) -> list[Motif]:
    """Why lines are rejected, then what else is said: rejections first, the most frequent first."""
    with connection.cursor() as curseur:
        curseur.execute(_RESUMER, {"lot": lot.pk, "citees": LIGNES_CITEES, "sortes": SORTES_MONTREES})
        return [Motif(*ligne) for ligne in curseur.fetchall()]


def lister_signalements(
    lot: Lot,
    *,
    page: int | str = 1,
    niveau: str | None = None,
    champ: str | None = None,
    code: str | None = None,
    par_page: int = LIGNES_PAR_PAGE,
) -> Page[LigneSignalee]:
    """A page of the signalled lines, in the order of the file. A page that does not exist is the nearest one."""
    filtres = {"niveau": niveau, "champ": champ, "code": code}
    lignes = LigneSignalee.objects.filter(lot=lot, **{cle: v for cle, v in filtres.items() if v is not None})
    return Paginator(lignes.order_by("ligne", "id"), par_page).get_page(page)
