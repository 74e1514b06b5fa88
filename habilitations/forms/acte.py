"""The applicant's acts as their pages tell them, and the two that need a word more."""

from typing import Any, NamedTuple

from django import forms

from habilitations.demandes.messagerie import LONGUEUR_MAXIMALE
from habilitations.forms.base import Formulaire
from habilitations.models import Compte, Demande


class ActeDuDemandeur(NamedTuple):
    """`suite`: the page where the act leads."""

    consequences: str
    fait: str
    bouton: str
    suite: str = "demande"


ACTES: dict[str, ActeDuDemandeur] = {
    "soumettre": ActeDuDemandeur(
        "Le ministère reçoit la demande et l'instruit en deux mois au plus. Pendant ce temps, vous ne pouvez plus la "
        "modifier ; vous pourrez écrire aux instructeurs.",
        "La demande {numero} est soumise. Un accusé de réception vous est envoyé.",
        "Oui, soumettre la demande",
    ),
    "rouvrir": ActeDuDemandeur(
        "La demande redevient un brouillon où préparer les changements. L'habilitation et ses jetons restent actifs, "
        "inchangés, jusqu'à la validation des changements.",
        "La demande {numero} est rouverte : préparez vos changements, puis soumettez-les.",
        "Oui, préparer des changements",
        "demande-resume",
    ),
    "annuler_reouverture": ActeDuDemandeur(
        "Les changements préparés sont perdus. La demande redevient telle qu'elle a été validée ; l'habilitation ne "
        "change pas.",
        "Les changements sont abandonnés.",
        "Oui, abandonner les changements",
    ),
    "archiver": ActeDuDemandeur(
        "La demande est close et ne pourra plus être ni modifiée ni soumise. Elle reste lisible.",
        "La demande {numero} est archivée.",
        "Oui, archiver la demande",
    ),
    "transferer": ActeDuDemandeur(
        "La personne choisie devient le demandeur : elle seule pourra modifier la demande, écrire aux instructeurs et "
        "recevoir les courriels.",
        "La demande {numero} est transférée.",
        "Oui, transférer la demande",
    ),
}


class FormulaireMessage(Formulaire):
    texte = forms.CharField(
        label="Votre message aux instructeurs",
        max_length=LONGUEUR_MAXIMALE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez un message."},
    )


class FormulaireTransfert(Formulaire):
    vers = forms.ModelChoiceField(
        label="Nouveau demandeur",
        queryset=Compte.objects.none(),
        empty_label="Choisir une personne",
        help_text="Les personnes dont le rattachement à l'organisation est vérifié.",
        error_messages={"required": "Choisissez une personne."},
    )

    def __init__(self, *args: Any, demande: Demande, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["vers"].queryset = (
            Compte.objects.filter(
                is_active=True,
                rattachements__organisation=demande.organisation_id,
                rattachements__verifie=True,
            )
            .exclude(pk=demande.demandeur_id)
            .order_by("nom", "prenom")
        )

    @property
    def sans_choix(self) -> bool:
        return not self.fields["vers"].queryset.exists()
