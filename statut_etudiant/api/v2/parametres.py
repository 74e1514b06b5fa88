"""The parameters of `GET /api/v2/etudiants` (contract §2): a validated search, or the first that fails."""

import datetime
from collections.abc import Callable
from typing import TypeVar

from referentiel.identifiants import (
    IneInvalide,
    lire_date,
    normaliser_code_lieu,
    normaliser_ine,
    normaliser_siret,
)
from statut_etudiant.api.parametres import (
    Illisible,
    RechercheIdentite,
    RechercheIne,
    Requete,
    lire_nom,
    lire_sexe,
    naissance_plausible,
    scalaire,
)

T = TypeVar("T")

#: What each parameter is expected to be, in the words of the error message.
ATTENDU = {
    "ine": "un INE compte 11 chiffres et lettres",
    "nom": "un nom de naissance d'au plus 100 caractères est attendu",
    "prenom": "un prénom d'au plus 100 caractères est attendu",
    "dateDeNaissance": "une date AAAA-MM-JJ est attendue, du 1er janvier 1900 à aujourd'hui",
    "sexe": "m ou f est attendu",
    "lieuDeNaissance": "le code COG d'une commune est attendu, ou 99 suivi de trois chiffres pour un pays",
    "recipient": "un numéro de SIRET de 14 chiffres est attendu",
}


class ParametreRefuse(ValueError):
    """The first parameter that fails, and what to tell the caller."""

    def __init__(self, parametre: str, message: str) -> None:
        super().__init__(message)
        self.parametre = parametre
        self.message = message


def lire_recipient(requete: Requete, *, obligatoire: bool) -> str | None:
    """The SIRET on whose behalf the call is made; mandatory with FranceConnect only."""
    return _lire(requete, "recipient", normaliser_siret, obligatoire=obligatoire)


def lire_recherche(requete: Requete, *, aujourdhui: datetime.date) -> RechercheIne | RechercheIdentite:
    """By INE as soon as there is one, whatever else is sent; by identity otherwise."""
    ine = _lire(requete, "ine", normaliser_ine, obligatoire=False)
    if ine is not None:
        return RechercheIne(ine)

    def lire_naissance(valeur: str) -> datetime.date:
        date = lire_date(valeur)
        if not naissance_plausible(date, aujourdhui=aujourdhui):
            raise Illisible
        return date

    return RechercheIdentite(
        nom=_exiger(requete, "nom", lire_nom),
        prenom=_exiger(requete, "prenom", lire_nom),
        date_naissance=_exiger(requete, "dateDeNaissance", lire_naissance),
        sexe=_exiger(requete, "sexe", lire_sexe),
        lieu=_lire(requete, "lieuDeNaissance", normaliser_code_lieu, obligatoire=False),
    )


def _exiger(requete: Requete, parametre: str, lecteur: Callable[[str], T]) -> T:
    valeur = _lire(requete, parametre, lecteur, obligatoire=True)
    assert valeur is not None  # noqa: S101 - tells the type checker what `obligatoire` promises
    return valeur


def _lire(requete: Requete, parametre: str, lecteur: Callable[[str], T], *, obligatoire: bool) -> T | None:
    # IdentifiantInvalide and Illisible are ValueErrors; what is said of them belongs to this version.
    try:
        valeur = scalaire(requete, parametre)
        if valeur:
            return lecteur(valeur)
    except ValueError as refus:
        message = f"Le paramètre {parametre} n'est pas valide : {ATTENDU[parametre]}."
        if isinstance(refus, IneInvalide):
            message += f" {refus.precision}"
        raise ParametreRefuse(parametre, message) from None
    if obligatoire:
        raise ParametreRefuse(parametre, f"Le paramètre {parametre} est obligatoire : {ATTENDU[parametre]}.")
    return None
