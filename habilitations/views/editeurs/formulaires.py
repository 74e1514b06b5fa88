"""For an editor: its ready-made forms, and the requests that it may follow."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.requete import RequeteConnectee
from habilitations.editeurs import accompagnement, formulaires
from habilitations.forms.formulaires_prets import Preparation
from habilitations.models import Editeur, FormulairePret
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, jamais_incarne
from habilitations.views.editeurs.espace import PAR_PAGE, l_editeur
from referentiel.une_fois import une_seule_fois


def _formulaire(request: RequeteConnectee, cle: UUID) -> FormulairePret:
    siens = Editeur.objects.servis_par(request.user)
    proposes = FormulairePret.objects.proposes().filter(editeur__in=siens)
    return get_object_or_404(proposes.select_related("editeur__organisation"), cle=cle)


def lien(formulaire: FormulairePret) -> str:
    """What the editor gives its clients."""
    return f"{settings.ADRESSE_PUBLIQUE}{reverse('demande-nouvelle')}?formulaire={formulaire.cle}"


@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    editeur = l_editeur(request)
    proposes = FormulairePret.objects.proposes().filter(editeur=editeur)
    return render(
        request,
        "editeurs/formulaires.html",
        {
            "editeur": editeur,
            "actif": "formulaires",
            "lignes": [(un, lien(un)) for un in proposes.annotate(commencees=Count("accompagnements"))],
        },
    )


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def preparer(request: RequeteConnectee) -> HttpResponse:
    editeur = l_editeur(request)
    form = Preparation(request.POST or None)
    if form.is_valid():
        try:
            fait = formulaires.preparer(editeur=editeur, acteur=acteur(request), **form.prepares())
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, f"« {fait} » est prêt : donnez son lien à vos clients.")
            return redirect("editeur-formulaires")
    return render(request, "editeurs/preparer.html", {"form": form})


@jamais_incarne
@require_http_methods(["GET", "POST"])
def changer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    formulaire = _formulaire(request, cle)
    form = Preparation(request.POST) if request.method == "POST" else Preparation.de(formulaire)
    if form.is_bound and form.is_valid():
        try:
            formulaires.changer(formulaire=formulaire, acteur=acteur(request), **form.prepares())
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, "Le formulaire est enregistré : son lien ne change pas.")
            return redirect("editeur-formulaires")
    return render(request, "editeurs/preparer.html", {"form": form, "formulaire": formulaire})


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def retirer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    formulaire = _formulaire(request, cle)
    if request.method == "POST":
        try:
            formulaires.retirer(formulaire=formulaire, acteur=acteur(request))
        except ActeRefuse as refus:
            messages.error(request, str(refus))
        else:
            messages.success(request, f"« {formulaire} » n'est plus proposé.")
        return redirect("editeur-formulaires")
    return render(request, "editeurs/retirer_formulaire.html", {"formulaire": formulaire})


@require_safe
def demandes(request: RequeteConnectee) -> HttpResponse:
    editeur = l_editeur(request)
    page = Paginator(accompagnement.suivies(editeur), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "editeurs/demandes.html", {"editeur": editeur, "actif": "demandes", "page": page})
