"""The form of an organisation's key."""

from django import forms

from habilitations.forms.base import Formulaire
from habilitations.integrateurs.cles import DUREES
from habilitations.models import CleApi


class NouvelleCle(Formulaire):
    libelle = forms.CharField(
        label="Nom",
        max_length=100,
        help_text="Le logiciel qui s'en servira, par exemple « Tableau de bord, production ».",
        error_messages={"required": "Donnez-lui un nom."},
    )
    portees = forms.MultipleChoiceField(
        label="Ce qu'elle permet",
        choices=CleApi.Portee.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ne cochez que ce dont ce logiciel a besoin.",
        error_messages={"required": "Cochez au moins un droit."},
    )
    jours = forms.TypedChoiceField(
        label="Durée",
        choices=[(jours, f"{jours} jours") for jours in DUREES],
        coerce=int,
        initial=DUREES[1],
        help_text="Passé ce délai, elle est refusée : créez la suivante un peu avant.",
    )
