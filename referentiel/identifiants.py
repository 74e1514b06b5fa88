"""Identifiers of the referential: their shape, their key, their normal writing.

The shapes (`MOTIF_…`) are written once, for Python's `fullmatch` and for the database's CHECK constraints alike: ASCII
classes only, anchored by `^` and `$`, which `fullmatch` makes strict (a `$` alone would let a final newline through).
A wrong *key* never refuses anything: it is a warning on writing, and is not looked at on reading.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from stdnum import luhn

#: Letters of the BEA, SIFA and UAI keys: the alphabet without I, O, Q.
LETTRES_CLE = "ABCDEFGHJKLMNPRSTUVWXYZ"
#: Letters that stand for the digits of the RNIE key.
CHIFFRES_RNIE = "ABCDEFGHJK"

MOTIF_INE = (
    "^([0-9]{9}[A-HJK]{2}"  # RNIE
    "|[0-9]{10}[A-HJ-NPR-Z]"  # BEA
    "|[0-9A-Z]{10}[0-9]"  # INES
    "|[0-9]{4}[AD][0-9]{5}[A-HJ-NPR-Z])$"  # SIFA (apprentices; D: provisional)
)
MOTIF_UAI = "^[0-9]{7}[A-HJ-NPR-Z]$"
MOTIF_SIRET = "^[0-9]{14}$"
MOTIF_CODE_LIEU = "^([013-9][0-9]|2[AB1-9])[0-9]{3}$"
#: Of a birth place: those, and the codes of Corsica before 1976.
MOTIF_LIEU_NAISSANCE = "^([013-9][0-9]|2[AB0-9])[0-9]{3}$"
#: A commune only: codes 99xxx are countries.
MOTIF_CODE_COMMUNE = "^([013-8][0-9]|2[AB1-9]|9[0-8])[0-9]{3}$"

Motif = Callable[[str], re.Match[str] | None]

_INE = re.compile(MOTIF_INE).fullmatch
_UAI = re.compile(MOTIF_UAI).fullmatch
_SIRET = re.compile(MOTIF_SIRET).fullmatch
_LIEU = re.compile(MOTIF_LIEU_NAISSANCE).fullmatch
_COMMUNE = re.compile(MOTIF_CODE_COMMUNE).fullmatch
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch

SIREN_LA_POSTE = "356000000"


class IdentifiantInvalide(ValueError):
    """A malformed identifier. The message is in French, for whoever typed it, and does not repeat the value."""


def _verifier(motif: Motif, valeur: str, message: str) -> str:
    # `upper` turns some letters of other scripts into ASCII ones (ı → I, ſ → S): the value must be ASCII before it.
    norme = valeur.strip(" ").upper() if valeur.isascii() else ""
    if motif(norme) is None:
        raise IdentifiantInvalide(message)
    return norme


class IneInvalide(IdentifiantInvalide):
    """`precision`: which characters look wrong, by their rank. The message adds an example to it."""

    def __init__(self, precision: str) -> None:
        super().__init__(f"{precision} Un INE s'écrit par exemple 0123456789M.")
        self.precision = precision


#: What separates the groups of a number copied from a card or a letter.
_SEPARATEURS_INE = dict.fromkeys(map(ord, " \t.-\u00a0\u2009\u202f\u2010\u2011\u2013"))
#: Letters read or typed for a digit.
_CONFONDUES = {"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}
#: Where each shape wants a digit.
_FORMES_INE = ("999999999AA", "9999999999A", "9999A99999A", "**********9")


def normaliser_ine(valeur: str) -> str:
    """The INE in upper case, without the separators of its groups.

    Raises IneInvalide unless it has one of the four shapes: RNIE, BEA, INES, SIFA.
    """
    ine = valeur.translate(_SEPARATEURS_INE)
    ine = ine.upper() if ine.isascii() else ine
    if _INE(ine) is None:
        raise IneInvalide(_expliquer_ine(ine))
    return ine


def _expliquer_ine(ine: str) -> str:
    """What looks wrong, without repeating the value: the fewest letters typed for digits, or digits for letters."""
    if not ine.isascii() or not ine.isalnum():
        return "Un INE ne contient que des chiffres et des lettres sans accent."
    if len(ine) != 11:
        return f"Un INE compte 11 caractères ; celui-ci en a {len(ine)}."
    essais = []
    for forme in _FORMES_INE:
        corrige = "".join(
            _CONFONDUES.get(caractere, caractere) if attendu == "9" else caractere
            for caractere, attendu in zip(ine, forme, strict=True)
        )
        if _INE(corrige):
            essais.append([rang for rang in range(11) if corrige[rang] != ine[rang]])
    if not essais:
        return "Vérifiez les 11 caractères un à un : chiffres et lettres n'y sont pas n'importe où."
    rangs = min(essais, key=len)
    dits = ", ".join(
        f"le {_ordinal(rang)} est la lettre {ine[rang]}, sans doute pour {_CONFONDUES[ine[rang]]}"
        for rang in rangs
    )
    return f"Dans cet INE, {dits}."


def _ordinal(rang: int) -> str:
    return "1er caractère" if rang == 0 else f"{rang + 1}e"


def cle_ine_valide(ine: str) -> bool:
    """Whether the key of a well-formed, upper-case INE is right. No public rule gives the SIFA key: always true."""
    if ine[10].isdigit():  # INES
        return int(ine[:10], 36) % 10 == int(ine[10])
    if ine[9].isalpha():  # RNIE
        cle = 97 - int(ine[:9]) % 97
        return ine[9:] == CHIFFRES_RNIE[cle // 10] + CHIFFRES_RNIE[cle % 10]
    if ine[4].isalpha():  # SIFA
        return True
    return ine[10] == LETTRES_CLE[int(ine[:10]) % 23]  # BEA


def normaliser_uai(valeur: str) -> str:
    """The UAI in upper case. Raises IdentifiantInvalide unless 7 digits and a letter."""
    return _verifier(_UAI, valeur, "L'UAI compte 7 chiffres et une lettre, par exemple 0311384L.")


def cle_uai_valide(uai: str) -> bool:
    """Whether the letter of a well-formed, upper-case UAI is right."""
    return uai[7] == LETTRES_CLE[int(uai[:7]) % 23]


# The same organisations call thousands of times a second; a refusal is not kept.
@lru_cache(maxsize=4096)
def normaliser_siret(valeur: str) -> str:
    """A SIRET: 14 digits passing Luhn, or any of La Poste's (356000000 + 5 digits), which does not follow it."""
    valeur = _verifier(
        _SIRET, valeur, "Le SIRET compte 14 chiffres, sans espace, par exemple 13002526500013."
    )
    if not luhn.is_valid(valeur) and not valeur.startswith(SIREN_LA_POSTE):
        raise IdentifiantInvalide(
            "Ce SIRET n'existe pas : sa clé de contrôle est fausse. Vérifiez ses 14 chiffres."
        )
    return valeur


