"""Tags for the pages of tokens. `{% load jetons %}`"""

from django import template
from django.utils import timezone

from habilitations.models import Jeton

register = template.Library()


@register.filter
def jours_restants(jeton: Jeton) -> int:
    """Days until its end, as a calendar counts them."""
    return max(0, (timezone.localdate(jeton.expire_le) - timezone.localdate()).days)
