"""How a request begins: which kind, for which organisation."""

from typing import Any

from django import forms
from django.utils.html import format_html

from habilitations.editeurs.formulaires import TYPE
from habilitations.eligibilite.acteurs import ORGANISATIONS, PAR_ACTEUR
from habilitations.forms.base import Formulaire
from habilitations.models import FormulairePret, Habilitation, Organisation, Rattachement

PROMESSES = {
    Habilitation.Type.LECTURE: "Votre service interroge l'API avec un jeton, par INE ou par identité.",
    Habilitation.Type.FRANCE_CONNECT: "Vos usagers se connectent avec FranceConnect, qui ouvre leurs données.",
    Habilitation.Type.ECRITURE: "Votre établissement déclare ses inscriptions, avec un jeton d'écriture.",
}


class FormulaireNouvelle(Formulaire):
    type = forms.ChoiceField(
        label="Que voulez-vous faire ?",
        choices=[
            (type_.value, format_html('{}<span class="fr-hint-text">{}</span>', type_.label, promesse))
            for type_, promesse in PROMESSES.items()
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que vous voulez faire."},
    )
    acteur = forms.ChoiceField(
        label="Votre organisation est…",
        choices=[("", "Choisir"), *((acteur, PAR_ACTEUR[acteur].choix.libelle) for acteur in ORGANISATIONS)],
        error_messages={"required": "Dites ce qu'est votre organisation."},
    )
    organisation = forms.ModelChoiceField(
        label="Pour quelle organisation ?",
        queryset=Organisation.objects.none(),
        empty_label=None,
        error_messages={"required": "Choisissez votre organisation."},
    )

    def __init__(
        self,
        *args: Any,
        liens: list[Rattachement],
        formulaire: FormulairePret | None = None,
        **options: Any,
    ) -> None:
        """`formulaire`: the editor's by which the request begins, which settles its kind."""
        super().__init__(*args, **options)
        self.formulaire = formulaire
        if formulaire is not None:
            self.fields["type"].choices = [(TYPE.value, TYPE.label)]
            self.fields["type"].widget = forms.HiddenInput()
            self.initial["type"] = TYPE.value
            self.ajouter(
                "suivie",
                forms.BooleanField(
                    label=f"J'accepte que {formulaire.editeur} suive l'avancement de cette demande",
                    help_text="Il voit votre organisation, le titre du projet, l'état et les dates. Il ne voit ni les "
                    "personnes, ni les messages, ni les documents. Vous pouvez le lui retirer à tout moment.",
                    required=False,
                ),
            )
        choix = Organisation.objects.filter(pk__in=[lien.organisation_id for lien in liens])
        self.fields["organisation"].queryset = choix
        noms = {lien.organisation_id: f"{lien.nom} ({lien.organisation.siret})" for lien in liens}
        self.fields["organisation"].label_from_instance = lambda organisation: noms[organisation.pk]
        if len(liens) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = liens[0].organisation_id
        if self.initial.get("acteur") not in ORGANISATIONS:
            self.initial.pop("acteur", None)
        if self.initial.get("type") not in Habilitation.Type.values:
            self.initial.pop("type", None)
