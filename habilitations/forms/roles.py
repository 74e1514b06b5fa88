"""Finding a person, acting in their place, closing their account."""

from django import forms

from habilitations.forms.base import Formulaire
from habilitations.models import Role


class FormulaireDeRecherche(Formulaire):
    q = forms.CharField(label="Nom ou adresse e-mail", max_length=254, required=False)
    role = forms.ChoiceField(
        label="Rôle",
        required=False,
        choices=[("", "Tous les comptes"), ("un", "Un rôle au moins"), *Role.Nom.choices],
    )


class FormulaireDeMotif(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Il est gardé dans le journal, avec votre nom et la date.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FormulaireDIncarnation(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Il est gardé dans le journal, avec votre nom, la date de début et celle de fin.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
