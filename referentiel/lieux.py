"""Birth places compared through the history of places, not letter by letter (ADR 0015).

A place is registered, and asked, under the code that some paper gives: of the time of the birth or of today, of the
whole city or of the arrondissement, of a merged commune or of its successor, of a country or of the one that it was
part of. Sometimes it is a postal code. Everything here is pure: the COG (`ReferenceCommunes`), the history, a birth
date.
"""

import datetime
import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from referentiel.communes import ReferenceCommunes
from referentiel.histoire import histoire

FRANCE = "99100"
ALGERIE = "99352"

_ALGERIE_FRANCAISE = re.compile("9[1-4][0-9]{3}").fullmatch
#: The same, as patterns of LIKE.
_MOTIFS_ALGERIE = ("91___", "92___", "93___", "94___")
#: Births in Algeria took the codes 91 to 94 until its independence.
_INDEPENDANCE = datetime.date(1962, 7, 5)
#: Last year of the codes 20xxx in Corsica.
_FIN_CORSE = 1975


class LieuDeNaissance(NamedTuple):
    """A birth place as it is to be kept: `code` None when nothing is known of it.

    `avis`: a code of `referentiel.ecriture.signalements`, or None; `details`: what its message needs.
    """

    code: str | None
    avis: str | None = None
    details: dict[str, str] = {}


def lire_lieu_de_naissance(
    code: str, naissance: datetime.date | None, communes: ReferenceCommunes
) -> LieuDeNaissance:
    """What a well-formed code means for who was born that day: what is kept, what the sender is told.

    A code in force at the birth is kept as it is: comparing knows its history. `naissance` None: not known yet.
    """
    if code == FRANCE:
        return LieuDeNaissance(None, "naissance_pays_france")
    if code.startswith("99"):
        connu = code in histoire().pays or code in histoire().pays_lies
        return LieuDeNaissance(code, None if connu else "naissance_inconnue")
    if naissance is None:
        return LieuDeNaissance(code)
    if postal := _lu_comme_code_postal(code, naissance, communes):
        return LieuDeNaissance(
            postal, "naissance_code_postal", {"lieu": postal, "nom": communes.nom(postal) or ""}
        )
    if communes.connue(code):
        autre = _autre_lieu_postal(code, communes) if not _d_aujourd_hui(code, communes) else None
        if autre and _annee_fin(code, communes) is not None:
            return LieuDeNaissance(
                code,
                "naissance_ambigue",
                {"nom": communes.nom(code) or "une autre commune", "autre": communes.nom(autre) or ""},
            )
        return LieuDeNaissance(code)
    connu = (
        code in histoire().anciens
        or code in histoire().pays_lies
        or _mayotte(code, communes) is not None
        or _en_algerie(code, naissance)
    )
    return LieuDeNaissance(code, None if connu else "naissance_inconnue")


def nom_du_lieu(code: str, communes: ReferenceCommunes) -> str | None:
    """The name of a commune, past or present, or of a country; None when nothing is known of the code."""
    ancien = histoire().anciens.get(code)
    return communes.nom(code) or (ancien and ancien.nom) or histoire().pays.get(code)


def actuel(code: str, naissance: datetime.date, communes: ReferenceCommunes) -> str:
    """The place of today that this code means for a birth of that day: a commune, an arrondissement or a country.

    The code itself when nothing is known of it.
    """
    if postal := _lu_comme_code_postal(code, naissance, communes):
        return postal
    if communes.connue(code):
        return code if communes.est_arrondissement(code) else communes.code_actuel(code)
    if ancien := histoire().anciens.get(code):
        return ancien.code_actuel
    return _mayotte(code, communes) or code


def memes(un: str, autre: str, naissance: datetime.date, communes: ReferenceCommunes) -> bool:
    """Whether two codes may be the same birth place, for a birth of that day."""
    if un == autre:
        return True
    ici, la = actuel(un, naissance, communes), actuel(autre, naissance, communes)
    return (
        ici == la
        or _ville(ici, communes) == la
        or _ville(la, communes) == ici
        or any(
            lien == la and (fin is None or naissance.year <= fin)
            for lien, fin in histoire().pays_lies.get(ici, ())
        )
        or (un == ALGERIE and _en_algerie(autre, naissance))
        or (autre == ALGERIE and _en_algerie(un, naissance))
        or any(
            lien == la and (fin is None or naissance <= fin) for lien, fin in histoire().reunions.get(ici, ())
        )
    )


