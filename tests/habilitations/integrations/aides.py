"""Webhooks in the state that a test wants, brought there by the acts themselves."""

from datetime import timedelta
from typing import Any

from habilitations.acteur import Acteur
from habilitations.integrateurs import tournee, types, webhooks
from habilitations.models import Envoi, Fait, Organisation, Webhook
from tests import fabriques
from tests.habilitations import scenes


def membre(organisation: Organisation | None = None) -> Acteur:
    return scenes.demandeur(organisation)


def webhook(
    adresse: str, *, organisation: Organisation | None = None, evenements: list[str] | None = None
) -> webhooks.Cree:
    """Made, and never tried."""
    organisation = organisation or fabriques.organisation()
    return webhooks.creer(
        acteur=membre(organisation),
        organisation=organisation,
        libelle="Billettique",
        adresse=adresse,
        evenements=evenements or sorted(types.LIBELLES),
    )


def actif(adresse: str, **options: Any) -> webhooks.Cree:
    """Tried by a real call, and open: the receiver must answer."""
    cree = webhook(adresse, **options)
    webhooks.essayer(webhook=cree.webhook)
    assert tournee.tourner() == 1
    cree.webhook.refresh_from_db()
    webhooks.activer(webhook=cree.webhook, acteur=Acteur(cree.webhook.cree_par))
    cree.webhook.refresh_from_db()
    return cree


def fait(organisation: Organisation, type_: str = "jeton.emis", **details: Any) -> Fait:
    return Fait.objects.create(type=type_, organisation=organisation, details=details)


def avancer(minutes: float) -> None:
    """As if that time had gone by for what waits and for what fails."""
    delta = timedelta(minutes=minutes)
    for envoi in Envoi.objects.all():
        Envoi.objects.filter(pk=envoi.pk).update(
            reprise_le=envoi.reprise_le - delta, cree_le=envoi.cree_le - delta
        )
    for un in Webhook.objects.filter(en_echec_depuis__isnull=False):
        Webhook.objects.filter(pk=un.pk).update(en_echec_depuis=un.en_echec_depuis - delta)
