"""Searching the exchange journal: the forms, the choice among homonyms, the results, their export."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.forms.protection import (
    ChoixDEtudiant,
    Confirmation,
    RechercheDePeriode,
    RechercheDeTitulaire,
    RechercheDEtudiant,
)
from habilitations.models import Habilitation, Jeton, RechercheAuJournal
from habilitations.protection import journal
from habilitations.views import tableur
from habilitations.views.communs import acteur
from habilitations.views.protection.garde import avec_la_recherche, page_du_delegue
from referentiel.models import Etudiant
from referentiel.saisie import etudiants

PAR_PAGE = 50
RECENTES = 10
HOMONYMES = 25

FORMULAIRES = {
    "etudiant": RechercheDEtudiant,
    "titulaire": RechercheDeTitulaire,
    "periode": RechercheDePeriode,
}


@page_du_delegue
@require_http_methods(["GET", "HEAD", "POST"])
def chercher(request: HttpRequest) -> HttpResponse:
    voulu = request.POST.get("quoi", "")
    formulaires = {
        nom: classe(request.POST if nom == voulu else None, prefix=nom) for nom, classe in FORMULAIRES.items()
    }
    if request.method == "POST" and voulu == "choix":
        return _choisir(request)
    form = formulaires.get(voulu)
    if form is not None and form.is_valid():
        if voulu == "etudiant":
            if reponse := _chercher_un_etudiant(request, form):
                return reponse
        else:
            return redirect("journal-resultats", _chercher_ailleurs(request, form).cle)
    recentes = RechercheAuJournal.objects.select_related("compte")[:RECENTES]
    return render(
        request,
        "protection/journal.html",
        {"formulaires": formulaires, "form": form, "recentes": recentes},
        status=422 if request.method == "POST" else 200,
    )


@page_du_delegue
@require_safe
@avec_la_recherche
def resultats(request: HttpRequest, recherche: RechercheAuJournal) -> HttpResponse:
    page = Paginator(journal.resultats(recherche)[: journal.MONTREES], PAR_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "protection/resultats.html",
        {
            "recherche": recherche,
            "page": page,
            "coupe": page.paginator.count >= journal.MONTREES,
            "etudiant": _etudiant(recherche),
            "jeton": Jeton.objects.filter(pk=recherche.jeton_id or 0).select_related("organisation").first(),
            "habilitation": Habilitation.objects.filter(pk=recherche.habilitation_id or 0)
            .select_related("organisation")
            .first(),
        },
    )


@page_du_delegue
@require_POST
@avec_la_recherche
def exporter(request: HttpRequest, recherche: RechercheAuJournal) -> HttpResponseBase:
    lignes = journal.en_lignes(journal.resultats(recherche).iterator(chunk_size=2000))
    return tableur.csv(f"echanges-{timezone.localdate()}.csv", journal.ENTETES, lignes)


@page_du_delegue
@require_http_methods(["GET", "HEAD", "POST"])
@avec_la_recherche
def violation(request: HttpRequest, recherche: RechercheAuJournal) -> HttpResponseBase:
    """Who was reached by this token in this period: a file of people, hence a reason and a confirmation."""
    if recherche.genre not in {RechercheAuJournal.Genre.JETON, RechercheAuJournal.Genre.HABILITATION}:
        return redirect("journal-resultats", recherche.cle)
    form = Confirmation(request.POST or None, initial={"motif": recherche.motif})
    if request.method == "POST" and form.is_valid():
        personnes = journal.personnes_atteintes(
            request, acteur(request), recherche, motif=form.cleaned_data["motif"]
        )
        nom = f"personnes-atteintes-{timezone.localdate()}.csv"
        return tableur.csv(nom, journal.ENTETES_DES_PERSONNES, personnes)
    return render(
        request,
        "protection/violation.html",
        {"recherche": recherche, "form": form},
        status=422 if request.method == "POST" else 200,
    )


def _chercher_un_etudiant(request: HttpRequest, form: RechercheDEtudiant) -> HttpResponse | None:
    try:
        saisie = etudiants.lire(form.cleaned_data["etudiant"])
    except etudiants.SaisieIncomprise as incomprise:
        form.add_error("etudiant", str(incomprise))
        return None
    reels = Etudiant.objects.filter(fictif=False).order_by("cle_nom", "cle_prenom", "date_naissance", "pk")
    trouves = list(etudiants.chercher(reels, saisie)[: HOMONYMES + 1])
    if not trouves:
        form.add_error("etudiant", "Aucun étudiant ne correspond.")
        return None
    if len(trouves) > HOMONYMES:
        form.add_error(
            "etudiant", f"Plus de {HOMONYMES} étudiants correspondent : précisez un prénom ou une date."
        )
        return None
    if len(trouves) == 1:
        return _montrer(request, trouves[0], form)
    initial = {nom: form.cleaned_data[nom] for nom in ("motif", "debut", "fin")}
    choix = [(un, ChoixDEtudiant(initial={**initial, "numero": un.pk}, prefix="choix")) for un in trouves]
    return render(request, "protection/homonymes.html", {"choix": choix})


def _choisir(request: HttpRequest) -> HttpResponse:
    form = ChoixDEtudiant(request.POST, prefix="choix")
    etudiant = (
        form.is_valid() and Etudiant.objects.filter(pk=form.cleaned_data["numero"], fictif=False).first()
    )
    if not etudiant:
        messages.error(request, "Cet étudiant n'est plus au référentiel : recommencez la recherche.")
        return redirect("journal-echanges")
    return _montrer(request, etudiant, form)


def _montrer(
    request: HttpRequest, etudiant: Etudiant, form: RechercheDEtudiant | ChoixDEtudiant
) -> HttpResponse:
    recherche = journal.chercher_un_etudiant(
        request, acteur(request), etudiant, motif=form.cleaned_data["motif"], periode=form.periode
    )
    return redirect("journal-resultats", recherche.cle)


def _chercher_ailleurs(
    request: HttpRequest, form: RechercheDeTitulaire | RechercheDePeriode
) -> RechercheAuJournal:
    motif = form.cleaned_data["motif"]
    if isinstance(form, RechercheDeTitulaire) and form.titulaire is not None:
        return journal.chercher_un_titulaire(
            acteur(request), form.titulaire, motif=motif, periode=form.periode
        )
    return journal.chercher_une_periode(acteur(request), motif=motif, periode=form.periode)


def _etudiant(recherche: RechercheAuJournal) -> Etudiant | None:
    return Etudiant.objects.filter(pk__in=recherche.etudiants).first() if recherche.etudiants else None
