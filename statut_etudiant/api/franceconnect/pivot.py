"""The pivot identity, as FranceConnect's claims hold it, and the search that it asks for.

The same rules as the search by identity (`referentiel.recherche`): what is not known is not compared. A birth date of
which only the year, or the month, is known comes as the first day of that period, which is how the referential stores
it.
"""

import datetime
import re
from typing import Any

from referentiel.identifiants import normaliser_code_lieu
from statut_etudiant.api.parametres import RechercheIdentite, lire_nom, naissance_plausible
from statut_etudiant.franceconnect.echecs import PivotAbsent, PivotInutilisable

FRANCE = "99100"
SEXES = {"male": "M", "female": "F", "unspecified": None}

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


def lire(claims: dict[str, Any], *, aujourdhui: datetime.date) -> RechercheIdentite:
    """The search for whom these claims describe. Raises PivotAbsent or PivotInutilisable.

    A person without given name is one registered with a single name: `prenom` is then empty.
    """
    manquants = [
        cle for cle in ("family_name", "birthdate", "gender") if claims.get(cle) is None or claims[cle] == ""
    ]
    if manquants:
        raise PivotAbsent(f"sans {manquants[0]}")
    try:
        return RechercheIdentite(
            nom=lire_nom(_texte(claims, "family_name")),
            prenom=_prenom(claims),
            date_naissance=_naissance(_texte(claims, "birthdate"), aujourdhui),
            sexe=SEXES[_texte(claims, "gender")],
            lieu=_lieu(claims),
        )
    except (ValueError, KeyError):
        raise PivotInutilisable("valeur du pivot") from None


def _texte(claims: dict[str, Any], cle: str) -> str:
    valeur = claims.get(cle)
    if valeur is None:
        return ""
    if not isinstance(valeur, str):
        raise ValueError(cle)
    return valeur.strip()


def _prenom(claims: dict[str, Any]) -> str:
    liste = claims.get("given_name_array")
    if liste is not None and not (isinstance(liste, list) and all(isinstance(nom, str) for nom in liste)):
        raise ValueError("given_name_array")
    premiers = [nom.strip() for nom in liste or () if nom.strip()] or _texte(claims, "given_name").split()
    return lire_nom(premiers[0]) if premiers else ""


def _naissance(valeur: str, aujourdhui: datetime.date) -> datetime.date:
    trouvee = _DATE.fullmatch(valeur)
    if trouvee is None:
        raise ValueError("birthdate")
    annee, mois, jour = map(int, trouvee.groups())
    date = datetime.date(annee, mois, jour)
    if not naissance_plausible(date, aujourdhui=aujourdhui):
        raise ValueError("birthdate")
    return date


def _lieu(claims: dict[str, Any]) -> str | None:
    """The commune for who was born in France, the country for who was born abroad, None when it is not said."""
    pays, commune = _texte(claims, "birthcountry"), _texte(claims, "birthplace")
    if pays and pays != FRANCE:
        lieu = normaliser_code_lieu(pays)
        if not lieu.startswith("99"):
            raise ValueError("birthcountry")
        return lieu
    return normaliser_code_lieu(commune) if commune else None
