"""The normal form of names, in Python: for names that are compared outside the database.

The database's `referentiel_normaliser` is the rule for people's names; this one says the same thing, and a test holds
them together.
"""

import re
import string
import unicodedata

_DIACRITIQUES = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_APOSTROPHES_ET_TIRETS = (
    "'`.-\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u055a\ua78c\uff07\u2010\u2011\u2012\u2013\u2014\u2015"
    "\u2212\u00ad\u058a\ufe58\ufe63\uff0d\u00b7\u200b\u200c\u200d\ufeff"
)
#: Letters that Unicode does not decompose, and the plain ones that stand for them.
_SANS_DECOMPOSITION = (
    "ØøÐðĐđɄɊĦħıĸŁłŊŋŦŧƀƁƂƃƆƇƈƉƊƋƌƎƏƐƑƒƓƔƖƗƘƙƚƜƝƞƟƤƥƩƫƬƭƮƱƲƳƴƵƶƷƿǝǤǥǷȜȝȠȡȤȥȴȵȶȷȺȻȼȽȾȿɀɃɅɆɇɈɉɋɌɍɎɏɓɔɖɗəɛɠɣɨɩɯɲʃʈʊʋʌʒ",
    "OODDDDUQHHIKLLNNTTBBBBOCCDDDDEEEFFGGIIKKLMNNOPPSTTTTUVYYZZZWEGGWYYNDZZLNTJACCLTSZBVEEJJQRRYYBODDEEGGIIMNSTUVVZ",
)
_TRADUCTION = str.maketrans(
    dict(zip(string.ascii_lowercase, string.ascii_uppercase, strict=True))
    | {"œ": "OE", "Œ": "OE", "æ": "AE", "Æ": "AE", "ß": "SS", "ẞ": "SS", "þ": "TH", "Þ": "TH"}
    | dict(zip(*_SANS_DECOMPOSITION, strict=True))
    | dict.fromkeys(_APOSTROPHES_ET_TIRETS, " ")
)

#: What separates words once the name is in its normal form: all that is neither letter nor digit.
_ENTRE_MOTS = re.compile(
    "[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u058a\u05be\u05f3\u05f4"
    "\u2000-\u206f\u2190-\u2bff\u3000-\u303f\u30fb\ua78b\ua78c\ufe50-\ufe6f\ufeff]+"
)


def normaliser_nom(nom: str) -> str:
    """Upper case without diacritics; apostrophes, hyphens, dots and blanks are one space."""
    if not nom.isascii():
        nom = _DIACRITIQUES.sub("", unicodedata.normalize("NFKD", nom))
    return " ".join(nom.translate(_TRADUCTION).split())


def mots_du_nom(nom: str) -> list[str]:
    """The words of the normal form; put together, they are the key of a birth name (`referentiel_cle_nom`)."""
    return _ENTRE_MOTS.sub(" ", normaliser_nom(nom)).split()
