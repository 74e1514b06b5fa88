"""What the provider door is asked (contract §8): by INE in the address, or by identity in a JSON body."""

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

from referentiel.ecriture.json_strict import JsonInvalide, lire_json
from referentiel.identifiants import IneInvalide, lire_date, normaliser_code_lieu, normaliser_ine
from statut_etudiant.api.parametres import (
    Illisible,
    RechercheIdentite,
    RechercheIne,
    Requete,
    lire_nom,
    naissance_plausible,
    nettoyer,
    scalaire,
)

T = TypeVar("T")

#: An identity is some 200 bytes; this leaves room for any spacing.
CORPS_MAXIMUM = 16 * 1024
LONGUEUR_APPELANT = 100
SEXES = {"1": "M", "2": "F"}

#: What each parameter is expected to be, in the words of the error message.
ATTENDU = {
    "INE": "un INE compte 11 chiffres et lettres",
    "corps": "un objet JSON de 16 ko au plus est attendu",
    "nomFamille": "un nom de naissance d'au plus 100 caractères est attendu",
    "prenom1": "un prénom d'au plus 100 caractères est attendu",
    "dateNaissance": "une date AAAA-MM-JJ est attendue, du 1er janvier 1900 à aujourd'hui",
    "sexe": "« 1 » (masculin) ou « 2 » (féminin) est attendu",
    "lieuNaissance": "le code COG d'une commune est attendu, ou 99 suivi de trois chiffres pour un pays",
    "X-Caller": "l'en-tête nomme, en 100 caractères au plus, pour qui l'appel est fait",
}


class ParametreRefuse(ValueError):
    """The first parameter that fails, and what to tell the caller."""

    def __init__(self, parametre: str, *, absent: bool = False, precision: str = "") -> None:
        etat = "est obligatoire" if absent else "n'est pas valide"
        super().__init__(f"Le paramètre {parametre} {etat} : {ATTENDU[parametre]}.{precision}")
        self.parametre = parametre
        self.message = str(self)


def lire_appelant(valeur: str) -> str:
    """Who the call is made for, as the journal keeps it. Raises ParametreRefuse."""
    appelant = nettoyer(valeur)
    if not appelant:
        raise ParametreRefuse("X-Caller", absent=True)
    if len(appelant) > LONGUEUR_APPELANT or not appelant.isprintable():
        raise ParametreRefuse("X-Caller")
    return appelant


def lire_ine(requete: Requete) -> RechercheIne:
    """Raises ParametreRefuse."""
    try:
        valeur = scalaire(requete, "INE")
        if valeur:
            return RechercheIne(normaliser_ine(valeur))
    except ValueError as refus:
        precision = f" {refus.precision}" if isinstance(refus, IneInvalide) else ""
        raise ParametreRefuse("INE", precision=precision) from None
    raise ParametreRefuse("INE", absent=True)


def lire_identite(corps: bytes, *, aujourdhui: datetime.date) -> RechercheIdentite:
    """Raises ParametreRefuse."""
    objet = _objet(corps)

    def lire_naissance(valeur: str) -> datetime.date:
        date = lire_date(valeur)
        if not naissance_plausible(date, aujourdhui=aujourdhui):
            raise Illisible
        return date

    def lire_sexe(valeur: str) -> str:
        try:
            return SEXES[valeur]
        except KeyError:
            raise Illisible from None

    return RechercheIdentite(
        nom=_exiger(objet, "nomFamille", lire_nom),
        prenom=_prenom(objet),
        date_naissance=_exiger(objet, "dateNaissance", lire_naissance),
        sexe=_exiger(objet, "sexe", lire_sexe),
        lieu=_lire(objet, "lieuNaissance", normaliser_code_lieu),
    )


def _prenom(objet: dict[str, Any]) -> str:
    """Empty when a blank is sent: the person has a single name, as in v3."""
    brut = objet.get("prenom1")
    return "" if isinstance(brut, str) and not nettoyer(brut) else _exiger(objet, "prenom1", lire_nom)


def _objet(corps: bytes) -> dict[str, Any]:
    if len(corps) > CORPS_MAXIMUM:
        raise ParametreRefuse("corps")
    try:
        objet = lire_json(corps)
    except JsonInvalide as refus:
        raise ParametreRefuse("corps", precision=f" {refus}") from None
    if not isinstance(objet, dict):
        raise ParametreRefuse("corps")
    return objet


def _exiger(objet: dict[str, Any], parametre: str, lecteur: Callable[[str], T]) -> T:
    valeur = _lire(objet, parametre, lecteur)
    if valeur is None:
        raise ParametreRefuse(parametre, absent=True)
    return valeur


def _lire(objet: dict[str, Any], parametre: str, lecteur: Callable[[str], T]) -> T | None:
    brute = objet.get(parametre)
    if brute is None:
        return None
    try:
        if not isinstance(brute, str):
            raise Illisible
        valeur = nettoyer(brute)
        return lecteur(valeur) if valeur else None
    except ValueError:
        raise ParametreRefuse(parametre) from None
