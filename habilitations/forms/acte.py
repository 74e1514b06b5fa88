"""What an act asks before it is done: its words, and what its declaration lists (`Saisie`)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from habilitations.acteur import Qualite
from habilitations.demandes import constats
from habilitations.demandes.acte import Acte, Saisie, Texte
from habilitations.forms.adresses import ChampCourriel
from habilitations.forms.base import Formulaire
from habilitations.models import Compte, Demande
from habilitations.scopes import SCOPES

LIBELLES_DU_TEXTE = {
    Texte.MESSAGE: ("Message au demandeur", "Dites ce qui doit changer, étape par étape."),
    Texte.MOTIF: ("Motif", "Il est envoyé au demandeur et gardé dans l'historique."),
    Texte.DEPART: (
        "Ce que vous savez du départ du demandeur",
        "Mutation, retraite, nouvelle mission… Les instructeurs le lisent dans l'historique.",
    ),
    Texte.FACULTATIF: ("Message au demandeur", "Il est ajouté au courriel de validation."),
}


class FormulaireActe(Formulaire):
    """The fields of one act on one request, for a person who does it in this quality."""

    sous_condition = frozenset({"motif_scopes"})
    use_required_attribute = False

    def __init__(
        self, *args: Any, acte: Acte, demande: Demande, qualite: Qualite, compte: Compte, **kwargs: Any
    ) -> None:
        self.acte, self.demande, self.qualite, self.compte = acte, demande, qualite, compte
        super().__init__(*args, **kwargs)
        for saisie in acte.saisies:
            CHAMPS[saisie](self)
        if acte.texte != Texte.AUCUN:
            libelle, aide = LIBELLES_DU_TEXTE[acte.texte]
            self.ajouter(
                "texte",
                forms.CharField(
                    label=libelle,
                    help_text=aide,
                    required=acte.texte != Texte.FACULTATIF,
                    max_length=5000,
                    widget=forms.Textarea(attrs={"rows": 4 if acte.texte == Texte.DEPART else 10}),
                ),
            )

    @property
    def sans_choix(self) -> bool:
        """Whether the act asks to choose among people, and there is nobody."""
        champ = self.fields.get("vers")
        return (
            isinstance(champ, forms.ModelChoiceField)
            and champ.queryset is not None
            and not champ.queryset.exists()
        )

    def clean_vers(self) -> Compte:
        vers = self.cleaned_data["vers"]
        if isinstance(vers, Compte):
            return vers
        compte = Compte.objects.filter(courriel=vers, is_active=True).first()
        if compte is None:
            raise ValidationError("Aucun compte actif n'a cette adresse.")
        return compte

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        reduits = "scopes" in donnees and set(donnees["scopes"]) != set(self.demande.scopes)
        if reduits and not donnees.get("motif_scopes", "").strip():
            self.add_error("motif_scopes", "Dites pourquoi les données accordées sont réduites.")
        return donnees

    def arguments(self) -> dict[str, Any]:
        """What the act is called with, besides the request and the person."""
        return {nom: self.cleaned_data[nom] for nom in self.fields if nom in self.cleaned_data}


def _scopes(form: FormulaireActe) -> None:
    if not form.demande.scopes:
        return
    form.ajouter(
        "scopes",
        forms.MultipleChoiceField(
            label="Données accordées",
            help_text="Décochez ce que l'usage ne justifie pas : la validation réduit, elle n'ajoute pas.",
            choices=[
                (scope, SCOPES[scope].label if scope in SCOPES else scope) for scope in form.demande.scopes
            ],
            initial=form.demande.scopes,
            widget=forms.CheckboxSelectMultiple,
        ),
    )
    form.ajouter(
        "motif_scopes",
        forms.CharField(
            label="Raison de la réduction",
            help_text="Demandée si vous décochez une donnée. Elle est envoyée au demandeur.",
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        ),
    )


def _doutes(form: FormulaireActe) -> None:
    if not constats.doutes(form.demande):
        return
    form.ajouter(
        "motif_doutes",
        forms.CharField(
            label="Pourquoi valider malgré ces points ?",
            help_text="Ce que vous avez vérifié, et comment. C'est gardé dans l'historique, que le demandeur lit.",
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        ),
    )


def _nouveau_demandeur(form: FormulaireActe) -> None:
    """The applicant chooses among colleagues; the ministry writes the address of somebody known."""
    if form.qualite == Qualite.DEMANDEUR:
        form.ajouter(
            "vers",
            forms.ModelChoiceField(
                label="Nouveau demandeur",
                queryset=Compte.objects.filter(
                    is_active=True,
                    rattachements__organisation=form.demande.organisation_id,
                    rattachements__verifie=True,
                )
                .exclude(pk=form.demande.demandeur_id)
                .order_by("nom", "prenom"),
                empty_label="Choisir une personne",
                help_text="Les personnes dont le rattachement à l'organisation est vérifié.",
                error_messages={"required": "Choisissez une personne."},
            ),
        )
    else:
        partout = form.qualite == Qualite.ADMINISTRATEUR
        form.ajouter(
            "vers",
            ChampCourriel(
                label="Adresse e-mail du nouveau demandeur",
                help_text="Son compte doit exister"
                + ("." if partout else " et être rattaché à la même organisation."),
            ),
        )


CHAMPS: dict[Saisie, Callable[[FormulaireActe], None]] = {
    Saisie.SCOPES: _scopes,
    Saisie.NOUVEAU_DEMANDEUR: _nouveau_demandeur,
    Saisie.DOUTES: _doutes,
}
