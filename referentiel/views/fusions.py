"""Two students who may be one: comparing them, setting the pair aside, choosing another student, merging."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from referentiel.droits import Droits, auteurs
from referentiel.ecriture.doublons import DoublonDejaVu, ecarter
from referentiel.ecriture.fusion_d_etudiants import (
    GARDE,
    RETIRE,
    FusionImpossible,
    apercu,
    differences,
    fusionner,
)
from referentiel.formulaires import Formulaire
from referentiel.journal.consultations import HISTORIQUE, IDENTITE, INSCRIPTIONS, consigner
from referentiel.models import Anomalie, DoublonPossible, Etudiant
from referentiel.noms import mots_du_nom
from referentiel.saisie import etudiants
from referentiel.views.cadre import numero_lu, page_de_gestion, rendre

LISTE = "gestion:referentiel_doublonpossible_changelist"
FICHE = "gestion:referentiel_doublonpossible_change"
ETUDIANT = "gestion:referentiel_etudiant_change"
CANDIDATS_MAXIMUM = 20
MOTIF_MAXIMUM = 1000


class Ecart(Formulaire):
    motif = forms.CharField(
        label="Pourquoi ce sont deux personnes",
        max_length=MOTIF_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Donnez le motif : il sera gardé avec la paire."},
    )


class Fusion(Formulaire):
    identite = forms.ChoiceField(
        label="Identité à garder",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l'identité à garder."},
    )
    motif = forms.CharField(
        label="Motif de la fusion",
        max_length=MOTIF_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Comment vous savez que c'est la même personne. Gardé avec la fusion.",
        error_messages={"required": "Donnez le motif de la fusion."},
    )

    def __init__(self, *args: Any, garde: Etudiant, retire: Etudiant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identite"].choices = [
            (code, f"Celle de l'étudiant {sort} : {un.nom_complet}, naissance le {un.naissance()}")
            for code, sort, un in ((GARDE, "gardé", garde), (RETIRE, "supprimé", retire))
        ]


class Recherche(Formulaire):
    q = forms.CharField(
        label="L'autre étudiant",
        max_length=200,
        help_text="Un INE, ou un nom de naissance suivi si besoin d'un prénom ou d'une date de naissance (JJ/MM/AAAA).",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Saisissez un INE ou un nom de naissance."},
    )


@page_de_gestion(ministere=True)
def doublon(request: HttpRequest, droits: Droits, numero: str) -> HttpResponse:
    """Both students side by side; by POST, the pair is set aside."""
    paire = (
        DoublonPossible.objects.visibles_par(droits)
        .select_related("premier", "second")
        .filter(pk=numero_lu(numero))
        .first()
    )
    if paire is None:
        raise Http404
    form = Ecart(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ecarter(doublon_id=paire.pk, motif=form.cleaned_data["motif"], auteur=droits.auteur)
        except DoublonDejaVu:
            messages.error(request, "Quelqu'un a déjà traité cette paire : rien n'a été changé.")
        else:
            messages.success(request, "Paire écartée : elle ne sera plus signalée.")
        return redirect(LISTE)
    couple = [paire.premier, paire.second]
    consigner(request, droits, etudiants=[un.pk for un in couple], categories=[IDENTITE, INSCRIPTIONS])
    ecarte_par = auteurs([paire.ecarte_par]).get(paire.ecarte_par) if paire.ecarte_par else None
    contexte = {
        "doublon": paire,
        "etudiants": [
            (un, un.inscriptions.select_related("etablissement").order_by("-date_debut", "-pk"))
            for un in couple
        ],
        "differences": differences(*couple),
        "ecarte_par": ecarte_par.nom if ecarte_par else "",
        "form": form,
    }
    return rendre(request, "gestion/doublon.html", contexte)


@page_de_gestion(ministere=True)
def choisir(request: HttpRequest, droits: Droits) -> HttpResponse:
    """The student to merge with this one: searched for, or proposed from the name that an anomaly received."""
    etudiant = _visible(droits, request.GET.get("etudiant", ""))
    anomalie = _anomalie(droits, request)
    form = Recherche(request.POST or None)
    cherche = request.method == "POST" and form.is_valid()
    visibles = Etudiant.objects.visibles_par(droits).exclude(pk=etudiant.pk)
    try:
        if cherche:
            trouves = etudiants.chercher(visibles, etudiants.lire(form.cleaned_data["q"]))
        else:
            trouves = _proposes(visibles, etudiant, anomalie)
    except etudiants.SaisieIncomprise as incomprise:
        form.add_error("q", str(incomprise))
        cherche, trouves = False, visibles.none()
    consigner(request, droits, etudiants=[etudiant.pk], categories=[IDENTITE])
    candidats = list(trouves.order_by("cle_nom", "date_naissance", "cle_prenom")[: CANDIDATS_MAXIMUM + 1])
    contexte = {
        "etudiant": etudiant,
        "anomalie": anomalie,
        "form": form,
        "cherche": cherche,
        "candidats": [
            (un, _adresse(garde=etudiant.pk, retire=un.pk, anomalie=anomalie))
            for un in candidats[:CANDIDATS_MAXIMUM]
        ],
        "trop": len(candidats) > CANDIDATS_MAXIMUM,
        "maximum": CANDIDATS_MAXIMUM,
    }
    return rendre(request, "gestion/fusion_choisir.html", contexte)


@page_de_gestion(ministere=True)
def fusion(request: HttpRequest, droits: Droits) -> HttpResponse:
    """What the merge would do, then, by POST, the merge."""
    garde, retire = (_visible(droits, request.GET.get(nom, "")) for nom in (GARDE, RETIRE))
    anomalie = _anomalie(droits, request)
    form = Fusion(request.POST or None, garde=garde, retire=retire)
    if request.method == "POST" and form.is_valid():
        try:
            fusionner(
                garde_id=garde.pk,
                retire_id=retire.pk,
                identite=form.cleaned_data["identite"],
                motif=form.cleaned_data["motif"],
                auteur=droits.auteur,
                anomalie_id=anomalie.pk if anomalie else None,
            )
        except FusionImpossible as refus:
            messages.error(request, str(refus))
            return redirect(request.get_full_path())
        messages.success(request, "Étudiants fusionnés. L'ancien INE mène désormais à cette fiche.")
        return redirect(ETUDIANT, garde.pk)
    try:
        vu = apercu(garde_id=garde.pk, retire_id=retire.pk)
    except FusionImpossible as refus:
        messages.error(request, str(refus))
        return redirect(LISTE)
    consigner(
        request, droits, etudiants=[garde.pk, retire.pk], categories=[IDENTITE, INSCRIPTIONS, HISTORIQUE]
    )
    if not any(une.differe for une in vu.differences):
        form.initial = {"identite": GARDE}
    contexte = {
        "apercu": vu,
        "form": form,
        "anomalie": anomalie,
        "inverse": _adresse(garde=retire.pk, retire=garde.pk, anomalie=anomalie),
    }
    return rendre(request, "gestion/fusion.html", contexte)


def _visible(droits: Droits, numero: str) -> Etudiant:
    etudiant = Etudiant.objects.visibles_par(droits).filter(pk=numero_lu(numero)).first()
    if etudiant is None:
        raise Http404
    return etudiant


def _anomalie(droits: Droits, request: HttpRequest) -> Anomalie | None:
    """The open anomaly that leads here, if any."""
    if not (numero := request.GET.get("anomalie")):
        return None
    return Anomalie.objects.visibles_par(droits).ouvertes().filter(pk=numero_lu(numero)).first()


def _proposes(visibles: Any, etudiant: Etudiant, anomalie: Anomalie | None) -> Any:
    """Those of the same birth date whose name is the one received, or the registered one."""
    nom = anomalie.recu.get("nomNaissance") if anomalie else None
    mots = mots_du_nom(nom or etudiant.nom_naissance)
    return visibles.filter(cle_nom="".join(mots), date_naissance=etudiant.date_naissance)


def _adresse(*, garde: int, retire: int, anomalie: Anomalie | None) -> str:
    parametres = {GARDE: garde, RETIRE: retire, **({"anomalie": anomalie.pk} if anomalie else {})}
    return f"{reverse('gestion-fusion')}?{urlencode(parametres)}"
