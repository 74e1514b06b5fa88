"""Adding a colleague: an address, and what they will manage."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from habilitations.forms.compte import FormulaireDeCourriel
from referentiel.models import Etablissement


class FormulaireDeCollegue(FormulaireDeCourriel):
    """`parmi`: the establishments that may be given. Where there is but one, nothing is to be chosen."""

    etablissements = forms.ModelMultipleChoiceField(
        queryset=Etablissement.objects.none(),
        label="Établissements à lui confier",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins un établissement.",
            "invalid_choice": "Vous ne gérez pas cet établissement.",
            "invalid_pk_value": "Vous ne gérez pas cet établissement.",
        },
    )

    def __init__(self, *args: Any, parmi: QuerySet[Etablissement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nommer("courriel", "Adresse e-mail de votre collègue")
        # A colleague's address, not the person's own.
        self.fields["courriel"].widget.attrs["autocomplete"] = "off"
        self._parmi = list(parmi[:2])
        if len(self._parmi) > 1:
            self.fields["etablissements"].queryset = parmi
        else:
            del self.fields["etablissements"]

    def choisis(self) -> list[Etablissement]:
        return list(self.cleaned_data.get("etablissements", self._parmi))
