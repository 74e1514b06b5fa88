"""What whoever checks a certificate types."""

from django import forms

from referentiel.formulaires import Formulaire
from statut_etudiant.certificats import code as codes


class FormulaireDeCode(Formulaire):
    code = forms.CharField(
        label="Code du certificat",
        help_text="Dix lettres et chiffres, imprimés sous le titre « Vérifier ce document ». Majuscules, espaces et "
        "tirets n'ont pas d'importance.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={"required": "Saisissez le code imprimé sur le certificat."},
    )

    def clean_code(self) -> str:
        try:
            return codes.lire(self.cleaned_data["code"])
        except codes.CodeIllisible:
            raise forms.ValidationError(
                "Un code compte dix lettres et chiffres, par exemple K7QF2M9XTB. Vérifiez que vous l'avez recopié en "
                "entier."
            ) from None


class FormulaireDePin(Formulaire):
    pin = forms.CharField(
        label="Code PIN",
        help_text="La personne qui vous a transmis ce lien vous l'a donné à part.",
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": "Saisissez le code PIN."},
    )
