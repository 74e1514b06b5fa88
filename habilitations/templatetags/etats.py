"""The state of a request or of a habilitation, as a badge."""

from django import template

from habilitations.demandes.badges import badge as genre_de_badge
from habilitations.models import Demande, Habilitation

register = template.Library()


@register.filter
def badge(objet: Demande | Habilitation) -> str:
    """The class of its badge; empty for the grey one."""
    genre = genre_de_badge(objet)
    return f"fr-badge--{genre}" if genre else ""
