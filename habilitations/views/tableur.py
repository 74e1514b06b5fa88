"""CSV files that French spreadsheets open directly, streamed, with formulas neutralised."""

import csv as module_csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.http import StreamingHttpResponse
from django.utils import timezone

from referentiel.exports.formules import neutraliser


class _Tampon:
    """A file object for csv.writer whose `write` returns the line."""

    def write(self, ligne: str) -> str:
        return ligne


def csv(nom: str, entetes: Sequence[str], lignes: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """`nom` is ours, never a text that somebody typed."""
    return StreamingHttpResponse(
        _ecrites(entetes, lignes),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{nom}"',
            "Cache-Control": "no-store",
        },
    )


def jour(instant: datetime | None) -> str:
    return timezone.localtime(instant).strftime("%d/%m/%Y") if instant else ""


def _ecrites(entetes: Sequence[str], lignes: Iterable[Sequence[object]]) -> Iterator[str]:
    redacteur = module_csv.writer(_Tampon(), delimiter=";")
    # The byte order mark tells Excel that the accents are UTF-8.
    yield "\ufeff" + redacteur.writerow(entetes)
    for ligne in lignes:
        yield redacteur.writerow([_cellule(valeur) for valeur in ligne])


def _cellule(valeur: object) -> object:
    return neutraliser(valeur) if isinstance(valeur, str) else valeur
