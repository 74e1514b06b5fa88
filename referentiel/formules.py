"""Formula injection: a cell that a spreadsheet would run is given an apostrophe, which import takes away.

`restituer(neutraliser(x)) == x` for any text: what already starts with apostrophes before such a sign gets one more.
"""

import re

_ACTIVE = re.compile(r"'*[=+\-@\t\r\n]")
_NEUTRALISEE = re.compile(r"'+[=+\-@\t\r\n]")


def neutraliser(texte: str) -> str:
    return "'" + texte if _ACTIVE.match(texte) else texte


def restituer(texte: str) -> str:
    return texte[1:] if _NEUTRALISEE.match(texte) else texte
