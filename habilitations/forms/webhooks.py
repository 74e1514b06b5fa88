"""The forms of a webhook."""

from collections.abc import Iterator
from typing import NamedTuple

from django import forms

from habilitations.forms.base import Formulaire
from habilitations.integrateurs.destinations import LONGUEUR, DestinationRefusee, lire
from habilitations.integrateurs.types import GROUPES


class Case(NamedTuple):
    type: str
    libelle: str
    cochee: bool


class Choix(Formulaire):
    """Its name, and the events that it wants. `groupes`: how the page shows them."""

    libelle = forms.CharField(
        label="Nom",
        max_length=100,
        help_text="Pour le reconnaître dans la liste, par exemple « Billettique, production ».",
        error_messages={"required": "Donnez-lui un nom."},
    )
    evenements = forms.MultipleChoiceField(
        label="Événements",
        choices=[(groupe.titre, list(groupe.types.items())) for groupe in GROUPES],
        error_messages={"required": "Cochez au moins un événement."},
    )

    def groupes(self) -> Iterator[tuple[str, list[Case]]]:
        coches = set(self["evenements"].value() or ())
        for groupe in GROUPES:
            yield groupe.titre, [Case(nom, dit, nom in coches) for nom, dit in groupe.types.items()]

    def champs_simples(self) -> list[forms.BoundField]:
        return [champ for champ in self if champ.name != "evenements"]


class Nouveau(Choix):
    adresse = forms.CharField(
        label="Adresse à appeler",
        max_length=LONGUEUR,
        help_text="Elle commence par https:// et mène à un serveur joignable depuis Internet. Elle ne changera plus : "
        "pour une autre, créez un autre webhook.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        error_messages={"required": "Indiquez l'adresse que nous appellerons."},
    )

    field_order = ("libelle", "adresse", "evenements")

    def clean_adresse(self) -> str:
        try:
            return str(lire(self.cleaned_data["adresse"]))
        except DestinationRefusee as refus:
            raise forms.ValidationError(str(refus)) from None
