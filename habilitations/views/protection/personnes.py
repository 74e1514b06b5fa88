"""The rights of a person: a copy of what is held on them, and their erasure."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.forms.protection import Confirmation, CopieDeCompte
from habilitations.models import Compte, RechercheAuJournal
from habilitations.protection import copie, journal
from habilitations.views.communs import acteur
from habilitations.views.protection.garde import avec_la_recherche, page_du_delegue
from referentiel.journal import effacements
from referentiel.journal.consultations import HISTORIQUE, IDENTITE, INSCRIPTIONS, consigner
from referentiel.models import Effacement, Etudiant

PAR_PAGE = 25
Genre = RechercheAuJournal.Genre


@page_du_delegue
@require_http_methods(["GET", "HEAD", "POST"])
@avec_la_recherche
def copier(request: HttpRequest, recherche: RechercheAuJournal) -> HttpResponse:
    etudiant = _etudiant(recherche)
    form = Confirmation(request.POST or None, initial={"motif": recherche.motif})
    if request.method == "POST" and form.is_valid():
        journal.suite(acteur(request), recherche, Genre.PERSONNE, motif=form.cleaned_data["motif"])
        consigner(
            request,
            journal.droits(acteur(request)),
            etudiants=[etudiant.pk],
            categories=[IDENTITE, INSCRIPTIONS, HISTORIQUE],
        )
        return _fichier(copie.en_json(copie.d_un_etudiant(etudiant)))
    return render(
        request,
        "protection/copier.html",
        {"recherche": recherche, "etudiant": etudiant, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@page_du_delegue
@require_http_methods(["GET", "HEAD", "POST"])
def copier_un_compte(request: HttpRequest) -> HttpResponse:
    form = CopieDeCompte(request.POST or None)
    if request.method == "POST" and form.is_valid():
        compte = Compte.objects.filter(courriel=form.cleaned_data["courriel"].lower()).first()
        if compte is not None:
            aujourdhui = timezone.localdate()
            recherche = journal.chercher_une_periode(
                acteur(request),
                motif=f"Copie du compte n° {compte.pk} : {form.cleaned_data['motif']}"[:1000],
                periode=(aujourdhui, aujourdhui),
            )
            journal.suite(acteur(request), recherche, Genre.PERSONNE, motif=recherche.motif)
            return _fichier(copie.en_json(copie.d_un_compte(compte)))
        form.add_error("courriel", "Aucun compte n'a cette adresse.")
    return render(
        request, "protection/compte.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@page_du_delegue
@require_http_methods(["GET", "HEAD", "POST"])
@avec_la_recherche
def effacer(request: HttpRequest, recherche: RechercheAuJournal) -> HttpResponse:
    etudiant = _etudiant(recherche)
    form = Confirmation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        deja = Effacement.objects.filter(etudiant_id=etudiant.pk, acte=Effacement.Acte.DEMANDE).exists()
        if not deja:
            effacements.demander(
                etudiant=etudiant, motif=form.cleaned_data["motif"], auteur=acteur(request).nom_affiche
            )
        messages.success(request, "L'effacement est demandé : il est fait dans les minutes qui viennent.")
        return redirect("effacements")
    return render(
        request,
        "protection/effacer.html",
        {
            "recherche": recherche,
            "etudiant": etudiant,
            "inscriptions": etudiant.inscriptions.select_related("etablissement").order_by("-date_debut"),
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )


@page_du_delegue
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    attendus = {un.pk for un in effacements.en_attente()}
    page = Paginator(Effacement.objects.all(), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "protection/effacements.html", {"page": page, "attendus": attendus})


def _etudiant(recherche: RechercheAuJournal) -> Etudiant:
    """Only of a search about a student, who is still there."""
    etudiant = Etudiant.objects.filter(pk__in=recherche.etudiants, fictif=False).first()
    if recherche.genre != Genre.ETUDIANT or etudiant is None:
        raise Http404
    return etudiant


def _fichier(contenu: str) -> HttpResponse:
    return HttpResponse(
        contenu,
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="donnees-personnelles-{timezone.localdate()}.json"',
            "Cache-Control": "no-store",
        },
    )
