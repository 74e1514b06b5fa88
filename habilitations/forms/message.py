"""A word between the applicant and the instructors."""

from django import forms

from habilitations.demandes.messagerie import LONGUEUR_MAXIMALE
from habilitations.forms.base import Formulaire


class FormulaireMessage(Formulaire):
    """`pour`: whom the message is for, as its label says it."""

    texte = forms.CharField(
        label="Votre message",
        max_length=LONGUEUR_MAXIMALE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez un message."},
    )

    def __init__(self, *args: object, pour: str, **options: object) -> None:
        super().__init__(*args, **options)
        self.nommer("texte", f"Votre message {pour}")
