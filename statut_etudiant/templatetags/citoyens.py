"""`{% load citoyens %}`"""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def pour(valeurs: Mapping[int, Any], cle: int) -> Any:
    """The value of this key; None when there is none."""
    return valeurs.get(cle)
