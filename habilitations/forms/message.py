"""A word between the applicant and the instructors."""

from typing import Any

from django import forms

from habilitations.demandes.messagerie import LONGUEUR_MAXIMALE, Piece
from habilitations.forms.base import Formulaire
from habilitations.forms.fichiers import ChampPdfs


class FormulaireMessage(Formulaire):
    """`pour`: whom the message is for, as its label says it."""

    texte = forms.CharField(
        label="Votre message",
        max_length=LONGUEUR_MAXIMALE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez un message."},
    )
    pieces = ChampPdfs(label="Documents joints", help_text="Six PDF au plus, de 10 Mo chacun.")

    def __init__(self, *args: object, pour: str, **options: object) -> None:
        super().__init__(*args, **options)
        self.nommer("texte", f"Votre message {pour}")

    def arguments(self) -> dict[str, Any]:
        """What a message is sent with, besides the request and the person."""
        return {
            "texte": self.cleaned_data["texte"],
            "pieces": [Piece(fichier.name, fichier.read()) for fichier in self.cleaned_data["pieces"]],
        }