def motifs(code: str, naissance: datetime.date, communes: ReferenceCommunes) -> list[str] | None:
    """Under which codes the students born there that day may be registered, as patterns of LIKE; None: anywhere.

    France's own code says no more than nothing, on either side.
    """
    return None if code == FRANCE else _motifs(code, _repere(naissance), communes)


@lru_cache(maxsize=16_384)
def _motifs(code: str, naissance: datetime.date, communes: ReferenceCommunes) -> list[str]:
    codes = [un for un in _voisins(code, naissance, communes) if memes(code, un, naissance, communes)]
    if code == ALGERIE and naissance < _INDEPENDANCE:
        codes += _MOTIFS_ALGERIE
    return [*codes, FRANCE]


def _repere(naissance: datetime.date) -> datetime.date:
    """The first day of the year for which every rule says the same as for that one, so that answers serve again."""
    jours = _jours_de_changement()
    rang = bisect_right(jours, naissance) - 1
    premier = naissance.replace(month=1, day=1)
    return max(jours[rang], premier) if rang >= 0 else premier


@lru_cache(maxsize=1)
def _jours_de_changement() -> list[datetime.date]:
    """The days from which a rule says otherwise than the day before. Rules that go by the year are left out."""
    derniers = {fin for reunies in histoire().reunions.values() for _, fin in reunies if fin is not None}
    return sorted({_INDEPENDANCE} | {fin + datetime.timedelta(days=1) for fin in derniers})


def _voisins(code: str, naissance: datetime.date, communes: ReferenceCommunes) -> list[str]:
    """Every code that `memes` could accept."""
    ici = actuel(code, naissance, communes)
    ville = communes.code_actuel(ici)
    lieux = {code, ici, ville, ALGERIE}
    lieux |= {lien for lien, _ in histoire().pays_lies.get(ici, ())}
    lieux |= {lien for lien, _ in histoire().reunions.get(ici, ())}
    codes = set(lieux)
    for lieu in lieux:
        codes.update(communes.reunies(lieu), _anciens_de(lieu), communes.codes_postaux(lieu))
        if lieu.startswith("976"):
            codes.add(f"985{lieu[3:]}")
    return sorted(codes)


def _anciens_de(lieu: str) -> tuple[str, ...]:
    """Corsica's codes of before 1976, and the few others that the COG of today does not list."""
    return _anciens_par_lieu().get(lieu, ())


@lru_cache(maxsize=1)
def _anciens_par_lieu() -> dict[str, tuple[str, ...]]:
    anciens: dict[str, tuple[str, ...]] = {}
    for code, ancien in histoire().anciens.items():
        anciens[ancien.code_actuel] = (*anciens.get(ancien.code_actuel, ()), code)
    return anciens


def _ville(code: str, communes: ReferenceCommunes) -> str | None:
    return communes.code_actuel(code) if communes.est_arrondissement(code) else None


def _d_aujourd_hui(code: str, communes: ReferenceCommunes) -> bool:
    return communes.est_actuelle(code) or communes.est_arrondissement(code)


def _annee_fin(code: str, communes: ReferenceCommunes) -> int | None:
    if code.startswith("20"):
        return _FIN_CORSE
    fin = communes.annee_fin(code)
    ancien = histoire().anciens.get(code)
    return fin if fin is not None or ancien is None else ancien.annee_fin


def _lu_comme_code_postal(code: str, naissance: datetime.date, communes: ReferenceCommunes) -> str | None:
    """The place, when the code can only be a postal code: of no commune, or no longer of any at that birth."""
    if _d_aujourd_hui(code, communes) or code in histoire().pays_lies:
        return None
    if communes.connue(code) or code in histoire().anciens:
        fin = _annee_fin(code, communes)
        if fin is None or naissance.year <= fin:
            return None
    elif _en_algerie(code, naissance) or _mayotte(code, communes):
        return None
    return _autre_lieu_postal(code, communes)


def _autre_lieu_postal(code: str, communes: ReferenceCommunes) -> str | None:
    """The only place of this postal code."""
    lieux = communes.lieux_du_code_postal(code)
    return lieux[0] if len(lieux) == 1 else None


def _mayotte(code: str, communes: ReferenceCommunes) -> str | None:
    """Mayotte's codes were 985xx before it became a département, in 2011."""
    suivant = f"976{code[3:]}"
    return suivant if code.startswith("985") and communes.connue(suivant) else None


def _en_algerie(code: str, naissance: datetime.date) -> bool:
    return naissance < _INDEPENDANCE and _ALGERIE_FRANCAISE(code) is not None
