"""Tables written as CSV, XLSX or ODS, one row in memory at a time: every format that the admin exports.

The usual libraries hold a whole ODS sheet in memory, a thousand bytes a cell: the few lines of its format are written
here. Cells are texts; those that a spreadsheet would run are neutralised, whatever the format.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from referentiel.exports.formules import neutraliser

#: What XML cannot hold.
_ILLISIBLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_EN_MEMOIRE = 1 << 20
_MORCEAU = 64 << 10

Rangee = Sequence[object]
#: Texts, and days as such: spreadsheets then sort and filter them. In a CSV, a day is in ISO form.
Cellule = str | datetime.date


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
    """The file, piece by piece. A CSV leaves as it is read; the two others once they are complete.

    Titles are somebody's words too: those of a report are the deposited file's own.
    """
    titres = [_texte(titre) for titre in titres]
    if code == "csv":
        yield from _csv(titres, ([_texte(valeur) for valeur in rangee] for rangee in rangees))
        return
    cellules = ([_cellule(valeur) for valeur in rangee] for rangee in rangees)
    with SpooledTemporaryFile(max_size=_EN_MEMOIRE) as fichier:
        (_xlsx if code == "xlsx" else _ods)(fichier, titres, cellules)
        fichier.seek(0)
        while morceau := fichier.read(_MORCEAU):
            yield morceau


def _texte(valeur: object) -> str:
    """Control characters are left out: XML cannot hold them, and a CSV with them would be refused in its turn."""
    return neutraliser(_ILLISIBLES.sub("", "" if valeur is None else str(valeur)))


def _cellule(valeur: object) -> Cellule:
    if (
        isinstance(valeur, datetime.date)
        and not isinstance(valeur, datetime.datetime)
        and valeur.year >= 1900
    ):
        return valeur
    return _texte(valeur)


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


def _xlsx(sortie: IO[bytes], titres: Sequence[str], rangees: Iterable[list[Cellule]]) -> None:
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Export")
    feuille.append(titres)
    for rangee in rangees:
        feuille.append([_cellule_xlsx(feuille, cellule) for cellule in rangee])
    classeur.save(sortie)


def _cellule_xlsx(feuille: Any, cellule: Cellule) -> Any:
    if isinstance(cellule, str):
        return cellule
    jour = WriteOnlyCell(feuille, cellule)
    jour.number_format = "DD/MM/YYYY"
    return jour


_MANIFESTE = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{mime}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
_DEBUT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.2">
<office:automatic-styles>
<number:date-style style:name="jma"><number:day number:style="long"/><number:text>/</number:text>
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<style:style style:name="jour" style:family="table-cell" style:data-style-name="jma"/>
</office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="Export">
"""
_FIN = "</table:table></office:spreadsheet></office:body></office:document-content>\n"


def _ods(sortie: IO[bytes], titres: Sequence[str], rangees: Iterable[list[Cellule]]) -> None:
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


def _rangee_ods(cellules: Sequence[Cellule]) -> bytes:
    return f"<table:table-row>{''.join(map(_cellule_ods, cellules))}</table:table-row>\n".encode()


def _cellule_ods(texte: Cellule) -> str:
    if isinstance(texte, datetime.date):
        return (
            f'<table:table-cell table:style-name="jour" office:value-type="date" '
            f'office:date-value="{texte.isoformat()}">'
            f"<text:p>{texte:%d/%m/%Y}</text:p></table:table-cell>"
        )
    if not texte:
        return "<table:table-cell/>"
    # In XML, a run of blanks counts for one: each but the first is written as an element.
    lignes = [
        re.sub(" (?= )|^ | $", "<text:s/>", escape(ligne)).replace("\t", "<text:tab/>")
        for ligne in re.split(r"\r\n|\r|\n", texte)
    ]
    paragraphes = "".join(f"<text:p>{ligne}</text:p>" for ligne in lignes)
    return f'<table:table-cell office:value-type="string">{paragraphes}</table:table-cell>'
