"""The preview of the answers, within the pages of the requests. `{% load apercu %}`"""

from collections.abc import Iterable
from typing import Any

from django import template

from habilitations.models import Demande
from statut_etudiant.portail.apercu import contexte

register = template.Library()


@register.inclusion_tag("portail/_apercu.html")
def apercu(scopes: Iterable[str], demande: Demande) -> dict[str, Any]:
    """`{% apercu scopes demande %}`: what these scopes would answer, and the advice on them."""
    return contexte(scopes, type_=demande.type, texte=f"{demande.intitule} {demande.description}")
