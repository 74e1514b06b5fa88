"""One way to read any deposited file: `ouvrir` finds out what it is, by its bytes and never by its name."""

from typing import BinaryIO, NamedTuple

from referentiel.imports.lecture.base import LectureLignes
from referentiel.imports.lecture.csv import LectureCsv
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.lecture.json import LectureJson
from referentiel.imports.lecture.tableur import LectureTableur


class _Signature(NamedTuple):
    debut: bytes
    refus: str


_REFUSES = (
    _Signature(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "Ce classeur est protégé par un mot de passe, ou à l'ancien format .xls. Enregistrez-le au format "
        ".xlsx sans mot de passe, ou en CSV UTF-8.",
    ),
    _Signature(b"%PDF-", "Ce fichier est un PDF. Déposez un fichier CSV, .xlsx ou .ods."),
    _Signature(b"\x1f\x8b", "Ce fichier est compressé (gzip). Décompressez-le, puis déposez son contenu."),
    _Signature(b"7z\xbc\xaf\x27\x1c", "Ce fichier est compressé (7z). Décompressez-le, puis déposez-le."),
    _Signature(b"Rar!\x1a\x07", "Ce fichier est compressé (RAR). Décompressez-le, puis déposez son contenu."),
)


def ouvrir(fichier: BinaryIO, nom: str = "") -> LectureLignes:
    """Raises FichierIllisible. `fichier` must be seekable, and stay open while its rows are read."""
    fichier.seek(0)
    debut = fichier.read(512)
    for signature in _REFUSES:
        if debut.startswith(signature.debut):
            raise FichierIllisible(signature.refus)
    if debut.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return LectureTableur(fichier)
    if debut.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith((b"{", b"[")):
        return LectureJson(fichier)
    return LectureCsv(fichier)
