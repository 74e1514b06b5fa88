"""What the mails need beyond Django's own filters."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django import template

from habilitations.scopes import SCOPES

register = template.Library()


@register.filter
def dans_deux_mois(instant: datetime) -> datetime:
    """When silence becomes a rejection (CRPA art. L. 231-4: two months)."""
    return instant + relativedelta(months=2)


@register.filter
def libelle_scope(nom: str) -> str:
    scope = SCOPES.get(nom)
    return scope.label if scope else nom
