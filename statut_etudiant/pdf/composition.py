"""From a model and its data to a PDF's bytes."""

import json
import tempfile
import time
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import dsfr
import typst
from fontTools.ttLib import TTFont

MODELES = Path(__file__).parent / "modeles"
NORMES: list[Any] = ["a-2a", "ua-1"]
#: In place of a character that no typeface draws.
CARRE = "\u25a1"
_POLICES = Path(dsfr.__file__).parent / "static" / "dsfr" / "dist" / "fonts"


def composer(modele: str, donnees: Mapping[str, Any]) -> bytes:
    """The PDF of `modeles/<modele>.typ`, for data that JSON can say. They are values there, never markup.

    Raises typst.TypstError when the document would not be accessible: a figure without its description, for one.
    """
    compilateur = typst.Compiler(
        MODELES / f"{modele}.typ",
        root=MODELES,
        font_paths=_polices()[1],
        ignore_system_fonts=True,
        sys_inputs={"donnees": _ecrire(donnees)},
    )
    document = compilateur.compile(format="pdf", pdf_standards=NORMES, timestamp=int(time.time()))
    assert isinstance(document, bytes)  # noqa: S101 - a list comes of several images, not of a PDF
    return document


def _ecrire(donnees: Mapping[str, Any]) -> str:
    """As JSON, without any character that no typeface draws: archivable documents have none, and names come from
    anywhere."""
    texte = unicodedata.normalize("NFC", json.dumps(donnees, ensure_ascii=False))
    absents = {ord(signe): CARRE for signe in set(texte) if not signe.isascii() and not _dessine(signe)}
    return texte.translate(absents)


@lru_cache(maxsize=4096)
def _dessine(signe: str) -> bool:
    """Whether a document may hold this character: tried on a document that holds nothing else."""
    compilateur = typst.Compiler(
        MODELES / "signe.typ",
        root=MODELES,
        font_paths=_polices()[1],
        ignore_system_fonts=True,
        sys_inputs={"donnees": json.dumps({"signe": signe})},
    )
    try:
        compilateur.compile(format="pdf", pdf_standards=NORMES)
    except typst.TypstError:
        return False
    return True


@cache
def _polices() -> tuple["tempfile.TemporaryDirectory[str]", typst.Fonts]:
    """The state's typeface, which django-dsfr has as the web wants it: unpacked once a process, as Typst wants it."""
    dossier = tempfile.TemporaryDirectory(prefix="polices-")
    for graisse in ("Regular", "Bold"):
        police = TTFont(_POLICES / f"Marianne-{graisse}.woff")
        police.flavor = None
        police.save(Path(dossier.name) / f"Marianne-{graisse}.otf")
    # Nothing of the machine's: a document is the same everywhere.
    return dossier, typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[dossier.name]
    )
