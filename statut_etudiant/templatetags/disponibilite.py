"""How well the API works, said on pages that are not about it. `{% load disponibilite %}`"""

from collections.abc import Iterable

from django import template
from django.utils import timezone

from statut_etudiant.disponibilite.registre import sur_90_jours as mesurer

register = template.Library()


@register.simple_tag
def sur_90_jours(sondes: Iterable[str]) -> str:
    """`{% sur_90_jours fiche.sondes as taux %}`: in percent, these services together; empty without a measure."""
    return mesurer(sondes, aujourdhui=timezone.localdate())
