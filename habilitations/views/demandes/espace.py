"""The applicant's own pages: their requests, their habilitations, and how to begin a request."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.acteur import Qualite
from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import lisible, recevabilite, workflow
from habilitations.demandes.cas_d_usage import a_remplacer, par_public
from habilitations.demandes.situation import situation
from habilitations.editeurs import formulaires
from habilitations.etablissements import nommer
from habilitations.forms.nouvelle import FormulaireNouvelle
from habilitations.forms.organisation import FormulaireDOrganisation
from habilitations.models import ContactDeDemande, Demande, Habilitation, Message, Transfert
from habilitations.refus import ActeRefuse
from habilitations.views.communs import (
    acteur,
    choisir_organisation,
    organisation_courante,
    rattachements,
)
from habilitations.views.comptes.organisations import rattacher
from habilitations.views.demandes import nouvelle
from referentiel.une_fois import une_seule_fois

PAR_PAGE = 25

#: States counted by the tab and listed by default: archived requests are left out.
VIVANTES = workflow.VIVANTES

#: The filters of the list: key in the address → label, states.
FILTRES = {
    "": ("Toutes, hors archives", VIVANTES),
    "a-completer": ("À compléter", (Demande.Etat.BROUILLON, Demande.Etat.MODIFICATIONS)),
    "en-instruction": ("En instruction", (Demande.Etat.SOUMISE,)),
    "validees": ("Validées", (Demande.Etat.VALIDEE,)),
    "closes": ("Refusées ou révoquées", (Demande.Etat.REFUSEE, Demande.Etat.REVOQUEE)),
    "archivees": ("Archivées", (Demande.Etat.ARCHIVEE,)),
}


@require_safe
def demandes(request: RequeteConnectee) -> HttpResponse:
    miennes = Demande.objects.concernant(request.user)
    comptes = dict(miennes.values_list("etat").annotate(Count("pk")).order_by())
    filtre = request.GET.get("etat", "")
    if filtre not in FILTRES:
        filtre = ""
    filtres = [
        (cle, libelle, sum(comptes.get(etat, 0) for etat in etats))
        for cle, (libelle, etats) in FILTRES.items()
    ]
    page = Paginator(
        _avec_non_lus(miennes.filter(etat__in=FILTRES[filtre][1]), request.user)
        .select_related("organisation", "demandeur")
        .order_by("-modifie_le"),
        PAR_PAGE,
    ).get_page(request.GET.get("page"))
    proposees = set(
        Transfert.objects.proposes_a(request.user)
        .filter(demande__in=list(page))
        .values_list("demande", flat=True)
    )
    return render(
        request,
        "habilitations/demandes.html",
        {
            "actif": "demandes",
            "page": page,
            "lignes": [(demande, situation(demande), demande.pk in proposees) for demande in page],
            "filtre": filtre,
            "filtres": filtres,
            "total": sum(comptes.values()),
            "total_demandes": filtres[0][2],
            "total_habilitations": Habilitation.objects.concernant(request.user).actives().count(),
        },
    )


@require_safe
def habilitations(request: RequeteConnectee) -> HttpResponse:
    miennes = Habilitation.objects.concernant(request.user)
    page = Paginator(
        miennes.select_related("organisation")
        .prefetch_related(Prefetch("demandes", to_attr="ses_demandes"))
        .order_by("etat", "-id"),
        PAR_PAGE,
    ).get_page(request.GET.get("page"))
    miennes_ici: list[Any] = list(page)
    noms = nommer(uai for une in miennes_ici for uai in une.uais)
    for une in miennes_ici:
        une.etablissements = [noms[uai] for uai in une.uais]
    return render(
        request,
        "habilitations/habilitations.html",
        {
            "actif": "habilitations",
            "page": page,
            "total_demandes": Demande.objects.concernant(request.user).filter(etat__in=VIVANTES).count(),
            "total_habilitations": miennes.actives().count(),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def creation(request: HttpRequest) -> HttpResponse:
    """Choose type and organisation, then make the draft, pre-filled with what the URL says of the project, or with
    the form that an editor has prepared."""
    organisation = organisation_courante(request)
    pret = formulaires.propose(request.GET.get("formulaire", ""))
    saisie = request.POST if request.method == "POST" else None
    if saisie is not None and "siret" in saisie:
        return _organisation(request)
    form = FormulaireNouvelle(
        saisie,
        liens=rattachements(request),
        formulaire=pret,
        initial={
            "type": request.GET.get("type", "")
            or (cas.type if (cas := nouvelle.le_cas(request.GET)) else ""),
            "acteur": (organisation and recevabilite.connu(organisation)) or request.GET.get("acteur", ""),
            "organisation": organisation and organisation.pk,
        },
    )
    if saisie is not None and form.is_valid():
        type_ = form.cleaned_data["type"]
        recevabilite.demander_a_sirene(form.cleaned_data["organisation"])
        try:
            demande = nouvelle.creer(
                acteur=acteur(request),
                organisation=form.cleaned_data["organisation"],
                type_=type_,
                champs=nouvelle.lire(nouvelle.parametres(request.GET, pret), type_=type_)
                | {"acteur_declare": form.cleaned_data["acteur"]},
                formulaire=pret,
                suivie=form.cleaned_data.get("suivie", False),
            )
        except ActeRefuse as refus:
            form.add_error("type", str(refus))
            return _page_de_creation(request, form, FormulaireDOrganisation(), statut=422)
        choisir_organisation(request, demande.organisation)
        mots = workflow.ACTES["creer"].mots(Qualite.DEMANDEUR)
        messages.success(request, mots.fait.format(numero=demande.numero))
        return redirect(mots.suite, demande.pk, "organisation")
    return _page_de_creation(request, form, FormulaireDOrganisation())


def _organisation(request: HttpRequest) -> HttpResponse:
    form = FormulaireDOrganisation(request.POST)
    if rattacher(request, form):
        return redirect(request.get_full_path())
    return _page_de_creation(
        request,
        FormulaireNouvelle(
            liens=rattachements(request),
            formulaire=formulaires.propose(request.GET.get("formulaire", "")),
            initial=request.GET.dict(),
        ),
        form,
    )


def _page_de_creation(
    request: HttpRequest,
    form: FormulaireNouvelle,
    organisation: FormulaireDOrganisation,
    *,
    statut: int = 200,
) -> HttpResponse:
    pret = form.formulaire
    parametres = nouvelle.parametres(request.GET, pret)
    cas = nouvelle.le_cas(parametres)
    type_ = formulaires.TYPE.value if pret else parametres.get("type", "") or (cas.type if cas else "")
    repris = nouvelle.lire(parametres, type_=type_) if type_ in Habilitation.Type.values else {}
    return render(
        request,
        "habilitations/demande_nouvelle.html",
        {
            "form": form,
            "form_organisation": organisation,
            "liens": rattachements(request),
            "cas": cas,
            "crochets": any(isinstance(valeur, str) and a_remplacer(valeur) for valeur in repris.values()),
            "cas_par_public": par_public(),
            "repris": [(_libelle(champ), _lisible(champ, valeur)) for champ, valeur in repris.items()],
            "refusee": statut != 200,
            "perime": pret is None and "formulaire" in request.GET,
        },
        status=statut,
    )


def _avec_non_lus(demandes: Any, compte: Any) -> Any:
    """`non_lus`: the ministry's messages that the applicant has not read; a mere contact is told of none."""
    non_lus = (
        Message.objects.filter(demande=OuterRef("pk"), du_ministere=True, lu_le__isnull=True)
        .order_by()
        .values("demande")
        .annotate(nombre=Count("pk"))
        .values("nombre")
    )
    return demandes.annotate(
        non_lus=Coalesce(Subquery(non_lus.filter(demande__in=Demande.objects.suivies_par(compte))), Value(0))
    ).defer("description")


def _libelle(champ: str) -> str:
    role, tiret, nom = champ.partition("-")
    if not tiret:
        return lisible.libelle_du_champ(champ)
    libelle = ContactDeDemande._meta.get_field(nom).verbose_name  # type: ignore[union-attr]
    return f"{ContactDeDemande.Role(role).label} : {libelle}"


def _lisible(champ: str, valeur: Any) -> str:
    return lisible.valeur(champ.partition("-")[2] or champ, valeur)
