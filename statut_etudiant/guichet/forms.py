"""What an agent of the desk fills, and what whoever answers for a habilitation does."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma

from habilitations.forms.compte import FormulaireDeCourriel
from habilitations.models import Habilitation
from referentiel.formulaires import Formulaire
from referentiel.nomenclatures import Sexe
from referentiel.saisie.lieux import AIDE
from referentiel.views.depots.envoi import EXTENSIONS
from statut_etudiant.api.parametres import RechercheIdentite, RechercheIne
from statut_etudiant.guichet import saisie
from statut_etudiant.guichet.listes.depot import LIGNES_MAXIMUM, MEGAOCTETS
from statut_etudiant.guichet.models import Agent

DOSSIER_MAXIMUM = 100
_SANS_MEMOIRE = {"autocomplete": "off", "spellcheck": "false"}


class FormulaireDeDossier(Formulaire):
    """In whose name, and why. `agents`: the person's designations; where there is but one, nothing is to be chosen."""

    agent = forms.ChoiceField(
        label="Au titre de quelle habilitation ?",
        error_messages={
            "required": "Choisissez l'habilitation.",
            "invalid_choice": "Vous n'êtes pas, ou plus, agent du guichet pour cette habilitation.",
        },
    )
    dossier = forms.CharField(
        label="Numéro de dossier, ou motif",
        help_text="Il reste dans le journal des échanges avec votre compte. N'y mettez ni nom, ni INE, ni date de "
        "naissance.",
        min_length=3,
        max_length=DOSSIER_MAXIMUM,
        widget=forms.TextInput(attrs=_SANS_MEMOIRE),
        error_messages={
            "required": "Donnez le numéro du dossier, ou le motif de la vérification.",
            "min_length": "Donnez un numéro de dossier ou un motif que l'on puisse retrouver : trois signes au moins.",
        },
    )
    field_order: tuple[str, ...] = ("agent", "dossier")

    def __init__(self, *args: Any, agents: Sequence[Agent], **options: Any) -> None:
        super().__init__(*args, **options)
        self._agents = {str(agent.pk): agent for agent in agents}
        if len(agents) == 1:
            del self.fields["agent"]
        else:
            self.fields["agent"].choices = [(cle, _nommer(agent)) for cle, agent in self._agents.items()]

    @property
    def choisi(self) -> Agent:
        (premier, *_) = self._agents
        return self._agents[self.cleaned_data.get("agent", premier)]

    def clean_dossier(self) -> str:
        dossier: str = self.cleaned_data["dossier"]
        if saisie.dossier_nomme_quelqu_un(dossier, None):
            raise forms.ValidationError(_NOMME)
        return dossier


_NOMME = "Retirez le nom, l'INE ou la date de naissance : ce texte est gardé dans un journal qui ne nomme personne."


def _nommer(agent: Agent) -> str:
    habilitation = cast(Habilitation, agent.demande.habilitation)  # designations in force have one
    return f"{habilitation.organisation.nom} — {habilitation.intitule} ({habilitation.numero})"


class FormulaireParIne(FormulaireDeDossier):
    ine = forms.CharField(
        label="INE",
        help_text="Identifiant national étudiant : 11 chiffres et lettres, sur la carte d'étudiant ou le relevé de "
        "notes du baccalauréat.",
        max_length=40,
        widget=forms.TextInput(attrs={**_SANS_MEMOIRE, "autocapitalize": "characters"}),
        error_messages={"required": "Saisissez l'INE."},
    )
    field_order = ("agent", "dossier", "ine")
    recherche: RechercheIne

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if "ine" in donnees:
            try:
                self.recherche = saisie.lire_recherche_ine(donnees["ine"])
            except saisie.SaisieRefusee as refus:
                self.add_error("ine", refus.erreurs["ine"])
        return donnees


class FormulaireParIdentite(FormulaireDeDossier):
    nom = forms.CharField(
        label="Nom de naissance",
        max_length=100,
        widget=forms.TextInput(attrs=_SANS_MEMOIRE),
        error_messages={"required": "Saisissez le nom de naissance."},
    )
    prenom = forms.CharField(
        label="Prénoms",
        help_text="Le premier suffit. Laissez vide pour une personne qui n'a qu'un nom.",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=_SANS_MEMOIRE),
    )
    naissance = forms.CharField(
        label="Date de naissance",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
        error_messages={"required": "Donnez la date de naissance."},
    )
    sexe = forms.ChoiceField(
        label="Sexe à l'état civil",
        choices=[("", "Choisissez"), *Sexe.choices],
        error_messages={"required": saisie.SEXE},
    )
    lieu = forms.CharField(
        label="Lieu de naissance",
        help_text=AIDE,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_SANS_MEMOIRE),
    )
    field_order = ("agent", "dossier", "nom", "prenom", "naissance", "sexe", "lieu")
    recherche: RechercheIdentite

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if {"nom", "naissance", "sexe"} <= set(donnees):
            try:
                self.recherche = saisie.lire_recherche_identite(donnees)
            except saisie.SaisieRefusee as refus:
                for champ, dit in refus.erreurs.items():
                    self.add_error(champ, dit)
            else:
                if saisie.dossier_nomme_quelqu_un(donnees.get("dossier", ""), self.recherche):
                    self.add_error("dossier", _NOMME)
        return donnees


class FormulaireDeListe(FormulaireDeDossier):
    """A file of people to verify. What it holds, a worker will find out."""

    fichier = forms.FileField(
        label="Fichier",
        help_text=f"CSV, Excel (.xlsx) ou OpenDocument (.ods), {intcomma(LIGNES_MAXIMUM)} lignes et {MEGAOCTETS} Mo "
        "au plus. La première ligne donne les titres des colonnes : INE, ou nom de naissance, prénoms, date de "
        "naissance, sexe.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": EXTENSIONS}),
        error_messages={"required": "Choisissez un fichier, puis envoyez-le."},
    )
    field_order = ("agent", "dossier", "fichier")

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > MEGAOCTETS << 20:
            raise forms.ValidationError(f"Ce fichier dépasse {MEGAOCTETS} Mo : partagez-le en plusieurs.")
        return fichier


PAR_INE, PAR_IDENTITE = "ine", "identite"
FORMULAIRES: dict[str, type[FormulaireParIne | FormulaireParIdentite]] = {
    PAR_INE: FormulaireParIne,
    PAR_IDENTITE: FormulaireParIdentite,
}


class FormulaireDAgent(FormulaireDeCourriel):
    """Whom to designate: an address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.nommer("courriel", "Adresse e-mail de l'agent")
        # An agent's address, not the person's own.
        self.fields["courriel"].widget.attrs["autocomplete"] = "off"
