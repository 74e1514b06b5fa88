"""« Établissements couverts »: the page of what GET /api/etablissements answers to programs."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from referentiel.models import Etablissement
from referentiel.nomenclatures import TypeEtablissement
from statut_etudiant.api.etablissements.corps import decrire
from statut_etudiant.api.etablissements.parametres import FiltreEtablissements
from statut_etudiant.portail.saisie import texte
from statut_etudiant.portail.territoires import departements

PAR_PAGE = 25
FILTRES = ("q", "academie", "departement", "type", "alimente")
ALIMENTE = (
    ("true", "Déclarent leurs étudiants"),
    ("false", "N'en déclarent pas encore"),
    ("", "Tous"),
)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    choisis = {nom: texte(request, nom) for nom in FILTRES}
    if "alimente" not in request.GET:  # the page is about those who do
        choisis["alimente"] = "true"
    reels = Etablissement.objects.reels()
    filtre = FiltreEtablissements(choisis, queryset=reels.select_related("couverture").order_by("nom", "uai"))
    etablissements = Paginator(filtre.qs, PAR_PAGE).get_page(request.GET.get("page"))
    contexte: dict[str, Any] = {
        "etablissements": etablissements,
        "lignes": [_ligne(etablissement) for etablissement in etablissements],
        "choisis": choisis,
        "valides": filtre.form.is_valid(),
        "chiffres": _chiffres(),
        "academies": reels.exclude(academie="")
        .order_by("academie")
        .values_list("academie", flat=True)
        .distinct(),
        "departements": [(un.code, un.nom) for un in departements()],
        "types": TypeEtablissement.choices,
        "alimente": ALIMENTE,
        "adresse_csv": _adresse_csv(choisis),
    }
    return render(request, "portail/couverture.html", contexte)


def _ligne(etablissement: Etablissement) -> dict[str, Any]:
    couverture = getattr(etablissement, "couverture", None)
    return decrire(etablissement) | {
        "libelle_type": etablissement.get_type_display(),
        "mis_a_jour": couverture and couverture.derniere_confirmation,
    }


def _chiffres() -> dict[str, Any]:
    ouverts = Etablissement.objects.reels().ouverts()
    alimentent = Q(couverture__inscriptions__gt=0)
    return ouverts.aggregate(
        connus=Count("pk"),
        alimentent=Count("pk", filter=alimentent),
        calcule_le=Max("couverture__calculee_le"),
    )


def _adresse_csv(choisis: dict[str, str]) -> str:
    donnes = {nom: valeur for nom, valeur in choisis.items() if valeur}
    return f"{reverse('api-etablissements')}?{urlencode({'format': 'csv', **donnes})}"
