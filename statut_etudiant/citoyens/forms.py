"""What citizens, and who answers them, write."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from referentiel.formulaires import Formulaire
from referentiel.models import Etablissement, Inscription
from referentiel.saisie.etablissements import criteres_etablissement
from statut_etudiant.certificats.champs import PAR_DEFAUT, TABLE
from statut_etudiant.citoyens.consultations import Periode
from statut_etudiant.citoyens.models import Rectification

LONGUEUR = 2000
_ZONE = {"rows": 5}


def _texte(valeur: str) -> str:
    """PostgreSQL stores no NUL, and nobody means one."""
    return valeur.replace("\0", "").strip()


class FormulaireDeRectification(Formulaire):
    """`inscriptions`: the person's, among which the wrong one is chosen."""

    objet = forms.ChoiceField(
        label="Qu'est-ce qui est inexact ?",
        choices=Rectification.Objet.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui est inexact."},
    )
    inscription = forms.ModelChoiceField(
        queryset=Inscription.objects.none(),
        label="Quelle inscription ?",
        required=False,
        empty_label="Choisissez, si une inscription est en cause",
        error_messages={"invalid_choice": "Cette inscription n'est pas l'une des vôtres."},
    )
    etablissement = forms.CharField(
        label="Quel établissement manque ?",
        help_text="Si une inscription manque : UAI, SIRET ou mots du nom de l'établissement.",
        max_length=100,
        required=False,
    )
    texte = forms.CharField(
        label="Ce qui est inexact, et ce qui devrait être écrit",
        help_text="Ne joignez pas d'autre donnée que nécessaire : ce texte est lu par l'établissement et le ministère.",
        max_length=LONGUEUR,
        widget=forms.Textarea(attrs=_ZONE),
        error_messages={"required": "Dites ce qui est inexact."},
    )

    def __init__(self, *args: Any, inscriptions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["inscription"]
        champ.queryset = inscriptions
        champ.label_from_instance = _nommer

    def clean_texte(self) -> str:
        texte = _texte(self.cleaned_data["texte"])
        if not texte:
            raise forms.ValidationError("Dites ce qui est inexact.")
        return texte

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        objet = donnees.get("objet")
        if objet == Rectification.Objet.INSCRIPTION and "inscription" not in self.errors:
            if donnees.get("inscription") is None:
                self.add_error("inscription", "Choisissez l'inscription inexacte.")
        elif objet is not None:
            donnees["inscription"] = None
        donnees["designe"] = None
        if objet == Rectification.Objet.MANQUANTE and "etablissement" not in self.errors:
            donnees["designe"] = self._designer(donnees.get("etablissement", ""))
        return donnees

    def _designer(self, texte: str) -> Etablissement | None:
        if not texte.strip():
            self.add_error("etablissement", "Indiquez l'établissement dont l'inscription manque.")
            return None
        trouves = list(
            Etablissement.objects.reels().filter(criteres_etablissement(texte)).order_by("nom")[:6]
        )
        if len(trouves) == 1:
            return trouves[0]
        if not trouves:
            self.add_error(
                "etablissement",
                "Aucun établissement ne correspond : il n'alimente peut-être pas le référentiel. Essayez un mot de "
                "son nom, ou choisissez « Autre chose » pour écrire au ministère.",
            )
        else:
            noms = " ; ".join(str(trouve) for trouve in trouves[:5])
            self.add_error(
                "etablissement",
                f"Plusieurs établissements correspondent. Recopiez l'UAI du bon, entre parenthèses : {noms}"
                f"{' ; …' if len(trouves) > 5 else ''}.",
            )
        return None


def _nommer(inscription: Inscription) -> str:
    return (
        f"{inscription.etablissement.nom}, du {inscription.date_debut:%d/%m/%Y} au {inscription.date_fin:%d/%m/%Y} "
        f"({inscription.get_statut_display().lower()})"
    )


class FormulaireDeContestation(Formulaire):
    texte = forms.CharField(
        label="Ce que vous voulez en dire",
        help_text="Par exemple : « Je n'ai fait aucune démarche auprès de cet organisme. »",
        max_length=LONGUEUR,
        required=False,
        widget=forms.Textarea(attrs=_ZONE),
    )
    avec_mon_nom = forms.BooleanField(
        label="Communiquer mon nom à l'organisme",
        help_text="Sans lui, l'organisme retrouve l'appel par son heure et son numéro, pas forcément votre dossier.",
        required=False,
    )

    def clean_texte(self) -> str:
        return _texte(self.cleaned_data["texte"])


class FormulaireDeReponse(Formulaire):
    """`choix`: the two issues, favourable to the person first."""

    issue = forms.ChoiceField(
        label="Votre réponse",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    texte = forms.CharField(
        label="Explication, lue par la personne",
        max_length=LONGUEUR,
        widget=forms.Textarea(attrs=_ZONE),
        error_messages={"required": "Expliquez votre réponse : la personne la lira."},
    )

    def __init__(self, *args: Any, choix: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issue"].choices = choix

    def clean_texte(self) -> str:
        texte = _texte(self.cleaned_data["texte"])
        if not texte:
            raise forms.ValidationError("Expliquez votre réponse : la personne la lira.")
        return texte


class FormulaireDeProlongation(Formulaire):
    motif = forms.CharField(
        label="Pourquoi il faut plus de temps",
        help_text="La personne le lira. Le délai passe à trois mois, une seule fois.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi il faut plus de temps."},
    )

    def clean_motif(self) -> str:
        motif = _texte(self.cleaned_data["motif"])
        if not motif:
            raise forms.ValidationError("Dites pourquoi il faut plus de temps.")
        return motif


class FiltreDePeriode(Formulaire):
    """Days of Paris. An empty one is no limit."""

    du = forms.DateField(
        label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    au = forms.DateField(
        label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and du > au:
            self.add_error("au", "La fin de la période précède son début.")
        for nom, jour in (("du", du), ("au", au)):
            if jour and not datetime.date(2000, 1, 1) <= jour <= timezone.localdate() + datetime.timedelta(
                days=366
            ):
                self.add_error(nom, "Cette date est hors de la période gardée.")
        return donnees

    def periode(self) -> Periode:
        """No limit as long as the form is wrong: its errors are shown."""
        if not self.is_valid():
            return Periode(None, None)
        return Periode(self.cleaned_data["du"], self.cleaned_data["au"])


class FormulaireDeCertificat(Formulaire):
    """`inscriptions`: the person's, current or to come."""

    inscription = forms.ModelChoiceField(
        queryset=Inscription.objects.none(),
        label="Inscription",
        empty_label=None,
        error_messages={
            "required": "Choisissez l'inscription à certifier.",
            "invalid_choice": "Cette inscription n'est pas l'une des vôtres, ou elle est terminée.",
        },
    )
    champs = forms.MultipleChoiceField(
        label="Ce que le certificat montre",
        help_text="Le statut (inscrit ou admis) y est toujours. Ne montrez que ce dont votre interlocuteur a besoin.",
        choices=[(champ.value, colonne.libelle) for champ, colonne in TABLE.items()],
        initial=[champ.value for champ in PAR_DEFAUT],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une information à montrer."},
    )
    pour_qui = forms.CharField(
        label="Pour qui",
        help_text="Écrit sur le certificat, qui ne peut alors guère servir à d'autres. Par exemple : Agence du Parc.",
        max_length=120,
        required=False,
    )
    valable_jusqu_au = forms.DateField(
        label="Vérifiable jusqu'au",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choisissez un jour.", "invalid": "Choisissez un jour du calendrier."},
    )
    partage = forms.BooleanField(
        label="Créer aussi un lien de partage",
        help_text="À envoyer plutôt que le papier : il montre le certificat tel qu'il est le jour où on l'ouvre.",
        required=False,
    )
    pin = forms.RegexField(
        r"^[0-9]{4,8}\Z",
        label="Code PIN du lien",
        help_text="De 4 à 8 chiffres, à transmettre à part. Sans lui, qui a le lien voit le certificat.",
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Le code PIN compte de 4 à 8 chiffres."},
    )

    def __init__(self, *args: Any, inscriptions: Any, dernier_jour: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["inscription"]
        champ.queryset = inscriptions
        champ.label_from_instance = _nommer
        self.dernier_jour = dernier_jour
        _borner(self.fields["valable_jusqu_au"], dernier_jour)

    def clean_valable_jusqu_au(self) -> datetime.date:
        return _jour_de_validite(self.cleaned_data["valable_jusqu_au"], self.dernier_jour)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("pin") and not donnees.get("partage"):
            self.add_error("pin", "Un code PIN protège un lien de partage : demandez aussi ce lien.")
        return donnees


class FormulaireDeValidite(Formulaire):
    valable_jusqu_au = forms.DateField(
        label="Vérifiable jusqu'au",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choisissez un jour.", "invalid": "Choisissez un jour du calendrier."},
    )

    def __init__(self, *args: Any, dernier_jour: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dernier_jour = dernier_jour
        _borner(self.fields["valable_jusqu_au"], dernier_jour)

    def clean_valable_jusqu_au(self) -> datetime.date:
        return _jour_de_validite(self.cleaned_data["valable_jusqu_au"], self.dernier_jour)


def _borner(champ: Any, dernier_jour: datetime.date) -> None:
    demain = timezone.localdate() + datetime.timedelta(days=1)
    champ.widget.attrs |= {"min": demain.isoformat(), "max": dernier_jour.isoformat()}
    champ.help_text = f"De demain au {dernier_jour:%d/%m/%Y}, fin de l'année universitaire."


def _jour_de_validite(jour: datetime.date, dernier_jour: datetime.date) -> datetime.date:
    if not timezone.localdate() < jour <= dernier_jour:
        raise forms.ValidationError(
            f"Choisissez un jour à partir de demain, et au plus tard le {dernier_jour:%d/%m/%Y}."
        )
    return jour
