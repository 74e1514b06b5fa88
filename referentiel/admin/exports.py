"""Exports a list with its filters and search: first a page saying what the file will hold, then the file."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from referentiel.droits import preuve_exigee
from referentiel.exports import listes
from referentiel.exports.classeurs import FORMATS, ecrire
from referentiel.views.cadre import rendre

TEMOIN = "export"


class AvecExport:
    """For a `TableDeGestion`, before it in the bases. What is exported is what its list shows, never more."""

    ressource: type[listes.Ressource]

    def get_urls(self) -> list[URLPattern]:
        vue = preuve_exigee(require_http_methods(["GET", "HEAD", "POST"])(self.exporter))
        adresse = path("exporter", self.admin_site.admin_view(vue), name=self._nom_de_page())  # type: ignore[attr-defined]
        return [adresse, *super().get_urls()]  # type: ignore[misc]

    def _nom_de_page(self) -> str:
        meta = self.model._meta  # type: ignore[attr-defined]
        return f"{meta.app_label}_{meta.model_name}_exporter"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The link carries the list's address: filters, and the key of the search."""
        adresse = reverse(f"{self.admin_site.name}:{self._nom_de_page()}")  # type: ignore[attr-defined]
        parametres = request.GET.copy()
        parametres.pop("p", None)
        if parametres:
            adresse += f"?{parametres.urlencode()}"
        contexte = {**(extra_context or {})}
        contexte["outils"] = [*contexte.get("outils", []), ("Exporter", adresse)]
        return super().changelist_view(request, contexte)  # type: ignore[misc]

    def exporter(self, request: HttpRequest) -> HttpResponseBase:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise Http404
        liste = reverse(f"{self.admin_site.name}:{self._nom_de_page().replace('_exporter', '_changelist')}")  # type: ignore[attr-defined]
        try:
            cl: ChangeList = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        except IncorrectLookupParameters:
            return redirect(liste)
        nombre = listes.compter(cl.queryset)
        format_ = FORMATS.get(request.POST.get("format", ""))
        if request.method == "POST" and format_ is not None and 0 < nombre <= format_.lignes:
            return self._envoyer(request, cl, format_.code, nombre)
        modele = self.model._meta  # type: ignore[attr-defined]
        return rendre(
            request,
            "admin/exporter.html",
            {
                "objet": modele.verbose_name_plural,
                "objets": modele.verbose_name if nombre < 2 else modele.verbose_name_plural,
                "nombre": nombre,
                "maximum": listes.LIGNES_MAXIMUM,
                "trop": nombre > listes.LIGNES_MAXIMUM,
                "refuse": format_ is not None and nombre > format_.lignes,
                "formats": list(FORMATS.values()),
                "choisi": format_.code if format_ else "csv",
                "criteres": dict(_criteres(cl)),
                "recherche": cl.query,
                "colonnes": self.ressource().get_export_headers(),
                "personnel": bool(self.ressource.etablissement),
                "liste": f"{liste}?{request.GET.urlencode()}" if request.GET else liste,
            },
        )

    def _envoyer(self, request: HttpRequest, cl: ChangeList, code: str, nombre: int) -> HttpResponseBase:
        ressource = self.ressource()
        criteres = dict(_criteres(cl))
        if cl.query:  # what was searched for may be a name
            criteres["Recherche"] = "oui"
        listes.consigner(
            self.droits(request),  # type: ignore[attr-defined]
            modele=self.model,  # type: ignore[attr-defined]
            format_=code,
            lignes=nombre,
            etablissements=listes.par_etablissement(cl.queryset, ressource),
            criteres=criteres,
        )
        nom = f"{self.model._meta.model_name}s-{timezone.localdate():%Y-%m-%d}.{code}"  # type: ignore[attr-defined]
        # If the list has grown meanwhile, no more rows are sent than the page announced and the trace recorded.
        rangees = listes.rangees(cl.queryset[:nombre], ressource)
        response = StreamingHttpResponse(
            ecrire(code, ressource.get_export_headers(), rangees),
            content_type=FORMATS[code].type_mime,
            headers={"Content-Disposition": f'attachment; filename="{nom}"', "Cache-Control": "no-store"},
        )
        # Read by the page, which the download does not replace: the file is ready.
        response.set_cookie(TEMOIN, "pret", max_age=60, samesite="Strict", path=request.path)
        return response


def _criteres(cl: ChangeList) -> Iterable[tuple[str, str]]:
    """The filters set, as the list names them."""
    for filtre in cl.filter_specs:
        choix = list(filtre.choices(cl))
        for rang, un in enumerate(choix):
            if un.get("selected") and rang:
                yield str(filtre.title).capitalize(), str(un["display"])
