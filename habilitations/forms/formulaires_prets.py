"""What an editor prepares of a request, with the fields of the request's own form; whom an applicant lets follow."""

from copy import deepcopy
from typing import Any

from django import forms

from habilitations.editeurs.formulaires import CHAMPS
from habilitations.forms.base import Formulaire
from habilitations.forms.etapes import Cadre, Donnees, Projet
from habilitations.jetons.octroi import OctroiRefuse, verifier_scopes
from habilitations.models import Editeur, FormulairePret


def _repris(etape: type[forms.Form], nom: str, *, exige: bool = False) -> Any:
    field = deepcopy(etape.base_fields[nom])
    field.required = exige
    return field


class Preparation(Formulaire):
    titre = forms.CharField(
        label="Titre du formulaire",
        max_length=120,
        help_text="Pour vous et vos clients. Par exemple : « Tarif étudiant avec notre logiciel de billetterie ».",
    )
    intitule = _repris(Projet, "intitule", exige=True)
    description = _repris(Projet, "description")
    scopes = _repris(Donnees, "scopes", exige=True)
    destinataires = _repris(Donnees, "destinataires")
    conservation_mois = _repris(Donnees, "conservation_mois")
    cadre_nature = _repris(Cadre, "cadre_nature")
    cadre_references = _repris(Cadre, "cadre_references")
    cadre_url = _repris(Cadre, "cadre_url")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.aider("cadre_url", "Commence par https://. Vos clients peuvent joindre un texte à la place.")

    @classmethod
    def de(cls, formulaire: FormulairePret) -> "Preparation":
        return cls(initial={"titre": formulaire.titre} | formulaire.champs)

    def clean_scopes(self) -> list[str]:
        scopes: list[str] = sorted(self.cleaned_data["scopes"])
        try:
            verifier_scopes(scopes)
        except OctroiRefuse as refus:
            raise forms.ValidationError(str(refus)) from None
        return scopes

    def prepares(self) -> dict[str, Any]:
        """What acts take: the title apart, and the fields of the request."""
        return {
            "titre": self.cleaned_data["titre"],
            "champs": {nom: self.cleaned_data[nom] for nom in CHAMPS},
        }


class QuiSuit(Formulaire):
    editeur = forms.ModelChoiceField(
        label="Éditeur",
        queryset=Editeur.objects.none(),
        empty_label="Choisissez un éditeur",
        error_messages={"required": "Choisissez l'éditeur de votre logiciel."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        actifs = Editeur.objects.actifs().select_related("organisation")
        self.fields["editeur"].queryset = actifs.order_by("organisation__nom", "pk")
        self.a_choisir = actifs.exists()
