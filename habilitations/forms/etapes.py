"""The steps of a request: each a form, whose fields are those of the draft that it writes.

A step may be left incomplete: what is required is only marked, and judged at submission by
`habilitations.demandes.completude`. What is asked in one case only (one field or the other, a long retention) is no
more optional than the rest: its own hint says when.
What is typed must be well formed all the same.
"""

import re
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.html import format_html

from habilitations.demandes import brouillon
from habilitations.demandes.cadres import TEXTES
from habilitations.demandes.completude import CONSERVATION_LIBRE, CONSERVATION_MAXIMALE
from habilitations.forms.base import Formulaire
from habilitations.forms.fichiers import ChampPdfs
from habilitations.models import Demande, Document, Habilitation
from habilitations.scopes import CATALOGUE


def telephone(valeur: str) -> None:
    chiffres = re.sub(r"[\s.()/-]", "", valeur)
    if not re.fullmatch(r"\+?[0-9]{8,15}", chiffres, re.ASCII):
        raise forms.ValidationError("Ce numéro n'est pas valable : écrivez-le ainsi, 01 23 45 67 89.")


class ChampTelephone(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=30,
            validators=[telephone],
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            **options,
        )


class FormulaireDEtape(Formulaire):
    """`manques`: what submission would refuse of this step, shown beside the fields of a page not yet sent."""

    use_required_attribute = False
    #: Field of files → kind of document.
    fichiers: ClassVar[dict[str, str]] = {}
    #: Fields that are not the draft's.
    outils: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self, *args: Any, demande: Demande, manques: dict[str, list[str]] | None = None, **options: Any
    ) -> None:
        self.demande = demande
        self._manques = ErrorDict()
        for champ, messages in (manques or {}).items():
            self._manques[champ] = ErrorList(messages, renderer=self.default_renderer)
        super().__init__(*args, **options)
        self.initial: dict[str, Any] = brouillon.lire(demande, self.champs) | self.initial
        for champ in self._manques:
            if champ in self.fields:
                self.fields[champ].widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"id_{champ}-desc-error",
                }

    @property
    def champs(self) -> list[str]:
        """The fields of the draft."""
        return [nom for nom in self.fields if nom not in self.fichiers and nom not in self.outils]

    @property
    def errors(self) -> ErrorDict:
        return super().errors if self.is_bound else self._manques

    def full_clean(self) -> None:
        """Nothing is required of a draft; the fields stay marked as they will be judged."""
        obligatoires = [champ for champ in self.fields.values() if champ.required]
        for champ in obligatoires:
            champ.required = False
        try:
            super().full_clean()
        finally:
            for champ in obligatoires:
                champ.required = True

    @property
    def valeurs(self) -> dict[str, Any]:
        """What can be written: the fields that were sent and are well formed."""
        self.is_valid()
        return {nom: self.cleaned_data[nom] for nom in self.champs if nom in self.cleaned_data}


class Organisation(FormulaireDEtape):
    demandeur_fonction = forms.CharField(label="Votre fonction", max_length=150)
    demandeur_telephone = ChampTelephone(
        label="Votre téléphone", help_text="Pour que l'instructeur puisse vous joindre."
    )


class Projet(FormulaireDEtape):
    fichiers = {"maquette": Document.Genre.MAQUETTE}

    intitule = forms.CharField(
        label="Intitulé du projet",
        max_length=255,
        help_text="Il sera publié si la demande est validée. Par exemple : « Tarif étudiant du réseau de bus ».",
    )
    description = forms.CharField(
        label="Description du projet",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Quel service rendez-vous, à qui, et que change la vérification du statut d'étudiant ?",
    )
    date_prevue = forms.DateField(
        label="Date prévue de mise en service",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Cette date n'existe pas : écrivez jour, mois et année."},
    )
    volume_annuel = forms.IntegerField(
        label="Nombre d'appels par an",
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text="Une estimation : elle nous aide à prévoir la charge.",
        error_messages={"invalid": "Écrivez un nombre entier, en chiffres."},
    )
    sans_logiciel = forms.BooleanField(
        label="Nous n'avons pas de logiciel qui appellera l'API : nos agents vérifieront au guichet",
        help_text="Les agents que vous désignerez vérifieront une personne ou une liste dans une page de ce site. "
        "Aucun jeton n'est remis ; vous pourrez en demander un plus tard.",
    )
    maquette = ChampPdfs(
        label="Maquettes de la démarche",
        help_text="Captures ou schéma de l'écran où la donnée est utilisée. Six PDF au plus, de 10 Mo chacun.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.demande.type != Habilitation.Type.LECTURE:
            del self.fields["sans_logiciel"]


class Donnees(FormulaireDEtape):
    conservation_libre = CONSERVATION_LIBRE
    scopes = forms.MultipleChoiceField(
        label="Données demandées",
        choices=[(scope.nom, scope.label) for scope in CATALOGUE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Cette donnée n'existe pas."},
    )
    destinataires = forms.CharField(
        label="Destinataires des données",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Les services et les agents qui liront les données. Les services informatiques n'en sont pas.",
    )
    conservation_mois = forms.IntegerField(
        label="Durée de conservation, en mois",
        min_value=1,
        max_value=CONSERVATION_MAXIMALE,
        help_text=f"De 1 à {CONSERVATION_LIBRE} mois. Au-delà, il faut la justifier.",
        error_messages={"invalid": "Écrivez un nombre entier de mois, en chiffres."},
    )
    conservation_justification = forms.CharField(
        label="Justification de la durée",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"À remplir si les données sont gardées plus de {CONSERVATION_LIBRE} mois : pourquoi si longtemps ?",
    )

    def clean_scopes(self) -> list[str]:
        return sorted(self.cleaned_data["scopes"])


class Cadre(FormulaireDEtape):
    fichiers = {"document": Document.Genre.CADRE}

    cadre_nature = forms.ChoiceField(
        label="Nature du texte",
        choices=[
            (
                code,
                format_html('{}<span class="fr-hint-text">{}</span>', texte.libelle, texte.aide),
            )
            for code, texte in TEXTES.items()
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choisissez un des textes de la liste."},
    )
    cadre_references = forms.CharField(
        label="Références",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Article, numéro et date : de quoi retrouver le texte et la phrase qui vous autorise.",
    )
    cadre_url = forms.URLField(
        label="Adresse du texte en ligne",
        max_length=500,
        assume_scheme="https",
        help_text="Commence par https://. Sinon, joignez le texte ci-dessous : l'un des deux est demandé.",
        error_messages={"invalid": "Cette adresse n'est pas valable : elle commence par https://."},
    )
    document = ChampPdfs(
        label="Textes joints",
        required=True,
        help_text="Délibération, arrêté, convention… Six PDF au plus, de 10 Mo chacun.",
    )

    def clean_cadre_url(self) -> str:
        url: str = self.cleaned_data["cadre_url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError("L'adresse du texte commence par https://.")
        return url


class FranceConnect(FormulaireDEtape):
    fc_numero_habilitation = forms.CharField(
        label="Numéro de votre habilitation FranceConnect",
        max_length=50,
        help_text="Il figure dans la décision d'habilitation de votre service par FranceConnect.",
    )
    fc_client_id = forms.CharField(
        label="Identifiant client FranceConnect",
        max_length=255,
        help_text="Le « client ID » de votre service, donné dans l'espace partenaires de FranceConnect.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class Engagements(FormulaireDEtape):
    cgu_acceptees = forms.BooleanField(label="J'accepte les conditions générales d'utilisation")
    dpd_informe = forms.BooleanField(
        label="Le délégué à la protection des données de mon organisation est informé de cette demande"
    )
