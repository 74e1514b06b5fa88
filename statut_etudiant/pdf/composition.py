"""From a model and its data to a PDF's bytes."""

import json
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dsfr
import typst
from fontTools.ttLib import TTFont

MODELES = Path(__file__).parent / "modeles"
NORMES: list[Any] = ["a-2a", "ua-1"]
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
        sys_inputs={"donnees": json.dumps(donnees, ensure_ascii=False)},
    )
    document = compilateur.compile(format="pdf", pdf_standards=NORMES, timestamp=int(time.time()))
    assert isinstance(document, bytes)  # noqa: S101 - a list comes of several images, not of a PDF
    return document


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
