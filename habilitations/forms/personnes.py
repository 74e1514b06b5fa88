"""The three contacts of a request, fifteen fields named `<role>-<field>`."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms

from habilitations.demandes.brouillon import CHAMPS_DES_CONTACTS
from habilitations.forms.adresses import ChampCourriel
from habilitations.forms.etapes import ChampTelephone, FormulaireDEtape
from habilitations.jetons.octroi import TYPE_DU_JETON
from habilitations.models import ContactDeDemande, Demande, Habilitation

ROLES = {
    ContactDeDemande.Role.RESPONSABLE_TRAITEMENT: (
        "La personne qui décide du traitement : maire, président, directrice… ou qui a sa délégation. "
        "Elle est informée de la validation."
    ),
    ContactDeDemande.Role.DPD: (
        "La personne que votre organisation a déclarée à la CNIL. Elle est informée de la validation."
    ),
    ContactDeDemande.Role.TECHNIQUE: "Qui intégrera l'API : agent, prestataire ou éditeur.",
}
SANS_CONTACT = "Facultatif : vos agents vérifieront au guichet, il n'y a rien à intégrer."
JETON_REMIS = " Le jeton lui est remis par un lien à usage unique."


class Groupe(NamedTuple):
    """One contact on the page. `moi`: the applicant's own values, for « c'est moi »."""

    role: str
    titre: str
    aide: str
    champs: list[forms.BoundField]
    moi: dict[str, str]


def _champs() -> dict[str, forms.Field]:
    return {
        "prenom": forms.CharField(label="Prénom", max_length=100),
        "nom": forms.CharField(label="Nom", max_length=100),
        "fonction": forms.CharField(label="Fonction", max_length=150),
        "courriel": ChampCourriel(label="Adresse e-mail"),
        "telephone": ChampTelephone(label="Téléphone"),
    }


def moi(demande: Demande) -> dict[str, str]:
    """What is known of the applicant."""
    return {
        "prenom": demande.demandeur.prenom,
        "nom": demande.demandeur.nom,
        "fonction": demande.demandeur_fonction,
        "courriel": demande.demandeur.courriel,
        "telephone": demande.demandeur_telephone,
    }


class Personnes(FormulaireDEtape):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.demande.sans_logiciel:
            for nom in _champs():
                self.fields[f"{ContactDeDemande.Role.TECHNIQUE}-{nom}"].required = False

    def clean(self) -> dict[str, Any]:
        for nom in CHAMPS_DES_CONTACTS:
            if nom.endswith("-courriel") and nom in self.cleaned_data:
                self.cleaned_data[nom] = self.cleaned_data[nom].lower()
        return self.cleaned_data

    def groupes(self) -> Iterator[Groupe]:
        for role, aide in ROLES.items():
            remis = (
                not self.demande.sans_logiciel
                and role == ContactDeDemande.Role.TECHNIQUE
                and TYPE_DU_JETON[Habilitation.Type(self.demande.type)] is not None
            )
            yield Groupe(
                role.value,
                str(role.label),
                SANS_CONTACT
                if self.demande.sans_logiciel and role == ContactDeDemande.Role.TECHNIQUE
                else aide + (JETON_REMIS if remis else ""),
                [self[f"{role.value}-{nom}"] for nom in _champs()],
                moi(self.demande),
            )


# Declared like any other field: the base class then finds them all.
for _role in ROLES:
    for _nom, _champ in _champs().items():
        # Three fields have the same label: the summary of errors says whose.
        _champ.groupe = _role.label  # type: ignore[attr-defined]
        _champ.widget.attrs["autocomplete"] = "off"
        Personnes.base_fields[f"{_role.value}-{_nom}"] = _champ
