"""Mailing the news: each piece once, those that came out together in one mail."""

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from habilitations.courriels.boite import ecrire
from statut_etudiant.abonnements import registre
from statut_etudiant.abonnements.models import Abonnement, NouveauteAnnoncee
from statut_etudiant.portail.nouveautes import NOUVEAUTES, Nouveaute


@transaction.atomic
def annoncer(nouveautes: Sequence[Nouveaute] = NOUVEAUTES) -> int:
    """Write to every subscriber of what was not announced yet; how many mails. The first time, what the page says
    already is only noted: whoever subscribed has read it there."""
    connues = set(NouveauteAnnoncee.objects.values_list("cle", flat=True))
    nouvelles = [une for une in nouveautes if une.cle not in connues]
    if not nouvelles:
        return 0
    # Two workers at once: the second waits here for the first, then fails, with nothing left to tell.
    NouveauteAnnoncee.objects.bulk_create(NouveauteAnnoncee(cle=une.cle) for une in nouvelles)
    if not connues:
        return 0
    page = settings.ADRESSE_PUBLIQUE + reverse("nouveautes")
    contexte = {"nouveautes": nouvelles, "page": page}
    lot = hashlib.sha256("\n".join(une.cle for une in nouvelles).encode()).hexdigest()[:16]
    ecrits = 0
    for numero, courriel in Abonnement.objects.filter(confirme_le__isnull=False).values_list(
        "pk", "courriel"
    ):
        ecrits += ecrire(
            genre="nouveautes",
            destinataire=courriel,
            cle=f"nouveautes:{numero}:{lot}",
            contexte=contexte,
            arret=registre.adresse_d_arret(numero),
        )
    return ecrits
