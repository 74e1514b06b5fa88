"""One inscription: entering it, correcting it, withdrawing it, its history. Each page that shows a student is
journaled first. The table (`referentiel.admin.inscriptions`) gives these views their addresses."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from referentiel.calendrier import debut_annee_universitaire
from referentiel.champs_d_inscription import ECRITS
from referentiel.droits import Droits
from referentiel.ecriture.correction_d_inscription import ABSENTE, CLE_PRISE, DEPASSEE, Cible
from referentiel.ecriture.correction_d_inscription import corriger as ecrire_la_correction
from referentiel.ecriture.ensembles import retirer_ensemble
from referentiel.ecriture.fusion import CREEE, INCHANGEE, MODIFIEE, Issue, fusionner_ligne
from referentiel.ecriture.signalements import Signalement
from referentiel.imports.colonnes import CHAMPS
from referentiel.journal import historiques
from referentiel.journal.consultations import HISTORIQUE, IDENTITE, INSCRIPTIONS, consigner
from referentiel.models import Etablissement, Etudiant, Inscription
from referentiel.nomenclatures import Source, Statut
from referentiel.views.cadre import numero_lu, rendre
from referentiel.views.formulaire_inscription import FormulaireInscription, valeurs

LISTE = "gestion:referentiel_inscription_changelist"
FICHE = "gestion:referentiel_inscription_change"

#: What an enrolment has in common with the next one that is entered: nothing of the student.
SE_REPETENT = ("uai", *(champ.colonne for champ in ECRITS))
REPETEES = "saisie_inscription"

FAIT = {
    CREEE: "Inscription enregistrée.",
    MODIFIEE: "Inscription mise à jour.",
    INCHANGEE: "Rien n'a changé : cette inscription était déjà enregistrée ainsi.",
}
DEJA_LA = (
    "Une inscription du même étudiant, au même établissement, avec le même début et le même diplôme existait déjà : "
    "elle a été mise à jour."
)
REFUS = {
    DEPASSEE: "Quelqu'un a modifié cette inscription pendant que vous la corrigiez. Votre saisie n'est pas "
    "enregistrée : rouvrez la fiche pour voir ce qui a changé, puis recommencez.",
    CLE_PRISE: "Une autre inscription existe déjà pour cet étudiant, cet établissement, ce début et ce diplôme : "
    "corrigez-la, ou retirez l'une des deux.",
}


def saisir(request: HttpRequest, droits: Droits) -> HttpResponse:
    form = _formulaire(request, droits, initial=_propositions(request, droits))
    if request.method == "POST" and form.is_valid() and form.ligne is not None:
        issue = fusionner_ligne(form.ligne, source=Source.ADMIN.value, auteur=droits.auteur)
        if issue.inscription_id is not None:
            messages.success(request, DEJA_LA if issue.code == MODIFIEE else FAIT[issue.code])
            _dire(request, form.avis, issue)
            if "encore" in request.POST:
                request.session[REPETEES] = {nom: form.cleaned_data[nom] for nom in SE_REPETENT}
                return redirect("gestion:referentiel_inscription_add")
            return redirect(FICHE, issue.inscription_id)
        form.refuser_l_etudiant()
    return rendre(request, "gestion/inscription_saisir.html", {"form": form})


def corriger(request: HttpRequest, droits: Droits, identifiant: str) -> HttpResponse:
    inscription = _sienne(droits, identifiant)
    form = _formulaire(request, droits, initial=valeurs(inscription), correction=True)
    if request.method == "POST" and form.is_valid() and form.ligne is not None:
        issue = ecrire_la_correction(
            Cible(Inscription.objects.visibles_par(droits), inscription.pk, _version(request)),
            form.ligne,
            auteur=droits.auteur,
        )
        if issue.inscription_id is not None:
            messages.success(request, FAIT[issue.code])
            _dire(request, form.avis, issue)
            return redirect(FICHE, issue.inscription_id)
        if issue.code == ABSENTE:
            raise Http404
        if issue.code in REFUS:
            form.add_error(None, REFUS[issue.code])
        else:
            form.refuser_l_etudiant()
    consigner(request, droits, etudiants=[inscription.etudiant_id], categories=[IDENTITE, INSCRIPTIONS])
    return rendre(request, "gestion/inscription.html", {"form": form, "inscription": inscription})


def retirer(request: HttpRequest, droits: Droits, identifiant: str) -> HttpResponse:
    inscription = _sienne(droits, identifiant)
    if request.method == "POST":
        retirees = retirer_ensemble(
            Inscription.objects.visibles_par(droits).filter(pk=inscription.pk), auteur=droits.auteur
        )
        if not retirees:
            raise Http404
        messages.success(request, "Inscription retirée. L'historique la garde.")
        return redirect(LISTE)
    consigner(request, droits, etudiants=[inscription.etudiant_id], categories=[IDENTITE, INSCRIPTIONS])
    return rendre(request, "gestion/inscription_retirer.html", {"inscription": inscription})


def historique(request: HttpRequest, droits: Droits, identifiant: str) -> HttpResponse:
    """Also of an inscription that was withdrawn."""
    numero = numero_lu(identifiant)
    trouve = historiques.d_une_inscription(numero, droits)
    if trouve is None:
        raise Http404
    etudiant_id, evenements = trouve
    # Once their last inscription is withdrawn, what becomes of the student is no longer this person's business.
    etudiant = Etudiant.objects.visibles_par(droits).filter(pk=etudiant_id).first()
    consigner(request, droits, etudiants=[etudiant_id], categories=[IDENTITE, INSCRIPTIONS, HISTORIQUE])
    contexte = {
        "numero": numero,
        "etudiant": etudiant,
        "en_place": Inscription.objects.visibles_par(droits).filter(pk=numero).exists(),
        "evenements": evenements,
    }
    return rendre(request, "gestion/inscription_historique.html", contexte)


def _sienne(droits: Droits, identifiant: str) -> Inscription:
    visibles = Inscription.objects.visibles_par(droits).select_related("etudiant", "etablissement", "lot")
    inscription = visibles.filter(pk=numero_lu(identifiant)).first()
    if inscription is None:
        raise Http404
    return inscription


def _version(request: HttpRequest) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(request.POST.get("version", ""))
    except ValueError:  # the person has not seen the record
        return datetime.datetime.min.replace(tzinfo=datetime.UTC)


def _formulaire(
    request: HttpRequest, droits: Droits, *, initial: dict[str, Any], correction: bool = False
) -> FormulaireInscription:
    etablissements: list[tuple[str, str]] = []
    if not droits.ministere:
        visibles = Etablissement.objects.visibles_par(droits).order_by("nom", "uai")
        etablissements = [(un.uai, str(un)) for un in visibles]
    return FormulaireInscription(
        request.POST if request.method == "POST" else None,
        initial=initial,
        etablissements=etablissements,
        uais=droits.uais,
        correction=correction,
    )


def _propositions(request: HttpRequest, droits: Droits) -> dict[str, Any]:
    """What is most often entered: the current year, the only establishment, the student whose sheet led here."""
    debut = debut_annee_universitaire(timezone.localdate())
    propositions: dict[str, Any] = {
        "date_debut": debut.isoformat(),
        "date_fin": debut.replace(year=debut.year + 1, month=8, day=31).isoformat(),
        "statut": Statut.INSCRIT,
    }
    if droits.etablissements is not None and len(droits.etablissements) == 1:
        seul = Etablissement.objects.visibles_par(droits).get()
        propositions |= {"uai": seul.uai, "code_commune": seul.code_commune}
    if request.method != "POST":
        propositions |= request.session.pop(REPETEES, {})
    if identifiant := request.GET.get("etudiant"):
        etudiant = Etudiant.objects.visibles_par(droits).filter(pk=numero_lu(identifiant)).first()
        if etudiant is None:
            raise Http404
        consigner(request, droits, etudiants=[etudiant.pk], categories=[IDENTITE])
        propositions |= {"ine": etudiant.ine, "date_naissance": etudiant.date_naissance.isoformat()}
    return propositions


def _dire(request: HttpRequest, avis: list[Signalement], issue: Issue) -> None:
    for un in avis:  # what one value has, by the name of its field: this page shows several
        messages.warning(
            request, f"{CHAMPS[un.champ].libelle} : {un.message}" if un.champ in CHAMPS else un.message
        )
    for un in issue.avis():
        messages.warning(request, un.message)
