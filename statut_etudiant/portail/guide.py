"""« Guide des établissements »: declaring students one by one, by batches, by files. What is shown, tests run."""

import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from referentiel.calendrier import debut_annee_universitaire
from referentiel.imports import modele
from statut_etudiant.api.ecriture.lots import ENREGISTREMENTS_MAXIMUM

EXEMPLES = Path(__file__).parent / "exemples" / "etablissement"
#: In the order of the page.
NOMS = ("inscription", "nouveau", "retrait", "lot", "suivi")


def exemple(nom: str, *, aujourdhui: datetime.date) -> str:
    """One of the commands, with the dates of the current university year."""
    debut = debut_annee_universitaire(aujourdhui)
    fin = debut.replace(year=debut.year + 1) - datetime.timedelta(days=1)
    ecrit = (EXEMPLES / f"{nom}.txt").read_text(encoding="utf-8")
    return ecrit.replace("DEBUT", debut.isoformat()).replace("FIN", fin.isoformat())


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    aujourdhui = timezone.localdate()
    contexte: dict[str, Any] = {
        "exemples": {nom: exemple(nom, aujourdhui=aujourdhui) for nom in NOMS},
        "fichier": modele.exemple_csv(aujourdhui=aujourdhui).decode("utf-8-sig"),
        "colonnes": modele.decrire(),
        "adresse": settings.ADRESSE_PUBLIQUE,
        "maximum": ENREGISTREMENTS_MAXIMUM,
        "mega": settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20,
        "mega_depot": settings.DEPOT_TAILLE_MAX_MO,
    }
    return render(request, "portail/guide.html", contexte)
