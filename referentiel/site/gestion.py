"""The establishments' admin, under /gestion/: managers see and touch their establishments only, the ministry all."""

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from referentiel.droits import Droits, droits
from referentiel.site.socle import SiteDuPortail


class Rubrique(NamedTuple):
    """An entry of the admin's menu. `page`: a name of URL; `prefixe`: what the addresses of its pages begin with."""

    libelle: str
    page: str
    ministere: bool = False


RUBRIQUES = (
    Rubrique("Tableau de bord", "gestion"),
    Rubrique("Inscriptions", "gestion:referentiel_inscription_changelist"),
    Rubrique("Étudiants", "gestion:referentiel_etudiant_changelist"),
    Rubrique("Dépôts de fichiers", "gestion-depots"),
    Rubrique("Établissements", "gestion:referentiel_etablissement_changelist"),
    Rubrique("Suivi des envois", "gestion:referentiel_etablissementcouvert_changelist", ministere=True),
    Rubrique("Jetons d'écriture", "gestion-jetons"),
    Rubrique("Collègues", "gestion-collegues"),
    Rubrique("Anomalies", "gestion:referentiel_anomalie_changelist", ministere=True),
    Rubrique("Doublons", "gestion:referentiel_doublonpossible_changelist", ministere=True),
    Rubrique("Communes", "gestion:referentiel_commune_changelist", ministere=True),
    Rubrique("Exports", "gestion:referentiel_export_changelist", ministere=True),
)


class Gestion(SiteDuPortail):
    site_header = site_title = "Gestion des inscriptions"
    index_title = "Tableau de bord"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and droits(request) is not None

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        contexte = super().each_context(request)
        siens = droits(request)
        if siens is not None:
            contexte |= {"droits": siens, "rubriques": list(_menu(siens, request.path))}
        return contexte

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Not used by any widget: closed."""
        raise Http404

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:
        return redirect("gestion")


def _menu(droits: Droits, chemin: str) -> Any:
    """(label, address, value of aria-current) of each entry that this person may open."""
    for rubrique in RUBRIQUES:
        if rubrique.ministere and not droits.ministere:
            continue
        adresse = reverse(rubrique.page)
        dedans = chemin.startswith(adresse) and rubrique.page != "gestion"
        yield rubrique.libelle, adresse, "page" if chemin == adresse else "true" if dedans else ""


gestion = Gestion(name="gestion")
