"""Tags for every page of the portal. `{% load portail %}`"""

import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince

register = template.Library()


@register.inclusion_tag("_fil.html")
def fil(*etapes: str) -> dict[str, Any]:
    """The breadcrumb: `{% fil "Mes demandes" "demandes" "Demande D12" %}`.

    Steps by pairs, label then address or name of URL; last, the label of the page itself.
    """
    *avant, courant = etapes
    if len(avant) % 2:
        raise template.TemplateSyntaxError("fil : des paires libellé, adresse, puis le libellé de la page")
    return {
        "etapes": [(avant[i], _adresse(avant[i + 1])) for i in range(0, len(avant), 2)],
        "courant": courant,
    }


def _adresse(page: str) -> str:
    return page if page.startswith(("/", "?")) else reverse(page)


@register.filter
def anciennete(instant: datetime.datetime) -> str:
    """How long ago, as one says it: « il y a 3 jours, 2 heures » is too much for what is at a glance."""
    if timezone.now() - instant < datetime.timedelta(minutes=1):
        return "à l'instant"
    return f"il y a {timesince(instant, depth=1)}"
