"""The forms of a token's life."""

from typing import Any

from django import forms

from habilitations.forms.adresses import ChampCourriel
from habilitations.forms.base import Formulaire
from habilitations.jetons.liens import CHEVAUCHEMENT_MAXIMAL
from habilitations.models import Delegation, Jeton


class EnvoiDeLien(Formulaire):
    destinataire = ChampCourriel(
        label="Adresse e-mail de la personne qui retirera le jeton",
        help_text="En général, le contact technique de la demande.",
    )


def _champ_chevauchement() -> forms.IntegerField:
    return forms.IntegerField(
        label="Pendant combien de jours l'ancien jeton reste-t-il valable ?",
        help_text="Le temps de mettre le nouveau en place, à compter de son retrait.",
        min_value=0,
        max_value=CHEVAUCHEMENT_MAXIMAL,
        initial=30,
    )


class Rotation(EnvoiDeLien):
    chevauchement_jours = _champ_chevauchement()


class Chevauchement(Formulaire):
    """A token shown at once; nothing is to be said of the first one."""

    chevauchement_jours = _champ_chevauchement()

    def __init__(self, *args: Any, rotation: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not rotation:
            del self.fields["chevauchement_jours"]


class Format(Formulaire):
    """How the token that is about to be shown is written."""

    COURT, JWT = "court", "jwt"

    format = forms.ChoiceField(
        label="Format du jeton",
        choices=[
            (COURT, "Jeton court (recommandé)"),
            (JWT, "JWT, pour démarches simplifiées et les logiciels qui l'exigent"),
        ],
        initial=COURT,
        widget=forms.RadioSelect,
    )

    @property
    def en_jwt(self) -> bool:
        return self.cleaned_data["format"] == self.JWT


class Revocation(Formulaire):
    motif = forms.CharField(
        label="Motif de la révocation", help_text="Il est gardé dans l'historique.", max_length=255
    )


class Prolongation(Formulaire):
    rien_n_a_change = forms.BooleanField(
        label="Je confirme que le projet, le cadre juridique et les personnes n'ont pas changé",
    )


class Adresses(Formulaire):
    adresses = forms.CharField(
        label="Adresses IP autorisées",
        help_text="Une adresse ou un réseau par ligne, par exemple 192.0.2.7 ou 192.0.2.0/24. Vide : toutes.",
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )

    @classmethod
    def de(cls, porteur: Jeton | Delegation) -> "Adresses":
        return cls(initial={"adresses": "\n".join(porteur.adresses)})

    def lignes(self) -> list[str]:
        return [ligne.strip() for ligne in self.cleaned_data["adresses"].splitlines() if ligne.strip()]
