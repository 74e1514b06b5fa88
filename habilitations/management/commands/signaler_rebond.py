"""Tell that a mail came back: the mail server gives this command each message sent to the envelope's sender."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from habilitations.courriels import refus
from habilitations.models import Courriel

TAILLE = 5 * 1024 * 1024  # bytes; the rest of a longer message says nothing more


class Command(BaseCommand):
    help = "Lit sur l'entrée standard un avis de non-remise (RFC 3464) et retient les adresses qu'il dit refusées."

    def handle(self, *args: Any, **options: Any) -> None:
        retenues = 0
        for adresse, statut in refus.lire_rebond(sys.stdin.buffer.read(TAILLE)):
            # Anyone can write to the sender's address: only of those to whom we wrote is anything believed.
            if Courriel.objects.filter(destinataire=adresse, envoye_le__isnull=False).exists():
                refus.constater(adresse, source=refus.Source.REBOND, code=statut)
                retenues += 1
        self.stdout.write(f"{retenues} adresse(s) retenue(s).")
