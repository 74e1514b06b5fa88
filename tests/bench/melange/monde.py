"""`python -m tests.bench.melange.monde`: have the people and tokens of the mix, and print them (JSON).

Run with the settings of the mix's own database, as its owner: the requests of `tests.bench.dossiers` are made whole.
"""

import json
import sys
from typing import Any

import django

UAI = "0311384L"


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from habilitations.models import Compte
    from referentiel.models import Etablissement, Etudiant
    from tests.bench import dossiers
    from tests.habilitations import scenes

    if not Etablissement.objects.filter(uai=UAI).exists():
        call_command(
            "importer_etablissements", "referentiel/donnees/demonstration/etablissements.csv", verbosity=0
        )
    monde = dossiers.monde()
    if not Compte.objects.filter(courriel="gestionnaire@bench.test").exists():
        scenes.gestionnaire(Etablissement.objects.get(uai=UAI), courriel="gestionnaire@bench.test")
    client = Client()
    client.force_login(Compte.objects.get(courriel="gestionnaire@bench.test"))
    monde["sessions"]["gestionnaire"] = client.cookies[settings.SESSION_COOKIE_NAME].value
    monde["pages"] += [("gestionnaire", nom, adresse) for nom, adresse in _gestion().items()]
    monde["ines"] = list(Etudiant.objects.order_by("id").values_list("ine", flat=True)[:20_000])
    json.dump(monde, sys.stdout)


def _gestion() -> dict[str, str]:
    liste: dict[str, Any] = {
        "tableau de bord": "/gestion/",
        "inscriptions": "/gestion/referentiel/inscription/",
        "étudiants": "/gestion/referentiel/etudiant/",
        "dépôts": "/gestion/depots",
        "modèle de fichier": "/gestion/depots/modele",
    }
    return liste


if __name__ == "__main__":
    main()
