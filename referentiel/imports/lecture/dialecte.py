"""Encoding and separator of a text file: found out, never asked.

The whole file is looked at, once and by blocks: the first accent of a million lines may be on the last one.
"""

import codecs
import csv
import re
from collections import Counter
from typing import BinaryIO, NamedTuple

from referentiel.imports.lecture.encodage import NOMS, choisir, relever
from referentiel.imports.lecture.erreurs import FichierIllisible

BLOC = 1 << 20
ECHANTILLON = 1 << 16
#: Bytes that the encoding cannot read become U+FFFD, which validation refuses on its line.
MODE_ERREURS = "replace"
SEPARATEURS = (";", ",", "\t")

_REMEDE = "Depuis un tableur, enregistrez-le au format « CSV UTF-8 » ou « Classeur Excel (.xlsx) », puis recommencez."
#: Control characters that no text holds. Tab, line ends and form feed are not among them.
_CONTROLES = re.compile(rb"[\x01-\x08\x0b\x0e-\x1f\x7f]")
#: What `surrogateescape` makes of bytes that are not UTF-8.
_HORS_UTF8 = re.compile("[\udc80-\udcff]")
_NON_ASCII = re.compile("[^\x00-\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Dialecte(NamedTuple):
    encodage: str  # utf-8, utf-8-sig, utf-16-le, utf-16-be, or one of `encodage.CANDIDATS`
    separateur: str
    octets_bom: int  # length of the mark to skip


def detecter_encodage(fichier: BinaryIO) -> tuple[str, int]:
    """(Python codec, length of the byte order mark). Refuses what is no text."""
    fichier.seek(0)
    debut = fichier.read(ECHANTILLON)
    if not debut:
        raise FichierIllisible("Le fichier est vide.")
    if debut.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FichierIllisible(f"Le fichier est encodé en UTF-32, qui n'est pas pris en charge. {_REMEDE}")
    for bom, codec in _BOMS:
        if debut.startswith(bom):
            if codec == "utf-8-sig":
                _refuser_binaire(debut)
                _huit_bits(fichier)  # a NUL anywhere is refused; wrong bytes will be told line by line
            return codec, len(bom)
    sans_bom = _utf16_sans_bom(debut)
    if sans_bom:
        return sans_bom, 0
    _refuser_binaire(debut)
    return _huit_bits(fichier), 0


def _utf16_sans_bom(debut: bytes) -> str | None:
    """UTF-16 of French text has a NUL in most of its pairs, always on the same side."""
    paires = len(debut) // 2
    if paires < 2:
        return None
    for codec, cote in (("utf-16-le", 1), ("utf-16-be", 0)):
        nuls = debut[cote::2].count(0)
        if nuls >= 0.7 * paires and debut[1 - cote :: 2].count(0) == 0:
            return codec
    return None


def _refuser_binaire(debut: bytes) -> None:
    # A stray one is an error of its line, told with it; this many mean an image or a program.
    if len(_CONTROLES.findall(debut)) > 8 + len(debut) // 200:
        raise FichierIllisible(f"Le fichier n'est pas un fichier texte. {_REMEDE}")


def _huit_bits(fichier: BinaryIO) -> str:
    """UTF-8 or an older encoding, by counting over the whole file what is UTF-8 and what cannot be.

    A few wrong bytes in a UTF-8 file must not turn every accent of it into gibberish: the majority decides,
    and the wrong bytes will be reported on their lines. The others hardly ever look like UTF-8 by accident.
    """
    decodeur = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    justes = faux = lignes = 0
    fichier.seek(0)
    while bloc := fichier.read(BLOC):
        nul = bloc.find(b"\0")
        if nul >= 0:
            numero = lignes + bloc.count(b"\n", 0, nul) + 1
            raise FichierIllisible(
                f"Le fichier contient un octet nul à la ligne {numero} : il est abîmé ou n'est pas un fichier "
                f"texte. {_REMEDE}"
            )
        lignes += bloc.count(b"\n")
        texte = decodeur.decode(bloc)
        if not texte.isascii():
            ici = len(_HORS_UTF8.findall(texte))
            faux += ici
            justes += len(_NON_ASCII.findall(texte)) - ici
    faux += len(decodeur.decode(b"", final=True))
    return "utf-8" if justes >= faux else choisir(relever(fichier))


def decoder(octets: bytes, encodage: str) -> str:
    """Decodes a sample cut anywhere."""
    codec = "utf-8" if encodage == "utf-8-sig" else encodage
    return codecs.getincrementaldecoder(codec)(MODE_ERREURS).decode(octets)


def detecter_separateur(echantillon: str) -> str:
    """The separator that cuts the most lines into as many cells; of equals, the one that makes the most.

    Title lines may come first, which hold none. Excel's own `sep=;` line is dealt with by the reader.
    """
    lignes = echantillon.splitlines()[:40]
    while lignes and not lignes[0].strip(" ;,\t"):
        lignes.pop(0)

    def note(separateur: str) -> tuple[int, int]:
        largeurs = Counter(len(ligne) for ligne in csv.reader(lignes, delimiter=separateur))
        return max(((nombre, largeur) for largeur, nombre in largeurs.items() if largeur > 1), default=(0, 0))

    try:
        return max(SEPARATEURS, key=note)  # the first of equals: `;`, what French spreadsheets write
    except csv.Error:
        return ";"


def detecter(fichier: BinaryIO, impose: str = "") -> Dialecte:
    """`impose`: the encoding that a person chose; a byte order mark says it better."""
    encodage, bom = detecter_encodage(fichier)
    if impose in NOMS and not bom and not encodage.startswith("utf-16"):
        encodage = impose
    fichier.seek(bom)
    echantillon = decoder(fichier.read(ECHANTILLON), encodage)
    annonce = re.match(r"sep=([;,\t])\r?\n", echantillon)
    return Dialecte(encodage, annonce[1] if annonce else detecter_separateur(echantillon), bom)
