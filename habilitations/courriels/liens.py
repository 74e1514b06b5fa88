"""The addresses of a text made links, for the HTML of mails.

Django's `urlize` loses what follows an address that has several parameters in brackets, changes `&lt=`, and takes
« site.com » for an address although nobody wrote `https://`.
"""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

#: Whole, punctuation after it included: `_fin` tells one from the other.
_ADRESSE = re.compile(r"https?://[^\s<>\"«»“”]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PONCTUATION = ".,;:!?…'’*"
_PARENTHESES = {")": "(", "]": "[", "}": "{"}


def lier(texte: str) -> SafeString:
    """This text, escaped, where addresses are links."""
    morceaux: list[str] = []
    lu = 0
    for trouve in _ADRESSE.finditer(texte):
        adresse = trouve[0][: _fin(trouve[0])]
        morceaux.append(escape(texte[lu : trouve.start()]))
        lu = trouve.start() + len(adresse)
        cible = adresse if "://" in adresse else f"mailto:{adresse}"
        morceaux.append(f'<a href="{escape(cible)}">{escape(adresse)}</a>')
    morceaux.append(escape(texte[lu:]))
    return mark_safe("".join(morceaux))  # noqa: S308 - each piece is escaped


def _fin(adresse: str) -> int:
    """Where it ends: before the sentence's punctuation, and before a bracket that it did not open."""
    fin = len(adresse)
    while fin:
        dernier = adresse[fin - 1]
        ouvrante = _PARENTHESES.get(dernier)
        seule = ouvrante and adresse[:fin].count(ouvrante) < adresse[:fin].count(dernier)
        if dernier not in _PONCTUATION and not seule:
            break
        fin -= 1
    return fin
