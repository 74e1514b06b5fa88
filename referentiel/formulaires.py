"""The form that all the pages' forms derive from."""

from typing import Any, ClassVar, NamedTuple

from django import forms
from django.conf import settings
from dsfr.forms import DsfrBaseForm, DsfrDjangoTemplates
from dsfr.utils import dsfr_input_class_attr

from referentiel.caracteres import valider_des_lignes, valider_une_ligne


class PointACorriger(NamedTuple):
    """A line of the summary of errors: one field, or those of one `groupe` (a person) together."""

    groupe: str
    champs: list[forms.BoundField]


class Formulaire(DsfrBaseForm):
    """A form in the state's design system.

    The package's own `get_context` warns at each rendering, whether its setting DSFR_MARK_OPTIONAL_FIELDS is there
    or not, until its next major version: Django's is called instead.

    No text field takes control characters, whoever declares it.

    One renderer for all forms: the package makes one for each, which then reads and compiles its templates anew.
    """

    default_renderer = DsfrDjangoTemplates()
    #: Fields that are asked in one case only, and declared as required: « (Optionnel) » would be as wrong as an error.
    #: `clean` judges them. The form then marks nothing as required for the browser (`use_required_attribute`).
    sous_condition: ClassVar[frozenset[str]] = frozenset()

    def full_clean(self) -> None:
        relaches = [self.fields[nom] for nom in self.sous_condition & self.fields.keys()]
        for champ in relaches:
            champ.required = False
        try:
            self._juger()
        finally:
            for champ in relaches:
                champ.required = True

    def _juger(self) -> None:
        # Here, and not when the form is made: subclasses add fields of their own then.
        for champ in self.fields.values():
            # A password may be any text.
            if isinstance(champ, forms.CharField) and not isinstance(champ.widget, forms.PasswordInput):
                valider = (
                    valider_des_lignes if isinstance(champ.widget, forms.Textarea) else valider_une_ligne
                )
                if valider not in champ.validators:
                    champ.validators.append(valider)
        super().full_clean()

    def get_context(self) -> dict[str, Any]:
        contexte: dict[str, Any] = forms.Form.get_context(self)
        contexte["DSFR_MARK_OPTIONAL_FIELDS"] = settings.DSFR_MARK_OPTIONAL_FIELDS
        return contexte

    @property
    def points_a_corriger(self) -> list[PointACorriger]:
        """The fields in error, in order. Fields that say their `groupe` share its line."""
        points: list[PointACorriger] = []
        for champ in self:
            if not champ.errors:
                continue
            groupe = str(getattr(champ.field, "groupe", ""))
            if groupe and points and points[-1].groupe == groupe:
                points[-1].champs.append(champ)
            else:
                points.append(PointACorriger(groupe, [champ]))
        return points

    @property
    def nombre_a_corriger(self) -> int:
        return len(self.points_a_corriger) + len(self.non_field_errors())

    def nommer(self, champ: str, libelle: str) -> None:
        """Change a label after construction: django-dsfr has already copied the labels by then."""
        self.fields[champ].label = self[champ].label = libelle

    def aider(self, champ: str, aide: str) -> None:
        """Change a hint after construction, as `nommer` does a label."""
        self.fields[champ].help_text = self[champ].help_text = aide

    def ajouter(self, champ: str, field: forms.Field) -> None:
        """Add a field after construction: django-dsfr has already set up the other fields by then."""
        self.fields[champ] = field
        dsfr_input_class_attr(self[champ])
