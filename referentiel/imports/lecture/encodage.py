"""Which eight-bit encoding a text is in, by how plausible its accents are.

Nothing in such a file says so, and every one of them reads any bytes: `82` is « é » on MS-DOS, « ‚ » for Windows and
« Ç » for an old Macintosh. French words decide: an accented letter between letters of its own case is plausible, a
currency sign or a box corner is not.
"""

import codecs
import re
from collections import Counter
from typing import BinaryIO, NamedTuple

#: The first one wins when nothing tells them apart, which is nearly always the case of the first two.
CANDIDATS = ("cp1252", "iso8859-15", "cp850", "mac_roman")
#: What a person may impose, and how it is called.
NOMS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252 (Latin-1)",
    "iso8859-15": "ISO-8859-15 (Latin-9)",
    "cp850": "CP850 (MS-DOS)",
    "mac_roman": "Mac Roman",
}
BLOC = 1 << 20
#: Enough to judge; a file of names in capitals without accents has few.
CONTEXTES_MAXIMUM = 200_000

_CONTEXTE = re.compile(rb"([A-Za-z]?)([\x80-\xff])(?=([A-Za-z]?))")
_MOT = re.compile(r"\w{2,40}")
_FRANCAIS = set("àâäçéèêëîïôöùûüÿœæñáíóúãõ")
_TYPOGRAPHIE = set("’‘“”«»–—…°º€ \xa0·§")


class Contexte(NamedTuple):
    """An eight-bit character and the ASCII letters around it: 'a' lower case, 'A' upper case, '' none."""

    octet: int
    avant: str
    apres: str


def relever(fichier: BinaryIO) -> Counter[Contexte]:
    trouves: Counter[Contexte] = Counter()
    fichier.seek(0)
    while (bloc := fichier.read(BLOC)) and trouves.total() < CONTEXTES_MAXIMUM:
        if bloc.isascii():
            continue
        for avant, octet, apres in _CONTEXTE.findall(bloc):
            trouves[Contexte(octet[0], _casse(avant), _casse(apres))] += 1
    return trouves


def _casse(lettre: bytes) -> str:
    return "" if not lettre else "a" if lettre.islower() else "A"


def choisir(contextes: Counter[Contexte]) -> str:
    return max(CANDIDATS, key=lambda codec: sum(n * _plausible(un, codec) for un, n in contextes.items()))


def _plausible(contexte: Contexte, codec: str) -> float:
    try:
        lu = bytes([contexte.octet]).decode(codec)
    except UnicodeDecodeError:
        return -2
    voisins = contexte.avant + contexte.apres
    if lu.lower() in _FRANCAIS:
        # Alone after a capital (Éric, Noël), an initial of either case says nothing.
        casse = "A" if lu.isupper() else "a"
        if not voisins or voisins == "A" or casse in voisins:
            return 1
        return 0.8 if casse == "A" and not contexte.avant else 0.1
    if lu in _TYPOGRAPHIE:
        return 0.2 if not (contexte.avant and contexte.apres) or lu == "’" else -1
    return 0 if lu.isalpha() else -1


def premiers_accents(octets: bytes, codec: str, maximum: int = 8) -> list[str]:
    """The first words that have an accent, as this encoding reads them: what a person recognises at a glance."""
    texte = codecs.getincrementaldecoder(codec)("replace").decode(octets)
    return list(dict.fromkeys(mot for mot in _MOT.findall(texte) if not mot.isascii()))[:maximum]
