"""What the data protection officer fills in. Everything is posted: what is typed names people."""

import datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils import timezone

from habilitations.forms.base import Formulaire
from habilitations.models import Habilitation, Jeton
from habilitations.protection import journal

MOIS_GARDES = 36


class AvecMotif(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=1000,
        help_text="Par exemple : demande d'accès n° 12. Il est gardé avec votre nom : n'y nommez personne d'autre.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Indiquez le motif : il est gardé avec la recherche."},
    )


class AvecPeriode(AvecMotif):
    debut = forms.DateField(label="Du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    fin = forms.DateField(
        label="Au (compris)", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    jours_maximum: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        aujourdhui = timezone.localdate()
        debut = (
            aujourdhui - datetime.timedelta(days=7)
            if self.jours_maximum
            else aujourdhui - relativedelta(months=MOIS_GARDES)
        )
        kwargs["initial"] = {"debut": debut, "fin": aujourdhui, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin:
            if fin < debut:
                self.add_error("fin", "La fin est avant le début.")
            elif self.jours_maximum and (fin - debut).days >= self.jours_maximum:
                self.add_error("fin", f"Sans étudiant ni titulaire, {self.jours_maximum} jours au plus.")
        return donnees

    @property
    def periode(self) -> tuple[datetime.date, datetime.date]:
        return self.cleaned_data["debut"], self.cleaned_data["fin"]


class RechercheDEtudiant(AvecPeriode):
    etudiant = forms.CharField(
        label="Étudiant",
        max_length=200,
        help_text="Un INE, ou un nom de naissance suivi si besoin d'un prénom ou d'une date de naissance (JJ/MM/AAAA).",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Indiquez un INE ou un nom de naissance."},
    )
    field_order = ("etudiant", "debut", "fin", "motif")


class ChoixDEtudiant(AvecPeriode):
    """One of the students that a name found."""

    numero = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class RechercheDeTitulaire(AvecPeriode):
    reference = forms.CharField(
        label="Habilitation ou jeton",
        max_length=20,
        help_text="Le numéro d'une habilitation (H12) ou celui d'un jeton (J34), comme les résultats les donnent.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Indiquez un numéro, H12 ou J34."},
    )
    field_order = ("reference", "debut", "fin", "motif")

    titulaire: Jeton | Habilitation | None = None

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"].strip()
        self.titulaire = journal.titulaire(reference)
        if self.titulaire is None:
            raise forms.ValidationError("Aucune habilitation ni aucun jeton n'a ce numéro.")
        return reference


class RechercheDePeriode(AvecPeriode):
    jours_maximum = journal.JOURS_D_UNE_PERIODE


class Confirmation(AvecMotif):
    compris = forms.BooleanField(
        label="J'ai compris ce que fait cette action",
        error_messages={"required": "Cochez la case pour confirmer."},
    )


class CopieDeCompte(AvecMotif):
    courriel = forms.EmailField(
        label="Adresse e-mail du compte",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Indiquez l'adresse du compte."},
    )
    field_order = ("courriel", "motif")
