"""Who is sent the news: asked for, proved by a link, stopped by another. Whoever asks learns nothing of an address."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from habilitations.models import AdresseRefusee
from statut_etudiant.abonnements.models import Abonnement

DUREE_DU_LIEN = timedelta(hours=24)
#: Between two links to an address: nobody's mailbox is filled from here.
REPOS = timedelta(minutes=10)
#: What was not confirmed, and addresses to which mail has not arrived, are kept no longer.
JOURS_A_CONFIRMER, JOURS_REFUSES = 7, 30
_SEL = "abonnements.arret"


class LienInvalide(Exception):
    """Unknown, used, or too old."""


@transaction.atomic
def demander(courriel: str) -> None:
    """Send the link that proves this address, in its normal form; nothing to one that is subscribed, or was just sent
    one."""
    maintenant = timezone.now()
    Abonnement.objects.bulk_create(
        [Abonnement(courriel=courriel, empreinte=secrets.token_bytes(32), demande_le=maintenant - REPOS)],
        ignore_conflicts=True,  # asked for twice at the same instant: one row, one link
    )
    abonnement = Abonnement.objects.select_for_update().get(courriel=courriel)
    if abonnement.confirme_le is not None or abonnement.demande_le > maintenant - REPOS:
        return
    secret = secrets.token_urlsafe(32)
    abonnement.empreinte, abonnement.demande_le = _empreinte(secret), maintenant
    abonnement.save()
    ecrire(
        genre="abonnement_a_confirmer",
        destinataire=courriel,
        cle=f"abonnement_a_confirmer:{abonnement.pk}:{secrets.token_hex(8)}",
        contexte={"url": settings.ADRESSE_PUBLIQUE + reverse("abonnement-confirmer", args=[secret])},
    )


def a_confirmer(secret: str) -> Abonnement:
    """Raises LienInvalide."""
    trouve = Abonnement.objects.filter(
        empreinte=_empreinte(secret), demande_le__gt=timezone.now() - DUREE_DU_LIEN
    ).first()
    if trouve is None:
        raise LienInvalide
    return trouve


def confirmer(secret: str) -> None:
    """Raises LienInvalide, also for a link that has served."""
    confirmes = Abonnement.objects.filter(pk=a_confirmer(secret).pk, empreinte=_empreinte(secret)).update(
        empreinte=None, confirme_le=timezone.now()
    )
    if not confirmes:
        raise LienInvalide


def adresse_d_arret(numero: int) -> str:
    """The link of each mail that stops them, without signing in. It names the subscription, and no address."""
    return settings.ADRESSE_PUBLIQUE + reverse("abonnement-arreter", args=[signing.dumps(numero, salt=_SEL)])


def arreter(secret: str) -> None:
    """Forget the address; one that is forgotten already is let be. Raises LienInvalide."""
    Abonnement.objects.filter(pk=numero_a_arreter(secret)).delete()


def numero_a_arreter(secret: str) -> int:
    """Raises LienInvalide."""
    try:
        numero: int = signing.loads(secret, salt=_SEL)
    except signing.BadSignature:
        raise LienInvalide from None
    return numero


def oublier(*, maintenant: datetime) -> int:
    """Those that nobody confirmed, and those to whom mail no longer arrives."""
    refusees = AdresseRefusee.objects.filter(depuis__lt=maintenant - timedelta(days=JOURS_REFUSES))
    oublies, _ = Abonnement.objects.filter(
        Q(confirme_le__isnull=True, demande_le__lt=maintenant - timedelta(days=JOURS_A_CONFIRMER))
        | Q(courriel__in=refusees.values("courriel"))
    ).delete()
    return oublies


def _empreinte(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
