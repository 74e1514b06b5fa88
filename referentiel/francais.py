"""What French asks of words put together by a program: elision, plurals, capitals, the first of the month, "today"."""

import datetime
import re
import unicodedata
from typing import NamedTuple

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


#: First words of organisations' names that people say with an article, as in « la Ville de Brest ».
_FEMININS = re.compile(
    r"academie|agence|agglomeration|association|bibliotheque|caf|caisse|chambre|cite|collectivite|commune|communaute"
    r"|cooperative|cpam|direction|ecole|eurometropole|fac|faculte|federation|fondation|haute|mairie|maison|metropole"
    r"|mission|mutuelle|prefecture|regie|region|residence|sous-prefecture|universite|ville"
)
_MASCULINS = re.compile(
    r"ccas|centre|cias|cnam|cnous|college|comite|conseil|conservatoire|crous|departement|etablissement|gip|groupement"
    r"|hopital|iep|insa|institut|iut|lycee|ministere|musee|observatoire|office|opera|pole|rectorat|sdis|service|sivu"
    r"|syndicat|territoire|theatre"
)
_PLURIELS = re.compile(r"archives|hospices|services|universites")
#: Companies' names go without article, whatever they begin with: « de Maison Duval SARL ».
_SOCIETES = re.compile(r"\b(?:sas|sasu|sarl|sa|eurl|snc|sci|scop|scic)\b", re.I)


class _Article(NamedTuple):
    """How a name is said after « le », « de » and « à »; `reste`: without the article that it bears itself."""

    le: str
    de: str
    a: str
    reste: str


def _article(nom: str) -> _Article:
    """« la Ville de Brest », « l'Université de Lille », « le Crous de Lyon », « Le Havre » and what becomes of them."""
    mots = nom.split()
    premier = _sans_accent(mots[0]).lower() if mots else ""
    # The articles of names are in them (Le Havre, les Archives nationales); « La » and « L' » change nothing.
    if len(mots) > 1 and premier in {"le", "les"}:
        reste = nom.lstrip()[len(mots[0]) :].lstrip()
        return (
            _Article(f"{mots[0]} ", "du ", "au ", reste)
            if premier == "le"
            else _Article(f"{mots[0]} ", "des ", "aux ", reste)
        )
    if len(mots) > 1 and not _SOCIETES.search(nom):
        if _PLURIELS.fullmatch(premier):
            return _Article("les ", "des ", "aux ", nom)
        feminin, masculin = _FEMININS.fullmatch(premier), _MASCULINS.fullmatch(premier)
        if (feminin or masculin) and _elide(nom):
            return _Article("l'", "de l'", "à l'", nom)
        if feminin:
            return _Article("la ", "de la ", "à la ", nom)
        if masculin:
            return _Article("le ", "du ", "au ", nom)
    return _Article("", "d'" if _elide(nom) else "de ", "à ", nom)


def de(suite: object) -> str:
    """« de Paul », « d'Agathe », « de la Ville de Brest », « du Havre »."""
    article = _article(str(suite))
    return article.de + article.reste


def a(suite: object) -> str:
    """« à Paul », « à la Ville de Brest », « au Crous de Lyon », « aux Ulis »."""
    article = _article(str(suite))
    return article.a + article.reste


def le(suite: object) -> str:
    """« Paul », « la Ville de Brest », « l'Université de Lille »: as a subject, or after « pour » and « par »."""
    article = _article(str(suite))
    return article.le + article.reste


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
