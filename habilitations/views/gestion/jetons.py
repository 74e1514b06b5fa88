"""Write tokens, in the establishments' admin: those that write for one's establishments."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.forms.jetons import Chevauchement
from habilitations.jetons import liens, vie
from habilitations.jetons.inventaire import inventaires
from habilitations.models import Habilitation
from habilitations.models.habilitation import HabilitationQuerySet
from habilitations.views.communs import acteur, jamais_incarne
from habilitations.views.jetons import jetons as pages
from habilitations.views.lieu import Lieu
from referentiel.droits import Droits
from referentiel.models import Etablissement
from referentiel.saisie.etablissements import criteres_etablissement
from referentiel.une_fois import montrable, une_seule_fois
from referentiel.views.cadre import Vue, page_de_gestion, rendre

PAR_PAGE = 20


def _ici(vue: Vue) -> Vue:
    """One of the pages of `habilitations.views.jetons.jetons`, shown here."""

    @page_de_gestion()
    @wraps(vue)
    def dans_la_gestion(request: HttpRequest, droits: Droits, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return vue(request, *args, lieu=Lieu(droits), **kwargs)

    return dans_la_gestion


envoyer = _ici(pages.envoyer)
revoquer = _ici(pages.revoquer)
prolonger = _ici(pages.prolonger)
adresses = _ici(pages.adresses)
consommation = _ici(pages.consommation)


@page_de_gestion()
@never_cache
@require_safe
def liste(request: RequeteConnectee, droits: Droits) -> HttpResponse:
    q = request.GET.get("q", "")[:100] if droits.ministere else ""
    page = Paginator(_chercher(droits, q), PAR_PAGE).get_page(request.GET.get("page"))
    noms = Etablissement.objects.filter(uai__in={uai for habilitation in page for uai in habilitation.uais})
    par_uai = dict(noms.values_list("uai", "nom"))
    return rendre(
        request,
        "gestion/jetons.html",
        {
            "lieu": Lieu(droits),
            "inventaires": [
                (inventaire, [(uai, par_uai.get(uai, "")) for uai in inventaire.habilitation.uais])
                for inventaire in inventaires(page, compte=request.user)
            ],
            "page": page,
            "q": q,
            "incarne": getattr(request, "au_nom_de", None) is not None,
        },
    )


def _chercher(droits: Droits, q: str) -> HabilitationQuerySet:
    trouvees = Habilitation.objects.ecrivant_pour(droits).select_related("organisation")
    if criteres := criteres_etablissement(q):
        uais = Etablissement.objects.reels().filter(criteres).values_list("uai", flat=True)
        trouvees = trouvees.filter(Q(uais__overlap=list(uais)) | Q(organisation__nom__icontains=q.strip()))
    return trouvees.order_by("organisation__nom", "pk")


@page_de_gestion()
@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def montrer(request: RequeteConnectee, droits: Droits, pk: int) -> HttpResponse:
    """For a manager who installs the token themselves: issued by the button, shown once."""
    lieu = Lieu(droits)
    tenues = lieu.habilitations(request).tenues_par(request.user)
    habilitation = get_object_or_404(tenues.select_related("organisation"), pk=pk)
    rotation = habilitation.jetons.vivants().exists()
    form = Chevauchement(request.POST if request.method == "POST" else None, rotation=rotation)
    contexte: dict[str, Any] = {"habilitation": habilitation, "form": form, "rotation": rotation}
    if form.is_valid():
        try:
            jeton, valeur = liens.montrer(
                habilitation=habilitation, acteur=acteur(request), **form.cleaned_data
            )
        except vie.JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            contexte |= {"jeton": jeton, "valeur": valeur, "adresse_publique": settings.ADRESSE_PUBLIQUE}
            return montrable(lieu.rendre(request, "jetons/montrer.html", contexte))
    return lieu.rendre(request, "jetons/montrer.html", contexte)
