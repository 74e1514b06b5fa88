"""The form that all the pages' forms derive from."""

from typing import Any

from django import forms
from django.conf import settings
from dsfr.forms import DsfrBaseForm, DsfrDjangoTemplates
from dsfr.utils import dsfr_input_class_attr


class Formulaire(DsfrBaseForm):
    """A form in the state's design system.

    The package's own `get_context` warns at each rendering, whether its setting DSFR_MARK_OPTIONAL_FIELDS is there
    or not, until its next major version: Django's is called instead.

    One renderer for all forms: the package makes one for each, which then reads and compiles its templates anew.
    """

    default_renderer = DsfrDjangoTemplates()

    def get_context(self) -> dict[str, Any]:
        contexte: dict[str, Any] = forms.Form.get_context(self)
        contexte["DSFR_MARK_OPTIONAL_FIELDS"] = settings.DSFR_MARK_OPTIONAL_FIELDS
        return contexte

    def nommer(self, champ: str, libelle: str) -> None:
        """Change a label once the form is made: the package has then already bound the fields to theirs."""
        self.fields[champ].label = self[champ].label = libelle

    def ajouter(self, champ: str, field: forms.Field) -> None:
        """Add a field once the form is made: the package has then already given theirs to the others."""
        self.fields[champ] = field
        dsfr_input_class_attr(self[champ])
