"""What an agent types, or a line of a file holds, read by the rules of the API's own parameters."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

from referentiel.identifiants import IdentifiantInvalide, lire_date, normaliser_code_lieu, normaliser_ine
from referentiel.noms import mots_du_nom
from referentiel.saisie.lieux import code_du_lieu
from statut_etudiant.api.jours import aujourdhui
from statut_etudiant.api.parametres import (
    RechercheIdentite,
    RechercheIne,
    lire_nom,
    lire_sexe,
    naissance_plausible,
    nettoyer,
)

#: What is wrong with each, in words.
NOM = "Écrivez le nom de naissance, avec ses lettres seulement."
PRENOM = "Écrivez le ou les prénoms, avec leurs lettres seulement."
NAISSANCE = "Donnez une date de naissance qui existe, depuis 1900."
SEXE = "Choisissez le sexe à l'état civil."
LIEU = (
    "Ce lieu n'est pas reconnu avec certitude : précisez le département, comme Toulouse (31), donnez le code Insee, "
    "ou laissez vide."
)


class SaisieRefusee(ValueError):
    """`erreurs`: field → what is wrong, in the order of the form."""

    def __init__(self, erreurs: dict[str, str]) -> None:
        super().__init__(", ".join(erreurs))
        self.erreurs = erreurs


def lire_recherche_ine(texte: str) -> RechercheIne:
    """Raises SaisieRefusee."""
    try:
        return RechercheIne(normaliser_ine(nettoyer(texte)))
    except IdentifiantInvalide as refus:
        raise SaisieRefusee({"ine": str(refus)}) from None


def lire_recherche_identite(saisie: Mapping[str, str]) -> RechercheIdentite:
    """Of `nom`, `prenom` (empty for a person who has none), `naissance`, `sexe`, `lieu` (optional). All that is wrong
    is said at once. Raises SaisieRefusee."""
    erreurs: dict[str, str] = {}
    lus: dict[str, Any] = {}
    for champ, lire, dit in (
        ("nom", lire_nom, NOM),
        ("prenom", _prenom, PRENOM),
        ("naissance", _naissance, NAISSANCE),
        ("sexe", lire_sexe, SEXE),
    ):
        try:
            lus[champ] = lire(nettoyer(saisie.get(champ, "")))
        except ValueError:
            erreurs[champ] = dit
    lieu = nettoyer(saisie.get("lieu", ""))
    if lieu:
        try:
            lus["lieu"] = normaliser_code_lieu(
                code_du_lieu(lieu[:200], nettoyer(saisie.get("naissance", "")))
            )
        except ValueError:
            erreurs["lieu"] = LIEU
    if erreurs:
        raise SaisieRefusee(erreurs)
    return RechercheIdentite(lus["nom"], lus["prenom"], lus["naissance"], lus["sexe"], lus.get("lieu"))


def _prenom(texte: str) -> str:
    return lire_nom(texte) if texte else ""


def _naissance(texte: str) -> datetime.date:
    jour = lire_date(texte)
    if not naissance_plausible(jour, aujourdhui=aujourdhui()):
        raise ValueError
    return jour


#: Of an INE, as most are.
_FORME_D_INE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{10}[A-Za-z]|[0-9]{9}[A-Za-z]{2})(?![0-9A-Za-z])")
_DATE = re.compile(r"(?<![0-9])[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19|20)[0-9]{2}(?![0-9])")


def dossier_nomme_quelqu_un(dossier: str, recherche: RechercheIne | RechercheIdentite | None) -> bool:
    """Whether the case number or reason holds an INE, a date like a birth date, or the name that is looked for: it
    stays in a journal that holds nobody's name."""
    if _FORME_D_INE.search(dossier) or _DATE.search(dossier):
        return True
    if not isinstance(recherche, RechercheIdentite):
        return False
    # Whole words: a number that holds the letters of a short name names nobody.
    nom = mots_du_nom(recherche.nom)
    mots = mots_du_nom(dossier)
    return any(mots[debut : debut + len(nom)] == nom for debut in range(len(mots)))
