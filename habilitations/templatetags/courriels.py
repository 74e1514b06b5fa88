"""What the mails need beyond Django's own filters."""

from datetime import date, datetime

from django import template

from habilitations.demandes import delai
from habilitations.scopes import SCOPES

register = template.Library()


@register.filter
def echeance_legale(soumise_le: datetime) -> date:
    """The last day of the ministry to answer."""
    return delai.echeance(soumise_le)


@register.filter
def libelle_scope(nom: str) -> str:
    scope = SCOPES.get(nom)
    return scope.label if scope else nom
