"""The establishments that a request to write is for, chosen among those of the referential."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from habilitations.forms.etapes import FormulaireDEtape
from habilitations.models import Demande
from referentiel.models import Etablissement
from referentiel.saisie.etablissements import criteres_etablissement

TROUVES = 20  # at most, on a page


def proposes(demande: Demande) -> QuerySet[Etablissement]:
    """Those with the organisation's own SIRET."""
    siret = demande.organisation.siret
    return _possibles().filter(siret=siret) if siret else _possibles().none()


def chercher(texte: str) -> list[Etablissement]:
    """By UAI, SIRET, or words of the name."""
    criteres = criteres_etablissement(texte)
    return list(_possibles().filter(criteres).order_by("nom")[:TROUVES]) if criteres else []


def _possibles() -> QuerySet[Etablissement]:
    return Etablissement.objects.reels().ouverts().order_by("uai")


class Etablissements(FormulaireDEtape):
    outils = frozenset({"recherche"})

    uais = forms.MultipleChoiceField(
        label="Établissements",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Cet établissement n'est pas dans le référentiel."},
    )
    recherche = forms.CharField(
        label="Chercher un établissement",
        required=False,
        max_length=100,
        help_text="Nom, UAI (7 chiffres et une lettre) ou SIRET.",
    )
    logiciel = forms.CharField(
        label="Logiciel de scolarité",
        required=False,
        max_length=150,
        help_text="Celui qui enverra les inscriptions à l'API, s'il est connu.",
    )

    def __init__(self, *args: Any, recherche: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["recherche"] = recherche
        self.trouves = chercher(recherche)
        montres = {e.uai: e for e in [*self._choisis(), *proposes(self.demande)[:TROUVES], *self.trouves]}
        self.fields["uais"].choices = [
            (uai, f"{etablissement.nom} ({uai})") for uai, etablissement in montres.items()
        ]
        self.rien_trouve = bool(recherche.strip()) and not self.trouves

    def _choisis(self) -> list[Etablissement]:
        """What the draft holds, and what the page just sent: every real establishment may be chosen."""
        uais = set(self.demande.uais)
        if self.is_bound:
            uais |= set(self.data.getlist("uais"))
        return list(_possibles().filter(uai__in=uais))

    def clean_uais(self) -> list[str]:
        return sorted(self.cleaned_data["uais"])
