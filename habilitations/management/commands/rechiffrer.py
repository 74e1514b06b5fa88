from typing import Any

from django.core.management.base import BaseCommand, CommandError

from habilitations.comptes import second_facteur
from habilitations.integrateurs import webhooks


class Command(BaseCommand):
    help = "Write the secrets kept in the database again under CLE_CHIFFREMENT, so that its previous keys may go."

    def handle(self, *args: Any, **options: Any) -> None:
        rechiffres, perdus = map(sum, zip(second_facteur.rechiffrer(), webhooks.rechiffrer(), strict=True))
        self.stdout.write(f"Secrets réécrits sous la clé courante : {rechiffres}.")
        if perdus:
            raise CommandError(
                f"Secrets illisibles : {perdus}. La clé qui les a chiffrés n'est pas dans "
                "CLES_CHIFFREMENT_ANCIENNES. Rendez-la, ou faites refaire leur second facteur à ces personnes et "
                "remplacer le secret de leurs webhooks aux organisations."
            )
