"""An organisation, as a person designates theirs: a SIRET, and what nobody else can say of it."""

from typing import Any

from django import forms
from django.utils.functional import lazy

from habilitations.comptes import sirene
from habilitations.forms.base import Formulaire
from referentiel.identifiants import IdentifiantInvalide, normaliser_siret_saisi


def _aide_du_nom() -> str:
    if sirene.configure():
        return "À laisser vide : le répertoire Sirene nous donne le nom et l'adresse, sauf s'il ne les publie pas."
    return "Inutile si nous la connaissons déjà."


class FormulaireDOrganisation(Formulaire):
    siret = forms.CharField(
        label="SIRET de votre organisation",
        max_length=30,
        help_text="14 chiffres, par exemple 130 025 265 00013.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Indiquez le SIRET de votre organisation."},
    )
    nom = forms.CharField(
        label="Nom de l'organisation",
        max_length=255,
        required=False,
        help_text=lazy(_aide_du_nom, str)(),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    adresse = forms.CharField(
        label="Adresse postale",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    #: The SIRET of which the person was told that it is closed.
    ferme = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def clean_siret(self) -> str:
        try:
            return normaliser_siret_saisi(self.cleaned_data["siret"])
        except IdentifiantInvalide as erreur:
            raise forms.ValidationError(str(erreur)) from None

    def arguments(self) -> dict[str, Any]:
        """What `organisations.rattacher` is called with."""
        donnees = dict(self.cleaned_data)
        return {"ferme_accepte": donnees.pop("ferme") == donnees["siret"], **donnees}

    def demander_le_nom(self, avertissement: str) -> None:
        self.fields["nom"].required = True  # no longer marked as optional
        self.add_error("nom", avertissement)

    def demander_confirmation(self, avertissement: str) -> None:
        """Tell that the establishment is closed; the same SIRET sent once more is the answer."""
        self.data: Any = self.data.copy()
        self.data["ferme"] = self.cleaned_data["siret"]
        self.add_error("siret", avertissement)
