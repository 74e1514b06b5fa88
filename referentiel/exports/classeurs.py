"""Tables written as CSV, XLSX or ODS, one row in memory at a time: every format that the admin exports.

The usual libraries hold a whole ODS sheet in memory, a thousand bytes a cell: the few lines of its format are written
here. Cells are texts; those that a spreadsheet would run are neutralised, whatever the format.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl import Workbook

from referentiel.exports.formules import neutraliser

#: What XML cannot hold.
_ILLISIBLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_EN_MEMOIRE = 1 << 20
_MORCEAU = 64 << 10

Rangee = Sequence[object]


class FormatDeClasseur(NamedTuple):
    """`lignes`: as many as a deposit of this format takes."""

    code: str
    libelle: str
    type_mime: str
    lignes: int


FORMATS = {
    un.code: un
    for un in (
        FormatDeClasseur("csv", "CSV", "text/csv; charset=utf-8", 100_000),
        FormatDeClasseur(
            "xlsx",
            "Excel (XLSX)",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            50_000,
        ),
        FormatDeClasseur(
            "ods", "OpenDocument (ODS)", "application/vnd.oasis.opendocument.spreadsheet", 50_000
        ),
    )
}


def ecrire(code: str, titres: Sequence[str], rangees: Iterable[Rangee]) -> Iterator[bytes]:
    """The file, piece by piece. A CSV leaves as it is read; the two others once they are complete."""
    textes = ([_texte(valeur) for valeur in rangee] for rangee in rangees)
    if code == "csv":
        yield from _csv(titres, textes)
        return
    with SpooledTemporaryFile(max_size=_EN_MEMOIRE) as fichier:
        (_xlsx if code == "xlsx" else _ods)(fichier, titres, textes)
        fichier.seek(0)
        while morceau := fichier.read(_MORCEAU):
            yield morceau


def _texte(valeur: object) -> str:
    return neutraliser(_ILLISIBLES.sub("", "" if valeur is None else str(valeur)))


def _csv(titres: Sequence[str], rangees: Iterable[list[str]]) -> Iterator[bytes]:
    """As French spreadsheets expect: semicolons, and a byte order mark for UTF-8."""
    tampon = io.StringIO()
    ecriture = csv.writer(tampon, delimiter=";")
    tampon.write("\ufeff")
    ecriture.writerow(titres)
    for rangee in rangees:
        ecriture.writerow(rangee)
        if tampon.tell() > _MORCEAU:
            yield tampon.getvalue().encode()
            tampon.seek(0)
            tampon.truncate()
    yield tampon.getvalue().encode()


def _xlsx(sortie: IO[bytes], titres: Sequence[str], rangees: Iterable[list[str]]) -> None:
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Export")
    feuille.append(titres)
    for rangee in rangees:
        feuille.append(rangee)
    classeur.save(sortie)


_MANIFESTE = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{mime}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
_DEBUT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Export">
"""
_FIN = "</table:table></office:spreadsheet></office:body></office:document-content>\n"


def _ods(sortie: IO[bytes], titres: Sequence[str], rangees: Iterable[list[str]]) -> None:
    mime = FORMATS["ods"].type_mime
    with ZipFile(sortie, "w", ZIP_DEFLATED) as archive:
        # Must come first, uncompressed: the file's type is recognised by its first bytes.
        archive.writestr("mimetype", mime, compress_type=ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFESTE.format(mime=mime))
        with archive.open("content.xml", "w") as contenu:
            contenu.write(_DEBUT.encode())
            contenu.write(_rangee_ods(titres))
            for rangee in rangees:
                contenu.write(_rangee_ods(rangee))
            contenu.write(_FIN.encode())


def _rangee_ods(cellules: Sequence[str]) -> bytes:
    return f"<table:table-row>{''.join(map(_cellule_ods, cellules))}</table:table-row>\n".encode()


def _cellule_ods(texte: str) -> str:
    if not texte:
        return "<table:table-cell/>"
    # In XML, a run of blanks counts for one: each but the first is written as an element.
    lignes = [
        re.sub(" (?= )|^ | $", "<text:s/>", escape(ligne)).replace("\t", "<text:tab/>")
        for ligne in re.split(r"\r\n|\r|\n", texte)
    ]
    paragraphes = "".join(f"<text:p>{ligne}</text:p>" for ligne in lignes)
    return f'<table:table-cell office:value-type="string">{paragraphes}</table:table-cell>'
