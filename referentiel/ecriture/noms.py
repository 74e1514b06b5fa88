"""What may be a person's name, for every door: whatever writing takes, reading can ask.

Civil registers hold stranger names than one would think: the rule refuses noise, it does not judge names. Letters of
any alphabet, digits beside letters, and what stands between them; not what a spreadsheet, a wrong encoding or an export
leaves in a column of names.
"""

import re
import unicodedata

from referentiel.ecriture.signalements import nommer
from referentiel.ecriture.textes import CaractereInterdit, nettoyer

#: What may stand between the letters of a name, as people and registers write them.
_ENTRE_LETTRES = frozenset(" '’‘`´ʹʻʼʽʾʿˈ-‐‑‒–—.,·/()&\"")

_ERREUR_DE_TABLEUR = re.compile(r"#|(err|erreur)\s*:\s*[0-9]{3}$|n/a$", re.IGNORECASE)

# UTF-8 read as cp1252 or Latin-1: the second half of a letter has become a symbol, or one of the letters that cp1252
# has there. Of the two-byte sequences, only those of the letters of Latin names: Czech names end in « ÍŽ » and « ÚŠ ».
_SUITES = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_UTF8_MAL_LU = re.compile(
    f"[ÃÄÅ][{_SUITES}]|[ÆÈ][\u0080-\u00bf˜™š›]|Â[\u0080-\u00bf]|â€|á[º»]|(?<=[a-z])[ÂÃ]"
)
#: Other encodings (Mac Roman, cp850) read as cp1252 turn é, è, î, ü into these capitals, in the middle of a word.
_CAPITALE_DANS_UN_MOT = re.compile("(?<=[a-zß-öø-ÿ])[ŠŒŽŸ]|(?<=[A-ZÀ-ÖØ-Þa-zß-öø-ÿ])[ŠŒŽŸ](?=[a-zß-öø-ÿ])")


class NomRefuse(ValueError):
    """`code`: one of `referentiel.ecriture.signalements`; `details`: what its message needs."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def lire_nom(texte: str) -> str:
    """The name, in NFC, with plain spaces, none outer nor doubled. Raises NomRefuse."""
    if texte.isascii() and texte.isalpha():
        return texte
    if _ERREUR_DE_TABLEUR.match(texte.strip()):
        raise NomRefuse("erreur_de_tableur")
    if _UTF8_MAL_LU.search(texte):
        raise NomRefuse("accents_abimes")
    try:
        nom = nettoyer(texte)
    except CaractereInterdit as interdit:
        raise NomRefuse("caractere_interdit", caractere=nommer(interdit.caractere)) from None
    if _CAPITALE_DANS_UN_MOT.search(nom):
        raise NomRefuse("accents_abimes")
    lettres = 0
    for caractere in nom:
        if caractere.isalpha():
            lettres += 1
        elif (
            caractere not in _ENTRE_LETTRES
            and not (caractere.isdecimal() and caractere.isascii())
            and unicodedata.category(caractere)[0] != "M"
        ):
            raise NomRefuse("caractere_interdit", caractere=nommer(caractere))
    if not lettres:
        raise NomRefuse("format", precision="Un nom compte au moins une lettre.")
    return nom
