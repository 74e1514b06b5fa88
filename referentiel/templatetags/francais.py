"""French in every template and mail, without `{% load %}` (settings.TEMPLATES).

`date` and `pluralize` take the place of Django's own filters.
"""

from typing import Any

from django import template
from django.template import defaultfilters

from referentiel import francais

register = template.Library()

register.filter("de", francais.de)
register.filter("a", francais.a)
register.filter("le", francais.le)
register.filter("que", francais.que)
register.filter("minuscule", francais.minuscule)
register.filter("il_y_a", francais.il_y_a)
register.filter("dans", francais.dans)


@register.filter(expects_localtime=True)
def date(valeur: Any, forme: str | None = None) -> str:
    """{{ jour|date:"j F Y" }}: « 1er mars 2026 »."""
    if valeur in (None, ""):
        return ""
    try:
        return francais.date(valeur, forme)
    except AttributeError:  # a time, or what is no date at all
        return str(defaultfilters.date(valeur, forme))


@register.filter
def pluralize(valeur: Any, suffixe: str = "s") -> str:
    """{{ nombre|pluralize }}: nothing is plural before two."""
    try:
        nombre = float(valeur)
    except (TypeError, ValueError):
        nombre = len(valeur) if hasattr(valeur, "__len__") and not isinstance(valeur, str) else 1
    return defaultfilters.pluralize(2 if francais.est_pluriel(nombre) else 1, suffixe)
