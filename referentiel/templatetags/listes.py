"""Tags for Django's lists in the establishments' admin. `{% load listes %}`"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.simple_tag
def titrer(cellules: Iterable[str], entetes: Iterable[Mapping[str, Any]]) -> SafeString:
    """The cells of a row, those under a title of text bearing it in `data-titre`."""
    return mark_safe(  # noqa: S308 (Django's own cells, escaped)
        "".join(
            _titrer(conditional_escape(cellule), entete)
            for cellule, entete in zip(cellules, entetes, strict=True)
        )
    )


def _titrer(cellule: str, entete: Mapping[str, Any]) -> str:
    if not cellule.startswith("<td") or ACTION_CHECKBOX_NAME in cellule:
        return cellule
    return cellule.replace("<td", format_html('<td data-titre="{}"', capfirst(entete["text"])), 1)
