"""What is filled in to announce something. Instants are those of Paris, as every clock here shows them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.http import url_has_allowed_host_and_scheme

from referentiel.formulaires import Formulaire
from statut_etudiant.annonces.models import DUREE_MAXIMALE, Bandeau

_FORMAT = "%Y-%m-%dT%H:%M"


def _instant(libelle: str, aide: str = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=libelle,
        help_text=aide,
        input_formats=[_FORMAT, f"{_FORMAT}:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMAT),
    )


class _Periode(Formulaire):
    """`debut` before `fin`."""

    def clean(self) -> dict[str, Any]:
        saisi: dict[str, Any] = super().clean() or {}
        debut, fin = saisi.get("debut"), saisi.get("fin")
        if debut and fin and fin <= debut:
            self.add_error("fin", "La fin doit venir après le début.")
        return saisi


class FormulaireDeBandeau(_Periode):
    niveau = forms.ChoiceField(label="Niveau", choices=Bandeau.Niveau.choices)
    titre = forms.CharField(
        label="Titre", max_length=100, help_text="Une courte phrase : elle se lit d'abord."
    )
    texte = forms.CharField(label="Texte", max_length=300, required=False)
    lien = forms.CharField(
        label="Adresse où en savoir plus",
        max_length=200,
        required=False,
        help_text="Une page de ce site (/nouveautes) ou une adresse https.",
    )
    debut = _instant("Affiché à partir de", "Heure de Paris.")
    fin = _instant("Jusqu'à")

    def clean_lien(self) -> str:
        lien: str = self.cleaned_data["lien"]
        # As browsers read it: « /\ailleurs » is another site.
        ici = lien.startswith("/") and url_has_allowed_host_and_scheme(lien, allowed_hosts=None)
        if lien and not lien.startswith("https://") and not ici:
            raise ValidationError("Commencez par / pour une page de ce site, ou par https:// ailleurs.")
        return lien


class FormulaireDeMaintenance(_Periode):
    debut = _instant("Début", "Heure de Paris. L'API répond alors 503, avec le délai avant un nouvel essai.")
    fin = _instant("Fin", "Prévoyez large : finir plus tôt se dit d'un clic.")
    motif = forms.CharField(
        label="Motif", max_length=200, help_text="Il est public : « mise à jour de la base de données »."
    )

    def clean(self) -> dict[str, Any]:
        saisi = super().clean()
        debut, fin = saisi.get("debut"), saisi.get("fin")
        if debut and fin and fin > debut + DUREE_MAXIMALE:
            self.add_error("fin", f"Une maintenance dure {DUREE_MAXIMALE.days} jours au plus.")
        return saisi
