"""What French asks of words put together by a program: elision, plurals, capitals, the first of the month, "today"."""

import datetime
import re
import unicodedata

from django.utils import formats

#: Words whose h holds back elision, among those that begin the names of people, places and organisations.
_H_ASPIRES = re.compile(
    r"(?:halles?|hameaux?|hangar|hand\w*|haut\w*|havre|hlm|hollande|hongrie|hors|houilles|huit\w*)\b"
)
#: Words that begin with a vowel and are said as if they did not.
_SANS_ELISION = re.compile(r"(?:onz\w*|oui|y[aeiou]\w*)\b")


def _elide(suite: str) -> bool:
    """Whether « de » and « que » lose their vowel before this."""
    debut = _sans_accent(suite.lstrip("« \u00a0\"'(").lower())
    if not debut or _SANS_ELISION.match(debut):
        return False
    return debut[0] in "aeiouy" or (debut[0] == "h" and not _H_ASPIRES.match(debut) and debut[1:2].isalpha())


def _sans_accent(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "Oe"))
    return "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))


def de(suite: object) -> str:
    """« de Paul », « d'Agathe »."""
    return f"d'{suite}" if _elide(str(suite)) else f"de {suite}"


def que(suite: object) -> str:
    """« que Paul », « qu'Agathe »."""
    return f"qu'{suite}" if _elide(str(suite)) else f"que {suite}"


def minuscule(libelle: object) -> str:
    """A label inside a sentence: « lecture par FranceConnect », while « INES » and « FranceConnect » stay."""
    texte = str(libelle)
    premier = texte.split(maxsplit=1)[0] if texte.strip() else ""
    return texte if any(lettre.isupper() for lettre in premier[1:]) else texte[:1].lower() + texte[1:]


def est_pluriel(nombre: float) -> bool:
    """From two on: « 0 demande », « 1,5 jour », « 2 jours »."""
    return abs(nombre) >= 2


def jours(nombre: int) -> str:
    return f"{nombre} jour{'s' if est_pluriel(nombre) else ''}"


def date(valeur: datetime.date, forme: str | None = "j F Y") -> str:
    """In Django's format (or that of the language), where the first of a month is « 1er ». An instant is told as it is,
    not made local."""
    if forme and getattr(valeur, "day", 0) == 1:
        forme = re.sub(r"(?<!\\)j(?= [FMN])", r"j\\e\\r", forme)
    return formats.date_format(valeur, forme)


def il_y_a(ecoules: int) -> str:
    """How many days ago, as one says it: « aujourd'hui », « hier », « il y a 3 jours »."""
    return {0: "aujourd'hui", 1: "hier"}.get(ecoules, f"il y a {jours(ecoules)}")


def dans(restants: int) -> str:
    """In how many days: « aujourd'hui », « demain », « dans 3 jours »."""
    return {0: "aujourd'hui", 1: "demain"}.get(restants, f"dans {jours(restants)}")
