"""The icons of the DSFR that the pages show, in one small style sheet: the DSFR's own names them all, for 250 kB."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand

FEUILLE = Path(settings.BASE_DIR) / "statut_etudiant/static/statut_etudiant/css/icones.css"
ENTETE = "/* Made by `manage.py rassembler_icones` from the DSFR: the icons that our pages name. */\n"
_REGLE = re.compile(r"(?<=})\.(fr-icon-[a-z0-9-]+):after,\.\1:before\{[^}]+\}")
#: Where icons are named.
_PAQUETS = ("referentiel", "habilitations", "statut_etudiant")
_SOURCES = ("templates/**/*.html", "*/static/**/*.js", *(f"{paquet}/**/*.py" for paquet in _PAQUETS))


class Command(BaseCommand):
    help = "Refait la feuille de style des icônes qu'emploient les pages."

    def handle(self, *args: Any, **options: Any) -> None:
        FEUILLE.write_text(rassembler())


def rassembler() -> str:
    du_dsfr = Path(str(finders.find("dsfr/dist/utility/utility.main.min.css")))
    noms = employees()
    regles = [
        regle[0].replace("url(../icons/", "url(../../dsfr/dist/icons/")
        for regle in _REGLE.finditer(du_dsfr.read_text())
        if regle[1] in noms
    ]
    return ENTETE + "\n".join(sorted(regles)) + "\n"


def employees() -> set[str]:
    return {
        nom
        for motif in _SOURCES
        for fichier in Path(settings.BASE_DIR).glob(motif)
        for nom in re.findall(r"\bfr-icon-[a-z0-9-]+", fichier.read_text())
    }
