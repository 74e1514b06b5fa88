"""Editors: called so and no longer by the ministry; delegations given by administrations."""

from typing import Any

from django import forms

from habilitations.forms.base import Formulaire
from habilitations.forms.jetons import Adresses
from habilitations.models import Delegation, Editeur, Habilitation
from referentiel.identifiants import IdentifiantInvalide, normaliser_siret_saisi


class Designation(Formulaire):
    siret = forms.CharField(
        label="SIRET de l'éditeur",
        max_length=30,
        help_text="14 chiffres, par exemple 130 025 265 00013.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    nom = forms.CharField(
        label="Nom de l'éditeur",
        max_length=255,
        required=False,
        help_text="Inutile si nous connaissons déjà cette organisation.",
    )
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Par exemple la convention signée. Il est gardé dans le journal, avec votre nom et la date.",
    )

    def clean_siret(self) -> str:
        try:
            return normaliser_siret_saisi(self.cleaned_data["siret"])
        except IdentifiantInvalide as erreur:
            raise forms.ValidationError(str(erreur)) from None


class RetraitDEditeur(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="L'éditeur le reçoit par courriel. Il est gardé dans le journal, avec votre nom et la date.",
    )


class NouvelleDelegation(Adresses):
    """To which editor, from where; and that the person knows what it means."""

    editeur = forms.ModelChoiceField(
        label="Éditeur", queryset=Editeur.objects.none(), empty_label="Choisissez un éditeur"
    )
    confirme = forms.BooleanField(
        label="Je confirme que cet éditeur peut appeler l'API en notre nom, pour l'usage décrit dans l'habilitation",
    )
    field_order = ("editeur", "adresses", "confirme")

    def __init__(self, *args: Any, habilitation: Habilitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deja = Delegation.objects.en_cours().filter(habilitation=habilitation)
        choix = Editeur.objects.actifs().exclude(pk__in=deja.values("editeur")).select_related("organisation")
        self.fields["editeur"].queryset = choix.order_by("organisation__nom", "pk")
        self.a_choisir = choix.exists()
        self.aider(
            "adresses",
            "Celles des serveurs de l'éditeur, si vous voulez limiter ses appels : une adresse ou un réseau par ligne. "
            "Vide : la liste de son propre jeton s'applique seule.",
        )
