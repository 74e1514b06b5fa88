"""Free text and labels as people type them, brought to one form before they are stored or compared."""

import re
import unicodedata
from functools import lru_cache

_BLANCS = re.compile(r" {2,}")


class CaractereInterdit(ValueError):
    """A character that no name and no diploma holds: NUL, control, lone surrogate, invisible formatting."""

    def __init__(self, caractere: str) -> None:
        super().__init__(caractere)
        self.caractere = caractere


def nettoyer(texte: str) -> str:
    """NFC, plain spaces, no outer nor doubled space.

    `diplome` is part of the natural key: two spellings of the same accent or space must not make two records.
    """
    if not texte.isprintable():
        texte = "".join(_imprimable(caractere) for caractere in texte)
    if not texte.isascii():
        if "\ufffd" in texte:  # what a decoder leaves in place of bytes it could not read
            raise CaractereInterdit("\ufffd")
        texte = unicodedata.normalize("NFC", texte)
    texte = texte.strip(" ")
    return _BLANCS.sub(" ", texte) if "  " in texte else texte


def _imprimable(caractere: str) -> str:
    if caractere.isprintable():
        return caractere
    if unicodedata.category(caractere) == "Zs":  # no-break and thin spaces come from word processors
        return " "
    raise CaractereInterdit(caractere)


@lru_cache(maxsize=4096)
def cle_libelle(texte: str) -> str:
    """A key for comparing labels: letters and digits only, without case nor accents."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    return "".join(caractere for caractere in decompose if caractere.isalnum())
