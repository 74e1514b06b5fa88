"""Tags for the pages of webhooks. `{% load webhooks %}`"""

import json
from typing import Any

from django import template

from habilitations.integrateurs import types
from habilitations.models import Tentative, Webhook

register = template.Library()

_BADGES = {
    Webhook.Etat.A_ESSAYER: "fr-badge--new",
    Webhook.Etat.ACTIF: "fr-badge--success",
    Webhook.Etat.ARRETE: "",
    Webhook.Etat.DESACTIVE: "fr-badge--error",
}


@register.filter
def badge_de_webhook(webhook: Webhook) -> str:
    if webhook.actif and webhook.en_echec_depuis:
        return "fr-badge--warning"
    return _BADGES[Webhook.Etat(webhook.etat)]


@register.filter
def libelle_de_fait(type_: str) -> str:
    return types.libelle(type_)


@register.filter
def libelle_d_echec(echec: str) -> str:
    return str(Tentative.Echec(echec).label)


@register.simple_tag
def nombre_de_types() -> int:
    return len(types.LIBELLES)


@register.filter
def en_json(valeur: Any) -> str:
    return json.dumps(valeur, ensure_ascii=False, indent=2)
