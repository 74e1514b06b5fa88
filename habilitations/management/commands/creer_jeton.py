from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from habilitations.comptes.siret import organisation_du_siret
from habilitations.jetons.octroi import (
    POPULATIONS,
    Octroi,
    OctroiRefuse,
    octroyer,
    octroyer_bac_a_sable,
    octroyer_bouquet,
)
from habilitations.models import Habilitation
from referentiel.identifiants import IdentifiantInvalide, normaliser_siret, normaliser_uai

Type = Habilitation.Type
#: Not a kind of habilitation: nobody asks for it.
BOUQUET = "bouquet"


def _liste(valeur: str) -> list[str]:
    return [element.strip() for element in valeur.split(",") if element.strip()]


def _nombre(valeur: str) -> int:
    if not (valeur.isascii() and valeur.isdigit() and 1 <= int(valeur) <= 10_000):
        raise ArgumentTypeError("un nombre entier de 1 à 10000 est attendu")
    return int(valeur)


class Command(BaseCommand):
    help = (
        "Crée l'organisation, l'habilitation et son jeton, comme le ferait une validation. Le jeton, affiché cette "
        "seule fois, est seul sur la sortie standard."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--siret", required=True, help="SIRET de l'organisation")
        parser.add_argument("--intitule", required=True, help="intitulé de l'habilitation")
        parser.add_argument("--scopes", type=_liste, default=[], help="périmètre, séparé par des virgules")
        parser.add_argument("--type", choices=[*Type.values, BOUQUET], default=Type.LECTURE.value)
        parser.add_argument(
            "--format",
            choices=["court", "jwt"],
            default="court",
            help="jwt : pour démarches simplifiées et les logiciels qui l'exigent (lecture)",
        )
        parser.add_argument("--uai", type=_liste, default=[], help="UAI (écriture), séparés par des virgules")
        parser.add_argument("--client-id", default="", help="identifiant du client FranceConnect")
        parser.add_argument(
            "--nombre",
            type=_nombre,
            default=1,
            help="combien de jetons, un par ligne, chacun son habilitation",
        )
        parser.add_argument("--organisation", default="", help="nom de l'organisation, si elle est nouvelle")
        parser.add_argument(
            "--bac-a-sable",
            action="store_true",
            help="jeton de bac à sable : données fictives seulement, sans habilitation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            octrois = self._octroyer(options)
        except (IdentifiantInvalide, OctroiRefuse) as refus:
            raise CommandError(str(refus)) from None
        for octroi in octrois:
            if options["verbosity"] > 0:
                self.stderr.write(self._decrire(octroi))
            if octroi.secret is not None:
                self.stdout.write(octroi.secret)

    @transaction.atomic
    def _octroyer(self, options: dict[str, Any]) -> list[Octroi]:
        if options["type"] == BOUQUET:
            return self._octroyer_bouquet(options)
        type_ = Type(options["type"])
        en_jwt = options["format"] == "jwt"
        scopes, uais, bac_a_sable = options["scopes"], options["uai"], options["bac_a_sable"]
        siret = normaliser_siret(options["siret"])
        uais = [normaliser_uai(uai) for uai in uais]
        if type_ == Type.ECRITURE:
            if not uais:
                raise OctroiRefuse("Un jeton d'écriture est lié à un ou plusieurs établissements : --uai.")
            if scopes and not bac_a_sable:
                self.stderr.write("--scopes est sans effet : un jeton d'écriture n'a pas de périmètre.")
                scopes = []
        elif type_ == Type.FRANCE_CONNECT:
            if not options["client_id"].strip():
                raise OctroiRefuse("Une habilitation FranceConnect nomme son client : --client-id.")
            if bac_a_sable:
                raise OctroiRefuse("FranceConnect n'a pas de jeton de bac à sable.")
            if options["nombre"] > 1:
                raise OctroiRefuse("Un client FranceConnect n'a qu'une habilitation active.")
        elif not scopes:
            raise OctroiRefuse("Le périmètre est obligatoire : --scopes.")
        if scopes and set(scopes).isdisjoint(POPULATIONS):
            self.stderr.write(
                "Ce périmètre n'ouvre aucune population : les appels de lecture seront refusés."
            )

        organisation = organisation_du_siret(siret=siret, nom=options["organisation"].strip())
        if bac_a_sable:
            if options["client_id"]:
                raise OctroiRefuse("FranceConnect n'a pas de jeton de bac à sable.")
            return [
                octroyer_bac_a_sable(
                    organisation=organisation,
                    scopes=scopes,
                    uais=uais,
                    population_exigee=False,
                    en_jwt=en_jwt,
                )
                for _ in range(options["nombre"])
            ]
        return [
            octroyer(
                organisation=organisation,
                type_=type_,
                intitule=options["intitule"],
                scopes=scopes,
                uais=uais,
                fc_client_id=options["client_id"],
                population_exigee=False,
                en_jwt=en_jwt,
            )
            for _ in range(options["nombre"])
        ]

    def _octroyer_bouquet(self, options: dict[str, Any]) -> list[Octroi]:
        if options["scopes"] or options["uai"] or options["client_id"] or options["bac_a_sable"]:
            raise OctroiRefuse(
                "Un jeton de bouquet lit tout : ni périmètre, ni UAI, ni client FranceConnect, ni bac à sable."
            )
        if options["format"] != "court":
            raise OctroiRefuse("Un jeton de bouquet n'existe pas au format JWT.")
        organisation = organisation_du_siret(
            siret=normaliser_siret(options["siret"]), nom=options["organisation"].strip()
        )
        return [
            octroyer_bouquet(organisation=organisation, intitule=options["intitule"])
            for _ in range(options["nombre"])
        ]

    @staticmethod
    def _decrire(octroi: Octroi) -> str:
        if octroi.habilitation is None:
            quoi = "Jeton de bac à sable"
        else:
            quoi = f"Habilitation {octroi.habilitation.numero} ({octroi.habilitation.get_type_display()})"
        if octroi.jeton is None:
            return quoi
        fin = timezone.localdate(octroi.jeton.expire_le)
        return f"{quoi}, jeton {octroi.jeton.affichage}, expire le {fin:%d/%m/%Y}"
