"""What instructors fill in: filters of the lists, message templates."""

from django import forms
from django.core.exceptions import ValidationError

from habilitations.demandes import filtres, modeles_de_message
from habilitations.demandes.recherche import TRI, TRIS, Age, Charge
from habilitations.forms.base import Formulaire
from habilitations.models import Demande, Habilitation, ModeleDeMessage

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

    def parametres(self, *, recherche: bool = True) -> str:
        """As the address has them, those that are not the list's own; without what was typed, to be kept aside."""
        valeurs = self.valeurs()
        if not recherche:
            valeurs |= {"q": ""}
        return filtres.parametres(valeurs, par_defaut=FiltresDesDemandes({}).valeurs())


class FiltreANommer(Formulaire):
    nom = forms.CharField(
        label="Nom du filtre",
        max_length=60,
        help_text="Par exemple : « Les miennes, bientôt en retard ».",
        error_messages={
            "required": "Donnez un nom à ces filtres.",
            "max_length": "Le nom d'un filtre compte 60 caractères au plus.",
        },
    )


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


class FormulaireDeRattachement(Formulaire):
    """Whether the applicant works for the organisation, and on what proof."""

    VERIFIER, REFUSER = "verifier", "refuser"

    decision = forms.ChoiceField(
        label="Le demandeur travaille-t-il pour l'organisation ?",
        choices=[(VERIFIER, "Oui, c'est vérifié"), (REFUSER, "Non, ou rien ne le prouve")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l'une des deux réponses."},
    )
    preuve = forms.CharField(
        label="Preuve, ou raison du refus",
        help_text="Par exemple : appel au standard de la mairie, le 3 mars. Le demandeur la lit dans l'historique.",
        max_length=500,
        error_messages={"required": "Notez la preuve, ou la raison du refus."},
    )
