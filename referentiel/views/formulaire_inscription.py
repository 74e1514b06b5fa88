"""The form of one inscription. It judges nothing itself: its values go to the one place that judges every line."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone

from referentiel.champs_d_inscription import CHAMPS, ECRITS, FACULTATIVES, Role
from referentiel.ecriture.champs import absent
from referentiel.ecriture.chargement import contexte_d_une_ligne
from referentiel.ecriture.identite import separer_prenoms
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.ecriture.validation import EFFACER, LigneValide, valider
from referentiel.formulaires import Formulaire
from referentiel.models import Inscription
from referentiel.nomenclatures import Cursus, Regime, Sexe, Statut
from referentiel.saisie import lieux

#: The wordings of the write API speak of files and spreadsheets too; here, one types.
_ABSENT = {"obligatoire": "Remplissez ce champ."}
_EN_SAISIE: dict[tuple[str | None, str], str] = {
    ("ine", "format"): "Un INE a 11 chiffres et lettres, par exemple 0123456789M.",
    **{
        (
            champ,
            "format",
        ): "Ce n'est pas une date : choisissez-la dans le calendrier, ou écrivez-la AAAA-MM-JJ."
        for champ in ("date_naissance", "date_debut", "date_fin")
    },
}
#: Field of the form → name on the wire, by which errors are known. The first ones in the order of the page.
NOMS = {
    "uai": "uai",
    **{champ.colonne: champ.champ for champ in CHAMPS if champ.role is not Role.ETABLISSEMENT},
}
_CHAMPS = {nom: champ for champ, nom in NOMS.items()}
_IDENTITE = tuple(champ.colonne for champ in CHAMPS if champ.role is Role.IDENTITE)


def _jour(libelle: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=libelle, widget=forms.DateInput(attrs={"type": "date"}), **options)


def _libelles(choix: Any) -> list[tuple[str, str]]:
    return [(code, libelle[:1].upper() + libelle[1:]) for code, libelle in choix]


class FormulaireInscription(Formulaire):
    """`etablissements`: (UAI, label) among which to choose; empty for the ministry, which types the UAI."""

    ine = forms.CharField(label="INE", widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 20}))
    date_naissance = _jour("Date de naissance")
    nom_naissance = forms.CharField(
        label="Nom de naissance", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    prenoms = forms.CharField(
        label="Prénoms",
        required=False,
        help_text="Dans l'ordre de l'état civil, séparés par des virgules. Laissez vide pour une personne qui n'a "
        "qu'un nom.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sexe = forms.ChoiceField(label="Sexe", choices=[("", "Non précisé"), *Sexe.choices], required=False)
    lieu_naissance = forms.CharField(
        label="Lieu de naissance",
        required=False,
        help_text=lieux.AIDE,
    )
    uai = forms.CharField(label="UAI de l'établissement", help_text="Par exemple 0311384L.")
    statut = forms.ChoiceField(label="Statut", choices=Statut.choices)
    regime = forms.ChoiceField(
        label="Régime de formation",
        required=False,
        choices=[("", "Non précisé"), *_libelles(Regime.choices)],
        help_text="Non précisé : formation initiale si l'inscription est nouvelle ; sinon, le régime enregistré "
        "est gardé.",
    )
    date_debut = _jour("Début")
    date_fin = _jour("Fin")
    code_commune = forms.CharField(
        label="Commune du lieu d'études",
        required=False,
        help_text="Code Insee. Laissez vide pour celle de l'établissement.",
    )
    cursus = forms.ChoiceField(label="Cursus", choices=[("", "Non précisé"), *Cursus.choices], required=False)
    diplome = forms.CharField(label="Diplôme préparé", required=False)
    niveau_diplome = forms.CharField(label="Niveau du diplôme", required=False)
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        etablissements: list[tuple[str, str]],
        uais: tuple[str, ...] | None,
        correction: bool = False,
        **kwargs: Any,
    ) -> None:
        self.uais = uais
        self.correction = correction
        if etablissements:
            self.base_fields = {
                **type(self).base_fields,  # type: ignore[has-type,misc]
                "uai": forms.ChoiceField(label="Établissement", choices=etablissements),
            }
        super().__init__(*args, **kwargs)
        if correction:  # the value is there to be seen
            self.fields["regime"].choices = _libelles(Regime.choices)
        self.ligne: LigneValide | None = None
        self.avis: list[Signalement] = []

    @property
    def etudiant(self) -> list[forms.BoundField]:
        return [self["ine"], self["date_naissance"]]

    @property
    def identite(self) -> list[forms.BoundField]:
        return [self[nom] for nom in _IDENTITE]

    @property
    def inscription(self) -> list[forms.BoundField]:
        return [self[nom] for nom in NOMS if nom not in ("ine", "date_naissance", *_IDENTITE)]

    def clean(self) -> dict[str, Any]:
        # Errors of the form fields are dropped: those of the validation rules replace them.
        self._errors = ErrorDict()
        saisis = {nom: str(self.data.get(self.add_prefix(nom), "")) for nom in NOMS}
        contexte = contexte_d_une_ligne(
            uai=saisis["uai"], uais_autorises=self.uais, fictif=False, aujourdhui=timezone.localdate()
        )
        self.ligne, erreurs, self.avis = valider(self._donnes(saisis), contexte)
        for erreur in erreurs:
            self.refuser(erreur)
        return saisis

    def refuser(self, erreur: Signalement) -> None:
        champ = _CHAMPS.get(erreur.champ)
        self.add_error(
            champ, _EN_SAISIE.get((champ, erreur.code)) or _ABSENT.get(erreur.code) or erreur.message
        )

    def refuser_l_etudiant(self) -> None:
        self.refuser(signaler("ine", "", "etudiant_introuvable"))

    def _donnes(self, saisis: Mapping[str, str]) -> dict[str, object]:
        """A field emptied before the eyes of who corrects a record is erased; left blank in a new one, it says
        nothing.
        """
        donnes = _champs(saisis)
        if self.correction:
            donnes |= {champ.nom: EFFACER for champ in FACULTATIVES if absent(donnes[champ.nom])}
        return donnes


def _champs(saisis: Mapping[str, str]) -> dict[str, object]:
    """As the write API would receive them."""
    champs: dict[str, object] = {
        nom: saisis[champ] for champ, nom in NOMS.items() if not nom.startswith("identite.")
    }
    if any(saisis[champ].strip() for champ in _IDENTITE):
        champs["identite"] = {
            "nomNaissance": saisis["nom_naissance"],
            "prenoms": separer_prenoms(saisis["prenoms"]),
            "sexe": saisis["sexe"],
            "codeCogInseeCommuneNaissance": lieux.code_du_lieu(
                saisis["lieu_naissance"], saisis["date_naissance"]
            ),
        }
    return champs


def valeurs(inscription: Inscription) -> dict[str, str]:
    """Those of a record, to be corrected."""
    return {
        "ine": inscription.etudiant.ine,
        "date_naissance": inscription.etudiant.date_naissance.isoformat(),
        "uai": inscription.etablissement.uai,
        **{champ.colonne: _texte(getattr(inscription, champ.colonne)) for champ in ECRITS},
        "version": inscription.modifie_le.isoformat(),
    }


def _texte(valeur: object) -> str:
    return valeur.isoformat() if isinstance(valeur, datetime.date) else str(valeur)