def normaliser_siret_saisi(valeur: str) -> str:
    """A SIRET as people type it, in groups: `130 025 265 00013`."""
    sans_espace = re.sub(r"[\s.]", "", valeur)
    if _SIRET(sans_espace) is None:
        raise IdentifiantInvalide("Le SIRET compte 14 chiffres, par exemple 130 025 265 00013.")
    return normaliser_siret(sans_espace)


def normaliser_code_lieu(valeur: str) -> str:
    """A COG code of birth place: commune, or `99xxx` for a country."""
    return _verifier(
        _LIEU,
        valeur,
        "Le code d'un lieu compte 5 caractères : code Insee (COG) d'une commune, ou 99 et trois chiffres pour un pays.",
    )


def normaliser_code_commune(valeur: str) -> str:
    """A COG code of a French commune."""
    return _verifier(
        _COMMUNE, valeur, "Le code Insee (COG) d'une commune compte 5 caractères, par exemple 31555."
    )


def lire_date(valeur: str) -> date:
    """A date written `YYYY-MM-DD`, and in no other of ISO 8601's ways. Raises IdentifiantInvalide."""
    if _DATE(valeur) is None:
        raise IdentifiantInvalide("La date s'écrit AAAA-MM-JJ, par exemple 2004-03-27.")
    try:
        return date.fromisoformat(valeur)
    except ValueError:
        raise IdentifiantInvalide(
            "Cette date n'existe pas dans le calendrier. Attendu : année, mois de 01 à 12, jour du mois."
        ) from None
