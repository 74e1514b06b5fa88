"""What the desk answers, in words: the reasons of the contract, and an answer set out for a person."""

import datetime
from typing import Any, NamedTuple

from django.utils.text import capfirst

from habilitations.jetons.ouverture import EXPIRE, INCONNU, PERIMETRE, QUOTA, REVOQUE
from referentiel.models.etudiant import nommer_le_lieu

#: State of an opening → why nothing was looked up.
REFUS = {
    INCONNU: "Vous n'êtes plus agent du guichet pour cette habilitation : adressez-vous à la personne qui vous a "
    "désigné.",
    EXPIRE: "Votre désignation est arrivée à son terme : demandez à votre organisation de la renouveler.",
    REVOQUE: "L'habilitation de votre organisation n'est plus en vigueur : le guichet ne répond plus en son nom.",
    PERIMETRE: "L'habilitation de votre organisation n'ouvre aucune inscription ni admission : rien ne peut être "
    "vérifié ici.",
    QUOTA: "Votre organisation vérifie beaucoup de personnes en ce moment. Recommencez dans un instant.",
}
INTROUVABLE = "Aucun étudiant n'a pu être trouvé avec les critères de recherche fournis."
EXPLICATION = (
    "La personne est inconnue du référentiel, n'a pas d'inscription cette année parmi celles que votre habilitation "
    "ouvre, ou plusieurs personnes répondent à ces critères. Vérifiez la saisie ; l'absence de réponse ne prouve pas "
    "que la personne n'est pas étudiante."
)


class Situation(NamedTuple):
    """An enrolment or an admission: only what the scopes let see of it, the rest empty."""

    statut: str
    etablissement: str
    uai: str
    regime: str
    commune: str
    debut: datetime.date | None
    fin: datetime.date | None


class Reponse(NamedTuple):
    """`identite`: label, value; empty where the scopes hide it."""

    identite: list[tuple[str, str]]
    situations: list[Situation]


def lire(donnees: dict[str, Any]) -> Reponse:
    """The answer of the API (`data` of v3), which holds what the scopes let see and nothing else."""
    identite = donnees.get("identite", {})
    faits = [
        ("Nom de naissance", identite.get("nom_naissance", "")),
        ("Prénom", identite.get("prenom", "")),
        ("Date de naissance", _en_jour(identite.get("date_naissance"))),
    ]
    return Reponse(
        [(libelle, valeur) for libelle, valeur in faits if valeur],
        [_situation(admission) for admission in donnees["admissions"]],
    )


def _situation(admission: dict[str, Any]) -> Situation:
    etablissement = admission.get("etablissement_etudes", {})
    commune = admission.get("code_cog_insee_commune", "")
    statut = ""
    if "est_inscrit" in admission:
        statut = "Inscrit" if admission["est_inscrit"] else "Admis, sans inscription définitive"
    return Situation(
        statut=statut,
        etablissement=etablissement.get("nom", ""),
        uai=etablissement.get("uai", ""),
        regime=capfirst(admission.get("regime_formation", {}).get("libelle", "")),
        commune=f"{nommer_le_lieu(commune)} ({commune})" if commune else "",
        debut=_jour(admission.get("date_debut")),
        fin=_jour(admission.get("date_fin")),
    )


def _jour(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _en_jour(iso: str | None) -> str:
    jour = _jour(iso)
    return f"{jour:%d/%m/%Y}" if jour else ""
