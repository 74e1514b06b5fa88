from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from habilitations.models import Compte
from habilitations.protection import copie
from referentiel.models import Etudiant


class Command(BaseCommand):
    help = "Print, as JSON, all that the service holds on a person (GDPR art. 15): a student or an account."

    def add_arguments(self, parser: CommandParser) -> None:
        qui = parser.add_mutually_exclusive_group(required=True)
        qui.add_argument("--ine", help="a student")
        qui.add_argument("--courriel", help="an account")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["ine"]:
            etudiant = Etudiant.objects.filter(ine=options["ine"].strip().upper(), fictif=False).first()
            if etudiant is None:
                raise CommandError("Aucun étudiant ne porte cet INE.")
            self.stdout.write(copie.en_json(copie.d_un_etudiant(etudiant)))
            return
        compte = Compte.objects.filter(courriel=options["courriel"].strip().lower()).first()
        if compte is None:
            raise CommandError("Aucun compte n'a cette adresse.")
        self.stdout.write(copie.en_json(copie.d_un_compte(compte)))
