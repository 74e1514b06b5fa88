"""`GET /api/etablissements` (contract §7): who feeds the referential, and how freshly. Public, in JSON or CSV."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from referentiel.identifiants import IdentifiantInvalide, normaliser_uai
from referentiel.models import Etablissement
from statut_etudiant.api.etablissements.corps import decrire, en_csv
from statut_etudiant.api.etablissements.parametres import FiltreEtablissements, veut_du_csv
from statut_etudiant.api.filtres import FiltreRefuse, curseur_refuse, filtrer, lire_limite
from statut_etudiant.api.reponse import repondre
from statut_etudiant.api.v2.erreurs import parametre_refuse
from statut_etudiant.api.vues import PUBLIC, VueDirecte

#: The summary changes every quarter of an hour: what answers everyone may be kept by caches for a while.
CACHE = "public, max-age=300"


class Etablissements(VueDirecte):
    """Les établissements qui alimentent le référentiel, et la fraîcheur de leurs données."""

    acces = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            csv_demande = veut_du_csv(request)
            etablissements = filtrer(
                FiltreEtablissements,
                request.GET,
                Etablissement.objects.reels().select_related("couverture").order_by("uai"),
                autres={"format", "limite", "curseur"},
            )
            response = en_csv(etablissements) if csv_demande else _en_json(request, etablissements)
        except FiltreRefuse as refus:
            return repondre(*parametre_refuse(refus.parametre, refus.message))
        response.headers["Cache-Control"] = CACHE
        response.headers["Vary"] = "Accept"
        return response


def _en_json(request: HttpRequest, etablissements: QuerySet[Etablissement]) -> HttpResponse:
    limite = lire_limite(request.GET)
    if curseur := request.GET.get("curseur"):
        try:
            etablissements = etablissements.filter(uai__gt=normaliser_uai(curseur))
        except IdentifiantInvalide:
            raise curseur_refuse() from None
    page = list(etablissements[: limite + 1])
    corps: dict[str, Any] = {"etablissements": [decrire(etablissement) for etablissement in page[:limite]]}
    if len(page) > limite:
        corps["suivant"] = page[limite - 1].uai
    return repondre(200, corps)
