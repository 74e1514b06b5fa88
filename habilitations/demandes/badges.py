"""How the states look: the DSFR's kind of badge of each, on every page. The words beside say the same as the colour."""

from django.db import models

from habilitations.models import Demande, Habilitation

#: Two enumerations, some of whose values are the same words: each has its table. Empty: grey.
BADGES: dict[type[models.TextChoices], dict[str, str]] = {
    Demande.Etat: {
        Demande.Etat.BROUILLON: "new",
        Demande.Etat.SOUMISE: "info",
        Demande.Etat.MODIFICATIONS: "warning",
        Demande.Etat.VALIDEE: "success",
        Demande.Etat.REFUSEE: "error",
        Demande.Etat.REVOQUEE: "error",
        Demande.Etat.ARCHIVEE: "",
    },
    Habilitation.Etat: {
        Habilitation.Etat.ACTIVE: "success",
        Habilitation.Etat.OBSOLETE: "",
        Habilitation.Etat.REVOQUEE: "error",
    },
}


def badge(objet: Demande | Habilitation) -> str:
    return BADGES[type(objet).Etat][objet.etat]
