"""One anomaly: what is registered beside what was received, the student's history, and the three conclusions."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from referentiel.droits import Droits, auteurs
from referentiel.ecriture.anomalies import AnomalieClose, corriger, garder_identite
from referentiel.ecriture.correction import Correction, lire_correction
from referentiel.ecriture.identite import separer_prenoms
from referentiel.formulaires import Formulaire
from referentiel.journal import historiques
from referentiel.journal.consultations import HISTORIQUE, IDENTITE, INSCRIPTIONS, consigner
from referentiel.models import Anomalie, Etudiant
from referentiel.models.etudiant import dire_le_lieu
from referentiel.nomenclatures import Sexe
from referentiel.saisie import lieux
from referentiel.views.cadre import numero_lu, page_de_gestion, rendre

LISTE, FICHE = "gestion:referentiel_anomalie_changelist", "gestion:referentiel_anomalie_change"
DEJA_CLOSE = "Quelqu'un a déjà conclu sur cette anomalie : rien n'a été changé."
CONCLUSION_MAXIMUM = 1000


class Ligne(NamedTuple):
    libelle: str
    enregistre: str
    recu: str

    @property
    def valeurs(self) -> tuple[str, str]:
        return self.enregistre, self.recu

    @property
    def differe(self) -> bool:
        return bool(self.recu) and self.enregistre != self.recu


class Conclusion(Formulaire):
    conclusion = forms.CharField(
        label="Ce que vous avez vérifié",
        required=False,
        max_length=CONCLUSION_MAXIMUM,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardé avec l'anomalie, pour vos collègues.",
    )


class Identite(Conclusion):
    """Does not validate by itself: its values go through the rules of the write API."""

    nom_naissance = forms.CharField(label="Nom de naissance")
    prenoms = forms.CharField(
        label="Prénoms",
        required=False,
        help_text="Dans l'ordre de l'état civil, séparés par des virgules. Laissez vide pour une personne qui n'a "
        "qu'un nom.",
    )
    sexe = forms.ChoiceField(label="Sexe", choices=[("", "Non connu"), *Sexe.choices], required=False)
    date_naissance = forms.CharField(
        label="Date de naissance", widget=forms.DateInput(attrs={"type": "date"})
    )
    lieu_naissance = forms.CharField(
        label="Lieu de naissance",
        required=False,
        help_text=lieux.AIDE,
    )
    field_order = ("nom_naissance", "prenoms", "sexe", "date_naissance", "lieu_naissance", "conclusion")

    #: Field → name on the wire, by which errors are known.
    NOMS = {
        "nom_naissance": "identite.nomNaissance",
        "prenoms": "identite.prenoms",
        "sexe": "identite.sexe",
        "date_naissance": "dateNaissance",
        "lieu_naissance": "identite.codeCogInseeCommuneNaissance",
    }

    correction: Correction | None = None

    def clean(self) -> dict[str, Any]:
        conclusion_refusee = self.errors.get("conclusion")
        self._errors = ErrorDict()  # errors of the form fields are dropped: those of the rules replace them
        if conclusion_refusee:
            self.add_error("conclusion", conclusion_refusee.as_data())
        saisis = {nom: str(self.data.get(nom, "")) for nom in self.NOMS}
        self.correction, erreurs, _ = lire_correction(
            {
                "nomNaissance": saisis["nom_naissance"],
                "prenoms": separer_prenoms(saisis["prenoms"]),
                "sexe": saisis["sexe"],
                "dateNaissance": saisis["date_naissance"],
                "codeCogInseeCommuneNaissance": lieux.code_du_lieu(
                    saisis["lieu_naissance"], saisis["date_naissance"]
                ),
            }
        )
        champs = {code: nom for nom, code in self.NOMS.items()}
        for erreur in erreurs:
            self.add_error(champs.get(erreur.champ), erreur.message)
        return {"conclusion": "", **self.cleaned_data}


@page_de_gestion(ministere=True)
def fiche(request: HttpRequest, droits: Droits, numero: str) -> HttpResponse:
    anomalie = _visible(droits, numero)
    etudiant = anomalie.etudiant
    consigner(request, droits, etudiants=[etudiant.pk], categories=[IDENTITE, INSCRIPTIONS, HISTORIQUE])
    envoyee_par = anomalie.recu.get("par", "")
    noms = auteurs([code for code in (anomalie.traitee_par, envoyee_par) if code])
    contexte = {
        "anomalie": anomalie,
        "etudiant": etudiant,
        "lignes": _comparer(anomalie),
        "traitee_par": noms[anomalie.traitee_par].nom if anomalie.traitee_par in noms else "",
        "envoyee_par": noms[envoyee_par].nom if envoyee_par in noms else "",
        "inscriptions": etudiant.inscriptions.select_related("etablissement").order_by("-date_debut", "-pk"),
        "evenements": historiques.d_un_etudiant(etudiant, droits),
    }
    return rendre(request, "gestion/anomalie.html", contexte)


@page_de_gestion(ministere=True)
def garder(request: HttpRequest, droits: Droits, numero: str) -> HttpResponse:
    anomalie = _ouverte(droits, numero)
    form = Conclusion(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            garder_identite(
                anomalie_id=anomalie.pk, conclusion=form.cleaned_data["conclusion"], auteur=droits.auteur
            )
        except AnomalieClose:
            messages.error(request, DEJA_CLOSE)
        else:
            messages.success(request, "Anomalie traitée : l'identité enregistrée est gardée.")
        return redirect(LISTE)
    consigner(request, droits, etudiants=[anomalie.etudiant_id], categories=[IDENTITE])
    contexte = {
        "anomalie": anomalie,
        "etudiant": anomalie.etudiant,
        "form": form,
        "lignes": _comparer(anomalie),
    }
    return rendre(request, "gestion/anomalie_garder.html", contexte)


@page_de_gestion(ministere=True)
def corriger_l_identite(request: HttpRequest, droits: Droits, numero: str) -> HttpResponse:
    anomalie = _ouverte(droits, numero)
    form = Identite(request.POST or None, initial=_proposee(anomalie))
    if request.method == "POST" and form.is_valid() and form.correction is not None:
        try:
            corriger(
                anomalie_id=anomalie.pk,
                correction=form.correction,
                conclusion=form.cleaned_data["conclusion"],
                auteur=droits.auteur,
            )
        except AnomalieClose:
            messages.error(request, DEJA_CLOSE)
        else:
            messages.success(request, "Anomalie traitée : l'identité est corrigée.")
        return redirect(LISTE)
    consigner(request, droits, etudiants=[anomalie.etudiant_id], categories=[IDENTITE])
    contexte = {
        "anomalie": anomalie,
        "etudiant": anomalie.etudiant,
        "form": form,
        "lignes": _comparer(anomalie),
    }
    return rendre(request, "gestion/anomalie_corriger.html", contexte)


def _visible(droits: Droits, numero: str) -> Anomalie:
    visibles = Anomalie.objects.visibles_par(droits).select_related("etudiant", "etablissement", "lot")
    anomalie = visibles.filter(pk=numero_lu(numero)).first()
    if anomalie is None:
        raise Http404
    return anomalie


def _ouverte(droits: Droits, numero: str) -> Anomalie:
    anomalie = _visible(droits, numero)
    if anomalie.traitee_le is not None:
        raise Http404
    return anomalie


def _comparer(anomalie: Anomalie) -> list[Ligne]:
    """The registered identity, and of each field what was received of it, if anything."""
    recu = anomalie.recu
    sexe, lieu = recu.get("sexe"), recu.get("codeCogInseeCommuneNaissance")
    recus = {
        "Nom de naissance": recu.get("nomNaissance", ""),
        "Prénoms": ", ".join(recu.get("prenoms", [])),
        "Sexe": str(Sexe(sexe).label) if sexe else "",
        "Lieu de naissance": dire_le_lieu(lieu) if lieu else "",
    }
    return [
        Ligne(libelle, valeur, recus.get(libelle, "")) for libelle, valeur in anomalie.etudiant.etat_civil()
    ]


def _proposee(anomalie: Anomalie) -> dict[str, str]:
    """The registered identity, with what was received in its place: what the ministry corrects is most often that."""
    recu = anomalie.recu
    proposee = _enregistree(anomalie.etudiant)
    if nom := recu.get("nomNaissance"):
        proposee["nom_naissance"] = nom
    if prenoms := recu.get("prenoms"):
        proposee["prenoms"] = ", ".join(prenoms)
    if sexe := recu.get("sexe"):
        proposee["sexe"] = sexe
    if lieu := recu.get("codeCogInseeCommuneNaissance"):
        proposee["lieu_naissance"] = lieu
    return proposee


def _enregistree(etudiant: Etudiant) -> dict[str, str]:
    return {
        "nom_naissance": etudiant.nom_naissance,
        "prenoms": ", ".join(etudiant.prenoms),
        "sexe": etudiant.sexe or "",
        "date_naissance": etudiant.date_naissance.isoformat(),
        "lieu_naissance": etudiant.lieu_naissance or "",
    }
