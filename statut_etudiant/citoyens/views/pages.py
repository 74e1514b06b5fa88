"""« Mon statut » and « Mes consultations », and the latter as files."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from referentiel.models import Etudiant
from statut_etudiant.citoyens import (
    adresses,
    consultations,
    contestations,
    exports,
    journal,
    rectifications,
    statut,
)
from statut_etudiant.citoyens.forms import FiltreDePeriode
from statut_etudiant.citoyens.views.garde import page_de_citoyen, rendre

PAR_ORGANISME = 5
PAR_PAGE = 25
#: Rows of an export: years of exchanges, and no memory's worth of anything else.
EXPORT_MAXIMUM = 20_000


@page_de_citoyen
@require_http_methods(["GET", "HEAD", "POST"])
def mon_statut(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    """A POST reveals the INE: it is not in the page before."""
    ine_visible = request.method == "POST"
    journal.consigner(
        request,
        etudiant_id=etudiant.pk,
        categories=["identite", *(["ine"] if ine_visible else []), "inscriptions"],
    )
    siennes = rectifications.de(etudiant.pk)
    contexte = {
        "etudiant": etudiant,
        "ine_visible": ine_visible,
        "dossiers": statut.dossiers(etudiant.pk),
        "rectifications": siennes,
        "ouvertes": sum(une.etat == une.Etat.OUVERTE for une in siennes),
    }
    return rendre(request, "statut", contexte)


@page_de_citoyen
@require_safe
def mes_consultations(request: HttpRequest, etudiant: Etudiant) -> HttpResponse:
    """Grouped by organisation; all of one of them with `organisme`."""
    journal.consigner(request, etudiant_id=etudiant.pk, categories=["consultations"])
    filtre = FiltreDePeriode(request.GET or None)
    periode = filtre.periode()
    contexte = {
        "filtre": filtre,
        "filtree": bool(periode.du or periode.au),
        "adresse": adresses.de(etudiant.pk),
        "contestees": contestations.par_echange(etudiant.pk),
        "mes_contestations": contestations.de(etudiant.pk),
        "parametres": _parametres(request),
    }
    comme = _comme(request)
    if comme is None:
        contexte["organismes"] = consultations.organismes(etudiant.pk, periode, par_organisme=PAR_ORGANISME)
        return rendre(request, "consultations", contexte)
    page = Paginator(consultations.echanges(etudiant.pk, periode, comme=comme), PAR_PAGE).get_page(
        request.GET.get("page")
    )
    contexte |= {"page": page, "lignes": consultations.raconter(page.object_list)}
    return rendre(request, "consultations_organisme", contexte)


@page_de_citoyen
@require_safe
def exporter(request: HttpRequest, etudiant: Etudiant, format_: str) -> HttpResponse:
    journal.consigner(request, etudiant_id=etudiant.pk, categories=["consultations"])
    lignes = consultations.raconter(
        consultations.echanges(etudiant.pk, FiltreDePeriode(request.GET or {}).periode())[:EXPORT_MAXIMUM]
    )
    if format_ == "csv":
        response = HttpResponse(exports.en_csv(lignes), content_type="text/csv; charset=utf-8")
    elif format_ == "json":
        response = HttpResponse(exports.en_json(lignes), content_type="application/json; charset=utf-8")
    else:
        pdf = exports.en_pdf(lignes, nom=etudiant.nom_complet)
        response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="mes-consultations.{format_}"'
    return response


def _comme(request: HttpRequest) -> int | None:
    """The number of an exchange, to look at its organisation; None for all of them."""
    valeur = request.GET.get("organisme", "")
    return int(valeur) if valeur.isascii() and valeur.isdecimal() and len(valeur) < 19 else None


def _parametres(request: HttpRequest) -> str:
    """The period, for the links to the files."""
    gardes = request.GET.copy()
    for nom in set(gardes) - {"du", "au"}:
        del gardes[nom]
    return f"?{gardes.urlencode()}" if gardes else ""
