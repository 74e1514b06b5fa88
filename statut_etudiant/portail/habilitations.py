"""« Habilitations publiques »: who may do what, as a page and as a file."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from habilitations import publiques
from habilitations.demandes.recherche import garnir
from habilitations.etablissements import nommer
from habilitations.models import Habilitation
from habilitations.scopes import SCOPES
from referentiel.exports.formules import neutraliser
from statut_etudiant.portail.saisie import texte

PAR_PAGE = 25
WEB = ("https://", "http://")
COLONNES = (
    "habilitation",
    "type",
    "organisation",
    "siret",
    "intitule",
    "perimetre",
    "uai",
    "cadre_juridique",
    "cadre_juridique_url",
    "validee_le",
)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    recherche, type_ = texte(request, "q"), texte(request, "type")
    trouvees = publiques.lister(recherche=recherche, type_=type_)
    habilitations: Any = Paginator(trouvees.values_list("pk", flat=True), PAR_PAGE).get_page(
        request.GET.get("page")
    )
    garnir(habilitations, publiques.lister())
    noms = nommer(uai for habilitation in habilitations for uai in habilitation.uais)
    for habilitation in habilitations:
        habilitation.etablissements = [noms[uai] for uai in habilitation.uais]
        habilitation.donnees = [SCOPES[nom].label if nom in SCOPES else nom for nom in habilitation.scopes]
        # Written by applicants: only an address of the web becomes a link.
        habilitation.lien = habilitation.cadre_url if habilitation.cadre_url.startswith(WEB) else ""
    contexte = {
        "habilitations": habilitations,
        "recherche": recherche,
        "type": type_,
        "types": Habilitation.Type.choices,
        "filtree": bool(recherche or type_),
    }
    return render(request, "portail/habilitations.html", contexte)


@login_not_required
@require_safe
def en_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages: semicolons and BOM as French spreadsheets expect, formulas neutralised."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow(COLONNES)
    for habilitation in publiques.lister(recherche=texte(request, "q"), type_=texte(request, "type")):
        ecrivain.writerow(map(neutraliser, _cellules(habilitation)))
    response = HttpResponse(sortie.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="habilitations.csv"'
    return response


def _cellules(habilitation: Any) -> Iterator[str]:
    yield habilitation.numero
    yield habilitation.type
    yield habilitation.organisation.nom
    yield habilitation.organisation.siret
    yield habilitation.intitule
    yield " ".join(habilitation.scopes)
    yield " ".join(habilitation.uais)
    yield habilitation.cadre
    yield habilitation.cadre_url
    yield timezone.localdate(habilitation.validee_le).isoformat()
