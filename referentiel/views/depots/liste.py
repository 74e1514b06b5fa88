"""The history of deposits: files, calls of the writing API, commands."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from referentiel.droits import Droits
from referentiel.models import Etablissement, Lot
from referentiel.nomenclatures import LOT_EN_FILE, LOT_EN_TRAITEMENT, EtatLot, Source
from referentiel.saisie.etablissements import LONGUEUR_MAXIMALE, criteres_etablissement
from referentiel.site.pagination import PaginateurBorne
from referentiel.views.cadre import rendre
from referentiel.views.depots.communs import avec_situation, page_de_depot

PAR_PAGE = 25
#: What a person looks for, and the states that answer.
GROUPES: dict[str, tuple[str, tuple[EtatLot, ...]]] = {
    "a-confirmer": ("À confirmer", (EtatLot.A_CONFIRMER,)),
    "en-cours": ("En attente ou en cours", (*LOT_EN_FILE, *LOT_EN_TRAITEMENT)),
    "termines": ("Terminés", (EtatLot.TERMINE,)),
    "echecs": ("En échec", (EtatLot.ECHEC,)),
    "abandonnes": ("Annulés ou retirés", (EtatLot.ANNULE, EtatLot.RETIRE)),
}


@require_safe
@page_de_depot
def liste(request: HttpRequest, droits: Droits) -> HttpResponse:
    visibles = Lot.objects.visibles_par(droits)
    lots = visibles.select_related("compte").order_by("-id")
    groupe = request.GET.get("etat", "")
    if groupe in GROUPES:
        lots = lots.filter(etat__in=GROUPES[groupe][1])
    canal = request.GET.get("canal", "")
    if canal in Source.values:
        lots = lots.filter(canal=canal)
    q = request.GET.get("q", "").strip()[:LONGUEUR_MAXIMALE]
    if criteres := criteres_etablissement(q):
        uais = Etablissement.objects.visibles_par(droits).filter(criteres).values_list("uai", flat=True)
        lots = lots.filter(uais__overlap=list(uais))
    page = PaginateurBorne(lots, PAR_PAGE).get_page(request.GET.get("page"))
    contexte: dict[str, Any] = {
        "page": page,
        "lignes": avec_situation(page.object_list),
        "groupes": [(cle, libelle) for cle, (libelle, _) in GROUPES.items()],
        "groupe": groupe if groupe in GROUPES else "",
        "canaux": _canaux(droits),
        "canal": canal if canal in Source.values else "",
        "plusieurs": droits.uais is None or len(droits.uais) > 1,
        "q": q,
    }
    contexte["filtre"] = bool(contexte["groupe"] or contexte["canal"] or q)
    contexte["vide"] = not contexte["filtre"] and not page.object_list
    return rendre(request, "gestion/depots/liste.html", contexte)


def _canaux(droits: Droits) -> list[tuple[str, str]]:
    """The doors by which a deposit of many lines comes in; the command line is the ministry's."""
    portes = [Source.FICHIER, Source.API, *([Source.COMMANDE] if droits.ministere else [])]
    return [(porte.value, porte.label) for porte in portes]
