"""The field of an e-mail address: in normal form, and doubted aloud once when it looks mistyped."""

from collections.abc import Callable
from typing import Any

from django import forms

from habilitations import adresses
from habilitations.forms.base import Formulaire


class ChampCourriel(forms.EmailField):
    """Its value is in normal form (`adresses.normaliser`), whatever the case and spelling typed."""

    default_validators: list[Callable[[Any], None]] = []  # `adresses.normaliser` judges

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": adresses.LONGUEUR, **kwargs})

    def clean(self, valeur: Any) -> str:
        propre: str = super().clean(valeur)
        return adresses.normaliser(propre) if propre else ""


class AvecAdresseDoutee(Formulaire):
    """For a form with a `courriel`: an address that looks mistyped is asked about once, and taken the second time."""

    #: The address of which the person was told that it looks mistyped.
    courriel_confirme = forms.CharField(
        required=False, max_length=adresses.LONGUEUR, widget=forms.HiddenInput
    )

    def clean_courriel(self) -> str:
        adresse: str = self.cleaned_data["courriel"]
        doute = adresses.doute(adresse)
        if doute and self.data.get(self.add_prefix("courriel_confirme")) != adresse:
            self.data: Any = self.data.copy()
            self.data[self.add_prefix("courriel_confirme")] = adresse
            raise forms.ValidationError(
                f"{doute} Corrigez, ou validez de nouveau si l'adresse est juste.", code="doute"
            )
        return adresse
