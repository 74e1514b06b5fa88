"""System checks: the process does not start when the declaration of an act or a state lacks something."""

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from habilitations.acteur import Qualite
from habilitations.demandes.acte import Acte
from habilitations.demandes.badges import BADGES
from habilitations.demandes.situation import SITUATIONS
from habilitations.demandes.workflow import ACTES
from habilitations.forms.acte import CHAMPS
from habilitations.models import Demande, Habilitation, ModeleDeMessage


def verifier(**_: Any) -> list[CheckMessage]:
    return [Error(fait, id="habilitations.E001") for fait in _fautes(ACTES.values())]


def verifier_les_webhooks(**_: Any) -> list[CheckMessage]:
    """In production nothing of ours may be called from outside by way of a webhook."""
    if settings.PRODUCTION and settings.WEBHOOKS_BOUCLE:
        dit = "WEBHOOKS_BOUCLE : les webhooks ne s'adressent jamais à cette machine en production."
        return [Error(dit, id="habilitations.E002")]
    return []


def _fautes(actes: Iterable[Acte]) -> Iterator[str]:
    for acte in actes:
        yield from (f"acte « {acte.nom} » : {defaut}" for defaut in _hors_de_la_table(acte))
    usages = {acte.modeles for acte in actes}
    for usage in ModeleDeMessage.Usage:
        if usage not in usages:
            yield f"modèles de message « {usage.value} » : aucun acte n'en part"
    for etats in (Demande.Etat, Habilitation.Etat):
        yield from (f"état « {etat.value} » : sans badge" for etat in etats if etat not in BADGES[etats])
    for etat in Demande.Etat:
        if etat not in SITUATIONS:
            yield f"état « {etat.value} » : rien n'est dit au demandeur"
        if etat != Demande.Etat.ARCHIVEE and not any(etat in acte.de for acte in actes):
            yield f"état « {etat.value} » : aucun acte n'en sort"


def _hors_de_la_table(acte: Acte) -> Iterator[str]:
    """What an act needs elsewhere: templates of mails, fields of forms, pages, and arguments that fit."""
    for annonce in acte.courriels:
        try:
            get_template(f"courriels/{annonce.genre}.txt", using="texte")
        except TemplateDoesNotExist:
            yield f"le courriel « {annonce.genre} » n'a pas de gabarit"
    for saisie in acte.saisies:
        if saisie not in CHAMPS:
            yield f"« {saisie.value} » n'a pas de champ"
    mots = acte.pour.get(Qualite.DEMANDEUR)
    if mots is not None and acte.de:
        try:
            reverse(mots.suite, args=[0])
        except NoReverseMatch:
            yield f"la page « {mots.suite} » n'existe pas"
    demandes = [p for p in inspect.signature(acte.preparer).parameters.values() if p.kind == p.KEYWORD_ONLY]
    if bool(demandes) != bool(acte.saisies):
        yield "ce qu'il saisit et ce que « preparer » attend ne vont pas ensemble"
