"""Colleagues, in the establishments' admin: who manages what, since when, by whose decision; adding, removing."""

from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.requete import RequeteConnectee
from habilitations.comptes.verrous import ENVOI, Essai, TropDEssais
from habilitations.forms.collegues import FormulaireDeCollegue
from habilitations.gestionnaires import attributions, collegues
from habilitations.models import Gestionnaire, Habilitation, Invitation
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, arrivee, jamais_incarne
from referentiel import francais
from referentiel.droits import Droits
from referentiel.models import Etablissement
from referentiel.saisie.etablissements import criteres_etablissement
from referentiel.une_fois import une_seule_fois
from referentiel.views.cadre import page_de_gestion, rendre

PAR_PAGE = 20
ANCIENS = 20  # shown at most, for one establishment


class Equipe(NamedTuple):
    etablissement: Etablissement
    habilitation: Habilitation | None
    gestionnaires: list[Gestionnaire]
    invitations: list[Invitation]
    anciens: list[Gestionnaire]


@page_de_gestion()
@never_cache
@require_safe
def liste(request: HttpRequest, droits: Droits) -> HttpResponse:
    q = request.GET.get("q", "")[:100] if droits.ministere else ""
    page = Paginator(_etablissements(droits, q), PAR_PAGE).get_page(request.GET.get("page"))
    return rendre(
        request,
        "gestion/collegues.html",
        {
            "equipes": _equipes(page),
            "page": page,
            "q": q,
            "moi": request.user,
            "incarne": getattr(request, "au_nom_de", None) is not None,
        },
    )


def _etablissements(droits: Droits, q: str) -> QuerySet[Etablissement]:
    """A manager: their own. The ministry: those that have managers or may have some, or the result of its search."""
    visibles = Etablissement.objects.visibles_par(droits).order_by("nom", "uai")
    if not droits.ministere:
        return visibles
    if criteres := criteres_etablissement(q):
        return visibles.filter(criteres)
    geres = Gestionnaire.objects.actifs().filter(etablissement=OuterRef("pk"))
    return visibles.filter(Exists(geres))


def _equipes(etablissements: Iterable[Etablissement]) -> list[Equipe]:
    presents = list(etablissements)
    actifs: dict[int, list[Gestionnaire]] = defaultdict(list)
    anciens: dict[int, list[Gestionnaire]] = defaultdict(list)
    gestionnaires = Gestionnaire.objects.filter(etablissement__in=presents).select_related(
        "compte", "ajoute_par", "retire_par"
    )
    for gestion in gestionnaires.order_by("compte__nom", "compte__prenom", "pk"):
        (actifs if gestion.retire_le is None else anciens)[gestion.etablissement_id].append(gestion)
    attendues: dict[int, list[Invitation]] = defaultdict(list)
    liens = Invitation.etablissements.through.objects.filter(
        etablissement__in=presents, invitation__in=Invitation.objects.en_attente()
    ).select_related("invitation__invite_par")
    for lien in liens.order_by("invitation__courriel"):
        attendues[lien.etablissement_id].append(lien.invitation)
    return [
        Equipe(
            etablissement,
            attributions.habilitation_de(etablissement),
            actifs[etablissement.pk],
            attendues[etablissement.pk],
            sorted(anciens[etablissement.pk], key=attrgetter("retire_le"), reverse=True)[:ANCIENS],
        )
        for etablissement in presents
    ]


@page_de_gestion()
@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def ajouter(request: HttpRequest, droits: Droits) -> HttpResponse:
    """`?uai=`: the establishment from which one comes; the ministry always comes from one."""
    parmi = Etablissement.objects.visibles_par(droits).order_by("nom", "uai")
    depart = request.GET.get("uai", "")
    if droits.ministere:
        parmi = parmi.filter(uai=depart)
        if not parmi.exists():
            raise Http404
    form = FormulaireDeCollegue(
        request.POST or None,
        parmi=parmi,
        initial={"etablissements": parmi.filter(uai=depart)},
    )
    if request.method == "POST" and form.is_valid() and (dit := _ajouter(request, form)):
        messages.success(request, dit)
        return redirect("gestion-collegues")
    return rendre(
        request,
        "gestion/collegue_ajouter.html",
        {"form": form, "seul": parmi.get() if "etablissements" not in form.fields else None},
    )


def _ajouter(request: HttpRequest, form: FormulaireDeCollegue) -> str:
    """What to say of what was done; empty when it was refused, which the form then says."""
    courriel = form.cleaned_data["courriel"]
    try:
        Essai((ENVOI, adresse_appelant(request) or ""))
        compte = collegues.ajouter(acteur=acteur(request), courriel=courriel, etablissements=form.choisis())
    except TropDEssais as refus:
        form.add_error(None, f"Trop d'envois. {refus.quand}")
    except ActeRefuse as refus:
        form.add_error(None, str(refus))
    else:
        if compte is None:
            return (
                f"Une invitation part à {courriel} : elle sert une fois, pendant sept jours. La personne apparaîtra "
                "parmi les gestionnaires quand elle l'aura acceptée."
            )
        return f"{compte} gère désormais les inscriptions. Un message l'en prévient."
    return ""


@page_de_gestion()
@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: RequeteConnectee, droits: Droits, pk: int) -> HttpResponse:
    visibles = collegues.gestions_visibles(acteur(request)).actifs().select_related("compte", "etablissement")
    gestion = get_object_or_404(visibles, pk=pk)
    soi = gestion.compte_id == request.user.pk
    if request.method != "POST":
        return rendre(request, "gestion/collegue_retirer.html", {"gestion": gestion, "soi": soi})
    try:
        collegues.retirer(acteur=acteur(request), gestion_id=pk)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
        return redirect("gestion-collegues")
    qui = "Vous ne gérez" if soi else f"{gestion.compte} ne gère"
    messages.success(request, f"{qui} plus {francais.le(gestion.etablissement.nom)}.")
    reste = droits.ministere or request.user.gestions.actifs().exists()
    return redirect("gestion-collegues" if reste else arrivee(request.user))


@page_de_gestion()
@jamais_incarne
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def annuler_invitation(request: HttpRequest, droits: Droits, pk: int) -> HttpResponse:
    visibles = collegues.invitations_visibles(acteur(request)).en_attente()
    invitation = get_object_or_404(visibles, pk=pk)
    if request.method != "POST":
        return rendre(request, "gestion/invitation_annuler.html", {"invitation": invitation})
    try:
        collegues.annuler_invitation(acteur=acteur(request), invitation_id=pk)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(
            request, f"L'invitation envoyée à {invitation.courriel} est annulée : son lien ne sert plus."
        )
    return redirect("gestion-collegues")
