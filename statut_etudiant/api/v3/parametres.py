"""The parameters of `GET /v3/mesri/statut_etudiant/…` (contract §3): a validated search, or all the codes."""

import datetime
import re
from collections.abc import Callable

from referentiel.identifiants import normaliser_code_lieu, normaliser_ine, normaliser_siret
from referentiel.lieux_nommes import ETRANGER, lire_departement
from statut_etudiant.api.parametres import (
    LONGUEUR_NOM,
    Illisible,
    RechercheIdentite,
    RechercheIne,
    Requete,
    lire_nom,
    lire_sexe,
    naissance_plausible,
    nettoyer,
    scalaire,
)

#: (name, département, year of birth) → COG code of the commune, or None.
Resoudre = Callable[[str, str, int], str | None]

_ANNEE = re.compile("[0-9]{4}")
_MOIS_OU_JOUR = re.compile("[0-9]{1,2}")


class ParametresRefuses(ValueError):
    """The codes of all that fails, in the order of the contract."""

    def __init__(self, *codes: str) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def lire_recipient(requete: Requete) -> str:
    try:
        valeur = scalaire(requete, "recipient")
        if valeur:
            return normaliser_siret(valeur)
    except ValueError:
        raise ParametresRefuses("00210") from None
    raise ParametresRefuses("00203")


def lire_ine(requete: Requete) -> RechercheIne:
    try:
        return RechercheIne(normaliser_ine(scalaire(requete, "ine")))
    except ValueError:
        raise ParametresRefuses("00360") from None


def lire_identite(requete: Requete, *, aujourdhui: datetime.date, resoudre: Resoudre) -> RechercheIdentite:
    """All that fails is said at once: whoever fills a form wants to correct it once."""
    codes: list[str] = []

    def essayer(code: str, lecteur: Callable[[], str]) -> str:
        try:
            return lecteur()
        except ValueError:
            codes.append(code)
            return ""

    nom = essayer("00420", lambda: lire_nom(scalaire(requete, "nomNaissance")))
    prenom = essayer("00421", lambda: _premier_prenom(requete))
    naissance = _naissance(requete, aujourdhui, codes)
    sexe = essayer("00427", lambda: lire_sexe(scalaire(requete, "sexeEtatCivil")))
    lieu = essayer("00365", lambda: _code_lieu(requete))
    departement = ""
    if not lieu and "00365" not in codes:
        departement = essayer("00428", lambda: _departement(requete))
    if codes or naissance is None:
        raise ParametresRefuses(*codes)
    if departement and commune_nommee(requete):
        # Asked last: whether a commune exists is only a question once everything else makes sense.
        lieu = _resolue(requete, departement, naissance.year, resoudre)
    return RechercheIdentite(nom, prenom, naissance, sexe, lieu or None)


def _premier_prenom(requete: Requete) -> str:
    """Empty when one blank is sent, alone: the person has a single name."""
    prenoms = requete.getlist("prenoms[]") or requete.getlist("prenoms[0]")
    if not prenoms or requete.getlist("prenoms"):
        raise Illisible
    prenom = nettoyer(prenoms[0])
    return lire_nom(prenom) if prenom or len(prenoms) > 1 else ""


def _naissance(requete: Requete, aujourdhui: datetime.date, codes: list[str]) -> datetime.date | None:
    """One error at most: the first of the year, month or day that fails, else that of the whole date."""
    nombres = []
    for code, parametre, motif, minimum, maximum in (
        ("00422", "anneeDateNaissance", _ANNEE, 1, 9999),
        ("00423", "moisDateNaissance", _MOIS_OU_JOUR, 1, 12),
        ("00424", "jourDateNaissance", _MOIS_OU_JOUR, 1, 31),
    ):
        try:
            valeur = scalaire(requete, parametre)
        except Illisible:
            valeur = ""
        if not motif.fullmatch(valeur) or not minimum <= int(valeur) <= maximum:
            codes.append(code)
            return None
        nombres.append(int(valeur))
    try:
        date = datetime.date(*nombres)
    except ValueError:
        codes.append("00425")
        return None
    if not naissance_plausible(date, aujourdhui=aujourdhui):
        codes.append("00425")
        return None
    return date


def _code_lieu(requete: Requete) -> str:
    valeur = scalaire(requete, "codeCogInseeCommuneNaissance")
    return normaliser_code_lieu(valeur) if valeur else ""


def commune_nommee(requete: Requete) -> bool:
    parametre = "nomCommuneNaissance"
    return any(valeur.strip() for valeur in requete.getlist(parametre) + requete.getlist(parametre + "[]"))


def _departement(requete: Requete) -> str:
    """Looked at only without a COG code, beside a commune's name: an incomplete pair is no place, nor is "abroad"."""
    if not commune_nommee(requete):
        return ""
    valeur = scalaire(requete, "codeCogInseeDepartementNaissance")
    departement = lire_departement(valeur) if valeur else ETRANGER
    return "" if departement == ETRANGER else departement


def _resolue(requete: Requete, departement: str, annee: int, resoudre: Resoudre) -> str:
    try:
        nom = " ".join(scalaire(requete, "nomCommuneNaissance").split())
    except Illisible:
        nom = ""
    # A text that no commune can bear resolves to none, and is not worth a look-up.
    plausible = 0 < len(nom) <= LONGUEUR_NOM and nom.isprintable()
    code = resoudre(nom, departement, annee) if plausible else None
    if not code:
        raise ParametresRefuses("01003")
    return code
