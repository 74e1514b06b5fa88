"""Formula injection: cells that a spreadsheet would run get a leading apostrophe, which import removes.

`restituer(neutraliser(x)) == x` for any text: what already starts with apostrophes before such a sign gets one more.
"""

import re

#: The last four are the same signs in full width, which some spreadsheets take for them.
_SIGNES = r"[=+\-@\t\r\n＝＋－＠]"
_ACTIVE = re.compile("'*" + _SIGNES)
_NEUTRALISEE = re.compile("'+" + _SIGNES)


def neutraliser(texte: str) -> str:
    return "'" + texte if _ACTIVE.match(texte) else texte


def restituer(texte: str) -> str:
    return texte[1:] if _NEUTRALISEE.match(texte) else texte
