"""Readers of one field, shared by the fields of the same kind: a day, a choice in a closed list, a free text.

Each one appends its errors to `erreurs` and answers None (or an empty text) when there is nothing to keep.
"""

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache

from referentiel.ecriture.signalements import Signalement, nommer, signaler
from referentiel.ecriture.textes import CaractereInterdit, cle_libelle, nettoyer
from referentiel.identifiants import IdentifiantInvalide, lire_date

#: No code nor label is longer. Longer values are refused before they reach a cache.
CODE_MAXIMUM = 64

_FORME_JOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def absent(valeur: object) -> bool:
    return valeur is None or valeur == "" or (isinstance(valeur, str) and valeur.isspace())


@lru_cache(maxsize=20_000)
def _jour(valeur: str) -> datetime.date | None:
    try:
        return lire_date(valeur)
    except IdentifiantInvalide:
        return None


def lire_jour(
    champ: str,
    valeur: object,
    minimum: datetime.date,
    maximum: datetime.date,
    erreurs: list[Signalement],
) -> datetime.date | None:
    """A mandatory day, within bounds."""
    if isinstance(valeur, str) and len(valeur) == 10:
        jour = _jour(valeur)
        if jour is not None and minimum <= jour <= maximum:
            return jour
    if absent(valeur):
        code = "obligatoire"
    elif isinstance(valeur, str) and _FORME_JOUR.fullmatch(valeur):
        code = "date_impossible"
    else:
        code = "format"
    erreurs.append(signaler(champ, valeur, code, debut=f"{minimum:%d/%m/%Y}", fin=f"{maximum:%d/%m/%Y}"))
    return None


def lire_choix(
    champ: str,
    valeur: object,
    choix: Mapping[str, str],
    defaut: str | None,
    erreurs: list[Signalement],
) -> str | None:
    """The code of a closed list, from any of the forms accepted; `defaut=None` makes it mandatory."""
    if absent(valeur):
        if defaut is None:
            erreurs.append(signaler(champ, valeur, "obligatoire"))
        return defaut
    texte = str(valeur) if type(valeur) is int and 0 <= valeur <= 9 else valeur  # `true` is no 1
    if not isinstance(texte, (str, int)) or isinstance(texte, bool):
        erreurs.append(signaler(champ, valeur, "format"))
        return None
    if isinstance(texte, str) and len(texte) <= CODE_MAXIMUM:
        code = choix.get(texte.strip(" "))
        if code is not None:
            return code
        cle = cle_libelle(texte)
        if not cle.isdecimal() and cle in choix:  # labels accept other spellings, numbers do not: -1 is not 1
            return choix[cle]
    erreurs.append(signaler(champ, valeur, "valeur_inconnue"))
    return None


def lire_texte(
    champ: str, valeur: object, maximum: int, erreurs: list[Signalement], *, obligatoire: bool = False
) -> str:
    if absent(valeur):
        if obligatoire:
            erreurs.append(signaler(champ, valeur, "obligatoire"))
        return ""
    if not isinstance(valeur, str):
        erreurs.append(signaler(champ, valeur, "format"))
        return ""
    if len(valeur) > maximum * 4:  # megabytes are not worth cleaning to find that they are too long
        erreurs.append(signaler(champ, valeur, "trop_long", maximum=maximum))
        return ""
    try:
        texte = nettoyer(valeur)
    except CaractereInterdit as refus:
        erreurs.append(signaler(champ, valeur, "caractere_interdit", caractere=nommer(refus.caractere)))
        return ""
    if len(texte) > maximum:
        erreurs.append(signaler(champ, valeur, "trop_long", maximum=maximum))
        return ""
    return texte
