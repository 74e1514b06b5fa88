from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from habilitations.comptes import roles
from habilitations.models import Compte, Role
from habilitations.refus import ActeRefuse


class Command(BaseCommand):
    help = (
        "Donne un rôle à une personne qui a déjà un compte : c'est ainsi que naît le premier administrateur."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("courriel")
        parser.add_argument("role", choices=Role.Nom.values)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            compte = Compte.objects.get_by_natural_key(options["courriel"])
            roles.donner(acteur=None, compte_id=compte.pk, nom=options["role"])
        except Compte.DoesNotExist:
            raise CommandError("Aucun compte à cette adresse : la personne l'ouvre d'abord.") from None
        except ActeRefuse as refus:
            raise CommandError(str(refus)) from None
        self.stdout.write(f"{compte} a maintenant le rôle « {Role.Nom(options['role']).label} ».")
