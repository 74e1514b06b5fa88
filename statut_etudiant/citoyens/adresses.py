"""The address where a student wants to be told: given, proved by a link, used, forgotten when asked."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from habilitations.courriels.boite import ecrire
from referentiel.journal.echanges import identifiants_internes
from statut_etudiant.citoyens.models import AdresseDeCitoyen

DUREE_DU_LIEN = timedelta(hours=24)
#: Between two links to an address: nobody's mailbox is filled from here.
REPOS = timedelta(minutes=5)
_SEL = "citoyens.adresse"


class LienInvalide(Exception):
    """Unknown, used, or too old."""


class TropTot(Exception):
    """A link has just been sent."""


def de(etudiant_id: int) -> AdresseDeCitoyen | None:
    return AdresseDeCitoyen.objects.filter(etudiant_id__in=identifiants_internes(etudiant_id)).first()


@transaction.atomic
def donner(*, etudiant_id: int, courriel: str) -> None:
    """Send the link that proves this address. The one before serves no more. Raises TropTot."""
    connue = (
        AdresseDeCitoyen.objects.select_for_update()
        .filter(etudiant_id__in=identifiants_internes(etudiant_id))
        .first()
    )
    if connue is not None and connue.empreinte is not None and connue.demandee_le > timezone.now() - REPOS:
        raise TropTot
    secret = secrets.token_urlsafe(32)
    adresse, _ = AdresseDeCitoyen.objects.update_or_create(
        etudiant_id=connue.etudiant_id if connue else etudiant_id,
        defaults={
            "courriel": courriel,
            "empreinte": _empreinte(secret),
            "demandee_le": timezone.now(),
            "prouvee_le": None,
        },
    )
    ecrire(
        genre="adresse_de_citoyen",
        destinataire=courriel,
        cle=f"adresse_de_citoyen:{adresse.pk}:{secrets.token_hex(8)}",
        contexte={"url": settings.ADRESSE_PUBLIQUE + reverse("citoyen-courriel-prouver", args=[secret])},
    )


def a_prouver(secret: str) -> AdresseDeCitoyen:
    """Whose link this is. Raises LienInvalide."""
    adresse = AdresseDeCitoyen.objects.filter(empreinte=_empreinte(secret)).first()
    if adresse is None or adresse.demandee_le < timezone.now() - DUREE_DU_LIEN:
        raise LienInvalide
    return adresse


@transaction.atomic
def prouver(secret: str) -> None:
    """Raises LienInvalide."""
    adresse = AdresseDeCitoyen.objects.select_for_update().get(pk=a_prouver(secret).pk)
    if adresse.empreinte is None or bytes(adresse.empreinte) != _empreinte(secret):
        raise LienInvalide
    maintenant = timezone.now()
    adresse.empreinte = None
    adresse.prouvee_le = maintenant
    # What happened before is on the pages: mails begin now.
    adresse.lue_jusqua = maintenant
    adresse.save()


def retirer(etudiant_id: int) -> None:
    AdresseDeCitoyen.objects.filter(etudiant_id__in=identifiants_internes(etudiant_id)).delete()


def prevenir(*, etudiant_id: int, genre: str, cle: str, contexte: dict[str, Any]) -> bool:
    """Write to this person, if they have proved an address."""
    adresse = de(etudiant_id)
    if adresse is None or adresse.prouvee_le is None:
        return False
    return ecrire(
        genre=genre,
        destinataire=adresse.courriel,
        cle=cle,
        contexte=contexte,
        arret=adresse_d_arret(adresse),
    )


def adresse_d_arret(adresse: AdresseDeCitoyen) -> str:
    """The link by which a mail's reader stops these mails, without signing in."""
    secret = signing.dumps(adresse.pk, salt=_SEL)
    return settings.ADRESSE_PUBLIQUE + reverse("citoyen-courriel-arreter", args=[secret])


def arreter(secret: str) -> None:
    """Raises LienInvalide."""
    try:
        numero = signing.loads(secret, salt=_SEL)
    except signing.BadSignature:
        raise LienInvalide from None
    AdresseDeCitoyen.objects.filter(pk=numero).delete()


def _empreinte(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
