"""What instructors fill in: filters of the lists, texts of the acts, message templates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from habilitations.demandes import modeles_de_message
from habilitations.demandes.recherche import TRI, TRIS, Age, Charge
from habilitations.demandes.workflow import Acte, Texte
from habilitations.forms.adresses import ChampCourriel
from habilitations.forms.base import Formulaire
from habilitations.models import Compte, Demande, Habilitation, ModeleDeMessage
from habilitations.scopes import SCOPES

TOUS = ("", "Tous")
TOUTES = ("", "Toutes")


class Filtres(Formulaire):
    """Filters live in the address. A value that does not exist filters nothing, as if it were not there."""

    def valeurs(self) -> dict[str, str]:
        self.is_valid()
        return {nom: self.cleaned_data.get(nom, "") for nom in self.fields}


class FiltresDesDemandes(Filtres):
    q = forms.CharField(
        label="Rechercher",
        required=False,
        max_length=200,
        help_text="Organisation, SIRET, numéro D… ou H…, demandeur, intitulé",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    type = forms.ChoiceField(label="Type", required=False, choices=[TOUS, *Habilitation.Type.choices])
    charge = forms.ChoiceField(
        label="Prise en charge",
        required=False,
        choices=[
            TOUTES,
            (Charge.MOI.value, "Par moi"),
            (Charge.PERSONNE.value, "Par personne"),
            (Charge.AUTRE.value, "Par quelqu'un d'autre"),
        ],
    )
    age = forms.ChoiceField(
        label="Délai légal",
        required=False,
        choices=[
            TOUS,
            (Age.DEPASSE.value, "Dépassé"),
            (Age.SEMAINE.value, "7 jours ou moins"),
            (Age.QUINZAINE.value, "15 jours ou moins"),
            (Age.MOIS.value, "30 jours ou moins"),
        ],
    )
    reouverture = forms.ChoiceField(
        label="Origine",
        required=False,
        choices=[TOUTES, ("non", "Première demande"), ("oui", "Réouverture")],
    )
    etat = forms.ChoiceField(
        required=False,
        choices=[("tous", "Tous"), *Demande.Etat.choices],
        widget=forms.HiddenInput,
    )
    tri = forms.ChoiceField(required=False, choices=[(tri, tri) for tri in TRIS], widget=forms.HiddenInput)

    def valeurs(self) -> dict[str, str]:
        valeurs = super().valeurs()
        # What awaits the ministry comes first, unless something is searched for.
        valeurs["etat"] = valeurs["etat"] or ("tous" if valeurs["q"] else Demande.Etat.SOUMISE.value)
        valeurs["tri"] = valeurs["tri"] or TRI
        return valeurs


class FiltresDesHabilitations(Filtres):
    q = forms.CharField(
        label="Rechercher",
        required=False,
        max_length=200,
        help_text="Organisation, SIRET, numéro H…, intitulé",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    type = forms.ChoiceField(label="Type", required=False, choices=[TOUS, *Habilitation.Type.choices])
    etat = forms.ChoiceField(label="État", required=False, choices=[TOUS, *Habilitation.Etat.choices])


LIBELLES_DU_TEXTE = {
    Texte.MESSAGE: ("Message au demandeur", "Dites ce qui doit changer, étape par étape."),
    Texte.MOTIF: ("Motif", "Il est envoyé au demandeur et gardé dans l'historique."),
    Texte.FACULTATIF: ("Message au demandeur", "Il est ajouté au courriel de validation."),
}


class FormulaireActe(Formulaire):
    """The words of one act on one request, and what else the act needs."""

    def __init__(
        self, *args: Any, acte: Acte, demande: Demande, compte: Compte, administre: bool, **kwargs: Any
    ) -> None:
        self.acte, self.demande, self.compte, self.administre = acte, demande, compte, administre
        super().__init__(*args, **kwargs)
        if acte.nom == "valider" and demande.scopes:
            self._ajouter_les_scopes()
        if acte.nom == "transferer":
            self.fields["vers"] = ChampCourriel(
                label="Adresse e-mail du nouveau demandeur",
                help_text="Son compte doit exister"
                + ("." if administre else " et être rattaché à la même organisation."),
            )
        if acte.texte != Texte.AUCUN:
            libelle, aide = LIBELLES_DU_TEXTE[acte.texte]
            self.fields["texte"] = forms.CharField(
                label=libelle,
                help_text=aide,
                required=acte.texte != Texte.FACULTATIF,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 10}),
            )

    def _ajouter_les_scopes(self) -> None:
        self.fields["scopes"] = forms.MultipleChoiceField(
            label="Données accordées",
            help_text="Décochez ce que l'usage ne justifie pas : la validation réduit, elle n'ajoute pas.",
            choices=[
                (scope, f"{SCOPES[scope].label} ({scope})" if scope in SCOPES else scope)
                for scope in self.demande.scopes
            ],
            initial=self.demande.scopes,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["motif_scopes"] = forms.CharField(
            label="Raison de la réduction",
            help_text="Obligatoire si vous décochez une donnée. Elle est envoyée au demandeur.",
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean_vers(self) -> Compte:
        courriel = self.cleaned_data["vers"]
        compte = Compte.objects.filter(courriel=courriel, is_active=True).first()
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


class FormulaireMessage(Formulaire):
    texte = forms.CharField(
        label="Votre message au demandeur", max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class FormulaireModele(Formulaire):
    usage = forms.ChoiceField(label="Proposé pour", choices=ModeleDeMessage.Usage.choices)
    titre = forms.CharField(label="Titre", help_text="Vu des seuls instructeurs.", max_length=100)
    texte = forms.CharField(
        label="Texte",
        help_text="Les mots entre accolades sont remplacés selon la demande.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def clean_texte(self) -> str:
        texte: str = self.cleaned_data["texte"]
        if inconnues := modeles_de_message.inconnues(texte):
            noms = ", ".join(f"{{{nom}}}" for nom in inconnues)
            raise ValidationError(f"Mot inconnu entre accolades : {noms}.")
        return texte
