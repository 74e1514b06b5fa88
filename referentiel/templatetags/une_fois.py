"""`{% load une_fois %}{% cle_d_envoi %}` in a form: sent twice, it acts once (`referentiel.une_fois`)."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from referentiel import une_fois

register = template.Library()


@register.simple_tag
def cle_d_envoi() -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', une_fois.CHAMP, une_fois.tirer_une_cle())
