"""What an organisation's members do with its webhooks: make, choose, try, open, stop, replay, renew the secret."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.integrateurs import signature
from habilitations.integrateurs.destinations import lire
from habilitations.integrateurs.types import LIBELLES
from habilitations.journal import noter
from habilitations.models import Envoi, Fait, JournalAcces, Organisation, Webhook
from habilitations.refus import ActeRefuse
from referentiel import chiffrement

MAXIMUM = 10  # webhooks of an organisation
#: How long the secret that was replaced still signs.
CHEVAUCHEMENT = timedelta(days=1)
#: Seconds between two trials, and between two replays of a delivery.
ESPACEMENT = timedelta(seconds=10)


class Cree(NamedTuple):
    """`secret`: to be shown once, then forgotten."""

    webhook: Webhook
    secret: str


@transaction.atomic
def creer(
    *, acteur: Acteur, organisation: Organisation, libelle: str, adresse: str, evenements: Collection[str]
) -> Cree:
    """Raises ActeRefuse or DestinationRefusee."""
    # Locked: two at once would both find a place.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if Webhook.objects.filter(organisation=organisation).count() >= MAXIMUM:
        raise ActeRefuse(f"{MAXIMUM} webhooks au plus par organisation : supprimez-en un d'abord.")
    secret = signature.tirer_un_secret()
    webhook = Webhook.objects.create(
        organisation=organisation,
        libelle=libelle,
        adresse=str(lire(adresse)),
        evenements=_connus(evenements),
        secret_chiffre=chiffrement.chiffrer(secret.encode()),
        cree_par=acteur.compte,
    )
    _noter("webhook créé", webhook, acteur)
    return Cree(webhook, secret)


@transaction.atomic
def choisir(*, webhook: Webhook, acteur: Acteur, libelle: str, evenements: Collection[str]) -> None:
    """Its name, and the events that it wants from now on."""
    webhook = _verrouiller(webhook)
    webhook.libelle, webhook.evenements = libelle, _connus(evenements)
    webhook.save(update_fields=["libelle", "evenements"])
    _noter("webhook modifié", webhook, acteur)


@transaction.atomic
def essayer(*, webhook: Webhook) -> None:
    """Put a trial in the outbox: a call like the others, made once. Raises ActeRefuse."""
    webhook = _verrouiller(webhook)
    recents = webhook.envois.filter(fait__type=Fait.ESSAI, cree_le__gt=timezone.now() - ESPACEMENT)
    if recents.exists():
        raise ActeRefuse("Un essai vient de partir : attendez quelques secondes.")
    fait = Fait.objects.create(
        type=Fait.ESSAI, organisation=webhook.organisation, details={"webhook": str(webhook.cle)}
    )
    Envoi.objects.create(webhook=webhook, fait=fait)


@transaction.atomic
def activer(*, webhook: Webhook, acteur: Acteur) -> None:
    """Raises ActeRefuse as long as no trial has succeeded."""
    webhook = _verrouiller(webhook)
    if webhook.actif:
        return
    if not webhook.activable:
        raise ActeRefuse("Un essai doit d'abord réussir.")
    webhook.etat, webhook.desactive_le, webhook.en_echec_depuis = Webhook.Etat.ACTIF, None, None
    webhook.save(update_fields=["etat", "desactive_le", "en_echec_depuis"])
    _noter("webhook activé", webhook, acteur)


@transaction.atomic
def arreter(*, webhook: Webhook, acteur: Acteur) -> None:
    """What waits is given up; it may be replayed once the webhook is opened again."""
    webhook = _verrouiller(webhook)
    if not webhook.actif:
        return
    webhook.etat = Webhook.Etat.ARRETE
    webhook.save(update_fields=["etat"])
    webhook.envois.filter(etat=Envoi.Etat.EN_ATTENTE).update(etat=Envoi.Etat.ABANDONNE)
    _noter("webhook arrêté", webhook, acteur)


@transaction.atomic
def renouveler_le_secret(*, webhook: Webhook, acteur: Acteur) -> str:
    """The new secret, to be shown once. The one that it replaces still signs for a day."""
    webhook = _verrouiller(webhook)
    secret = signature.tirer_un_secret()
    webhook.secret_precedent_chiffre = webhook.secret_chiffre
    webhook.secret_precedent_jusqua = timezone.now() + CHEVAUCHEMENT
    webhook.secret_chiffre = chiffrement.chiffrer(secret.encode())
    webhook.save(update_fields=["secret_precedent_chiffre", "secret_precedent_jusqua", "secret_chiffre"])
    _noter("secret de webhook remplacé", webhook, acteur)
    return secret


@transaction.atomic
def supprimer(*, webhook: Webhook, acteur: Acteur) -> None:
    webhook = _verrouiller(webhook)
    _noter("webhook supprimé", webhook, acteur)
    webhook.delete()


@transaction.atomic
def rejouer(*, envoi: Envoi) -> None:
    """Send it again, with its whole calendar of tries. Raises ActeRefuse."""
    webhook = _verrouiller(envoi.webhook)
    envoi = Envoi.objects.select_for_update(of=("self",)).select_related("fait").get(pk=envoi.pk)
    if not webhook.actif:
        raise ActeRefuse("Le webhook n'est pas actif : activez-le d'abord.")
    if envoi.fait.type == Fait.ESSAI:
        raise ActeRefuse("Un essai ne se rejoue pas : faites-en un autre.")
    if envoi.tentatives.filter(instant__gt=timezone.now() - ESPACEMENT).exists():
        raise ActeRefuse("Cet envoi vient d'être tenté : attendez quelques secondes.")
    envoi.etat, envoi.essais, envoi.reprise_le = Envoi.Etat.EN_ATTENTE, 0, timezone.now()
    envoi.save(update_fields=["etat", "essais", "reprise_le"])


def cles(webhook: Webhook) -> list[str]:
    """The secrets that sign now, the current one first. Raises Indechiffrable."""
    chiffrees = [webhook.secret_chiffre]
    jusqua = webhook.secret_precedent_jusqua
    if webhook.secret_precedent_chiffre is not None and jusqua is not None and jusqua > timezone.now():
        chiffrees.append(webhook.secret_precedent_chiffre)
    return [chiffrement.dechiffrer(bytes(une)).decode() for une in chiffrees]


@transaction.atomic
def rechiffrer() -> tuple[int, int]:
    """Write every secret again under the current key: how many were, and how many no known key opens."""
    rechiffres = perdus = 0
    for webhook in Webhook.objects.select_for_update().order_by("pk"):
        try:
            webhook.secret_chiffre = chiffrement.rechiffrer(bytes(webhook.secret_chiffre))
            rechiffres += 1
            if webhook.secret_precedent_chiffre is not None:
                precedent = bytes(webhook.secret_precedent_chiffre)
                webhook.secret_precedent_chiffre = chiffrement.rechiffrer(precedent)
        except chiffrement.Indechiffrable:
            perdus += 1
        webhook.save(update_fields=["secret_chiffre", "secret_precedent_chiffre"])
    return rechiffres, perdus


def _verrouiller(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=webhook.pk)


def _connus(evenements: Collection[str]) -> list[str]:
    if not evenements or not set(evenements) <= set(LIBELLES):
        raise ActeRefuse("Choisissez au moins un événement de la liste.")
    return sorted(set(evenements))


def _noter(fait: str, webhook: Webhook, acteur: Acteur) -> None:
    noter(
        JournalAcces.Genre.RACCORDEMENT,
        compte=acteur.compte,
        auteur=acteur.responsable,
        fait=fait,
        webhook=str(webhook.cle),
        siret=webhook.organisation.siret,
    )
