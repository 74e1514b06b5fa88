"""One way to read any deposited file: `ouvrir` finds out what it is, by its bytes and never by its name."""

from typing import BinaryIO, NamedTuple

from referentiel.imports.lecture.base import LectureLignes
from referentiel.imports.lecture.csv import LectureCsv
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.lecture.json import LectureJson
from referentiel.imports.lecture.tableur import LectureTableur
from referentiel.imports.reglages import AUCUN, Reglages


class _Signature(NamedTuple):
    debut: bytes
    refus: str


_REFUSES = (
    _Signature(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "Ce classeur est protégé par un mot de passe, ou à l'ancien format .xls. Enregistrez-le au format "
        ".xlsx sans mot de passe, ou en CSV UTF-8.",
    ),
    *(
        _Signature(
            debut,
            "Ce fichier est une page web enregistrée sous un nom de classeur (.xls), comme en donnent certains "
            "logiciels. "
            "Ouvrez-le dans un tableur, enregistrez-le au format « Classeur Excel (.xlsx) » ou « CSV UTF-8 », puis "
            "déposez-le.",
        )
        for debut in (b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<body", b"<style")
    ),
    _Signature(
        b"<?xml",
        "Ce fichier est un classeur au format XML. Ouvrez-le dans un tableur, enregistrez-le au format « "
        "Classeur Excel "
        "(.xlsx) » ou « CSV UTF-8 », puis déposez-le.",
    ),
    _Signature(b"%PDF-", "Ce fichier est un PDF. Déposez un fichier CSV, .xlsx ou .ods."),
    _Signature(b"\x1f\x8b", "Ce fichier est compressé (gzip). Décompressez-le, puis déposez son contenu."),
    _Signature(b"7z\xbc\xaf\x27\x1c", "Ce fichier est compressé (7z). Décompressez-le, puis déposez-le."),
    _Signature(b"Rar!\x1a\x07", "Ce fichier est compressé (RAR). Décompressez-le, puis déposez son contenu."),
)


def refuser_d_emblee(debut: bytes) -> None:
    """What the first bytes tell, without opening anything. Raises FichierIllisible."""
    texte = debut.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").lower()
    for signature in _REFUSES:
        if (texte if signature.debut.startswith(b"<") else debut).startswith(signature.debut):
            raise FichierIllisible(signature.refus)


def ouvrir(fichier: BinaryIO, nom: str = "", reglages: Reglages = AUCUN) -> LectureLignes:
    """Raises FichierIllisible. `fichier` must be seekable, and stay open while its rows are read."""
    fichier.seek(0)
    debut = fichier.read(512)
    refuser_d_emblee(debut)
    if debut.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return LectureTableur(fichier, reglages)
    if debut.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith((b"{", b"[")):
        return LectureJson(fichier)
    return LectureCsv(fichier, reglages)
