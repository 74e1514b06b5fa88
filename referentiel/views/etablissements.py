"""The sheet of an establishment: its manager reads it, the ministry corrects what no published list tells."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from referentiel.communes import reference
from referentiel.droits import Droits
from referentiel.ecriture.auteur import signer
from referentiel.formulaires import Formulaire
from referentiel.histoire import histoire
from referentiel.imports.listes.etablissement_lu import valider
from referentiel.models import Etablissement
from referentiel.nomenclatures import Secteur, TypeEtablissement
from referentiel.views.cadre import rendre


class FormulaireEtablissement(Formulaire):
    """Judged by the rule of the imports (`referentiel.imports.listes.etablissements.valider`), in its words."""

    type = forms.ChoiceField(label="Type", choices=TypeEtablissement.choices)
    secteur = forms.ChoiceField(label="Secteur", choices=Secteur.choices)
    siret = forms.CharField(label="SIRET", required=False, help_text="14 chiffres.")
    ouvert = forms.BooleanField(
        label="Établissement ouvert",
        required=False,
        help_text="Décochez s'il a fermé : ses inscriptions restent, les suivantes sont prises avec un avertissement.",
    )

    def __init__(self, *args: Any, etablissement: Etablissement, **kwargs: Any) -> None:
        self.etablissement = etablissement
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        propres: dict[str, Any] = super().clean() or {}
        lieu = self.etablissement.code_commune
        a_l_etranger = lieu in histoire().pays
        lu, erreurs, _ = valider(
            {
                "uai": self.etablissement.uai,
                "nom": self.etablissement.nom,
                "codeCommune": "" if a_l_etranger else lieu,
                "pays": histoire().pays[lieu] if a_l_etranger else "",
                "type": propres.get("type", ""),
                "secteur": propres.get("secteur", ""),
                "siret": "".join(propres.get("siret", "").split()),
            },
            communes=reference(),
            aujourdhui=timezone.localdate(),
        )
        for erreur in erreurs:
            self.add_error(erreur.champ if erreur.champ in self.fields else None, erreur.message)
        if lu is not None:
            propres["siret"] = lu.siret or ""
        return propres


def fiche(request: HttpRequest, droits: Droits, etablissement: Etablissement) -> HttpResponse:
    form = None
    if droits.ministere:
        colonnes = ("type", "secteur", "siret", "ouvert")
        form = FormulaireEtablissement(
            request.POST if request.method == "POST" else None,
            etablissement=etablissement,
            initial={colonne: getattr(etablissement, colonne) for colonne in colonnes},
        )
        if request.method == "POST" and form.is_valid():
            with transaction.atomic(), connection.cursor() as curseur:
                signer(curseur, droits.auteur)
                for colonne in colonnes:
                    setattr(etablissement, colonne, form.cleaned_data[colonne])
                etablissement.save(update_fields=[*colonnes, "modifie_le"])
            messages.success(request, "Établissement mis à jour.")
            return redirect("gestion:referentiel_etablissement_change", etablissement.pk)
    elif request.method == "POST":
        raise PermissionDenied
    return rendre(request, "gestion/etablissement.html", {"etablissement": etablissement, "form": form})
