"""Token Status List: one bit for each digital certificate, set once its student has withdrawn it or is no longer
known.

A wallet or a verifier fetches the whole list, so that asking tells nothing of whom one asks about. Places are drawn at
random in a list that is at most half full: neighbours in time are not neighbours there.
"""

import secrets
import time
import zlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.urls import reverse

from statut_etudiant.certificats.cles import trousseau
from statut_etudiant.certificats.divulgation import base64url, signer
from statut_etudiant.certificats.models import Certificat, PlaceRetiree

#: Places of a list: 16 kB, some hundreds of bytes once compressed.
PLACES = 131_072
#: Seconds a verifier may keep a list, and for which it is signed.
FRAICHEUR, VALIDITE = 300, 24 * 3600
TYPE = "statuslist+jwt"


def adresse(liste: int) -> str:
    return settings.ADRESSE_PUBLIQUE + reverse("certificats-statuts", args=[liste])


def reference(indice: int) -> dict[str, Any]:
    """The `status` claim of a certificate at this place."""
    return {"status_list": {"idx": indice % PLACES, "uri": adresse(indice // PLACES)}}


def placer(certificat: Certificat) -> int:
    """Its place, drawn the first time."""
    while certificat.indice is None:
        # Lists open one after the other, each at half of its places.
        prises = Certificat.objects.filter(indice__isnull=False).count() + PlaceRetiree.objects.count()
        tire = prises // (PLACES // 2) * PLACES + secrets.randbelow(PLACES)
        if PlaceRetiree.objects.filter(pk=tire).exists():
            continue
        try:
            with transaction.atomic():
                Certificat.objects.filter(pk=certificat.pk, indice__isnull=True).update(indice=tire)
        except IntegrityError:
            continue  # taken: another
        certificat.refresh_from_db(fields=["indice"])
    return certificat.indice


def existe(liste: int) -> bool:
    """Whether a certificate may refer to it: the first always does."""
    plus_hauts = (
        modele.objects.aggregate(haut=Max("indice"))["haut"] for modele in (Certificat, PlaceRetiree)
    )
    return liste <= max(haut or 0 for haut in plus_hauts) // PLACES


def publier(liste: int) -> str:
    """The signed list. Raises cles.SansCle."""
    debut = liste * PLACES
    retires = Certificat.objects.filter(retire_le__isnull=False)
    places = (
        place
        for lignes in (retires, PlaceRetiree.objects.all())
        for place in lignes.filter(indice__gte=debut, indice__lt=debut + PLACES)
        .annotate(place=F("indice") - debut)
        .values_list("place", flat=True)
    )
    maintenant = int(time.time())
    corps = {
        "sub": adresse(liste),
        "iss": settings.ADRESSE_PUBLIQUE,
        "iat": maintenant,
        "exp": maintenant + VALIDITE,
        "ttl": FRAICHEUR,
        "status_list": {"bits": 1, "lst": comprimer(PLACES, places)},
    }
    return signer(corps, cle=trousseau().privees[0], type_=TYPE)


def comprimer(places: int, leves: Iterable[int]) -> str:
    """The bits, least significant first in each byte, compressed (zlib, DEFLATE) and in base64url."""
    octets = bytearray(places // 8)
    for place in leves:
        octets[place // 8] |= 1 << place % 8
    return base64url(zlib.compress(bytes(octets), level=9))
