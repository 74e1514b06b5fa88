"""Birth places told by a name: a commune and its département, an arrondissement, a country, a cell of a file.

Pure: the COG (`ReferenceCommunes`) and the history are given or shipped; nothing needs the database.
"""

import csv
import datetime
import re
from collections.abc import Iterator
from functools import cache

from referentiel.communes import FICHIER_DEPARTEMENTS, ReferenceCommunes, cle_commune, departement_du_code
from referentiel.histoire import cle_pays, histoire
from referentiel.identifiants import MOTIF_LIEU_NAISSANCE, IdentifiantInvalide
from referentiel.lieux import ALGERIE, FRANCE, LieuDeNaissance, lire_lieu_de_naissance
from referentiel.noms import normaliser_nom

#: Département of who is born abroad: it says no place.
ETRANGER = "99"
#: Before 1962: Alger, Oran, Constantine, Territoires du Sud.
_ALGERIE = {"91", "92", "93", "94"}

_DEPARTEMENT = re.compile("0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[4-9]|99")
#: Some software writes every département with three characters.
_ZERO_DEVANT = re.compile("0([0-9][0-9AB])")

# City: département, the COG code before the number, how many arrondissements.
_VILLES = {"PARIS": ("75", 75100, 20), "LYON": ("69", 69380, 9), "MARSEILLE": ("13", 13200, 16)}
_ROMAINS = dict(
    zip(
        [
            "I",
            "II",
            "III",
            "IV",
            "V",
            "VI",
            "VII",
            "VIII",
            "IX",
            "X",
            "XI",
            "XII",
            "XIII",
            "XIV",
            "XV",
            "XVI",
            "XVII",
            "XVIII",
            "XIX",
            "XX",
        ],
        range(1, 21),
        strict=True,
    )
)
_NUMERO = r"(?P<numero>[0-9]{1,2}|[IVX]+?) ?(?:E|EME|IEME|ER|ERE|ND|NDE)?"
_ARRONDISSEMENT = r"(?: ?(?:ARRONDISSEMENT|ARRDT|ARR|ARDT))?"
_VILLE = r"(?P<ville>PARIS|LYON|MARSEILLE)"
_FORMES = (
    re.compile(rf"{_VILLE} {_NUMERO}{_ARRONDISSEMENT}"),
    re.compile(rf"{_NUMERO}{_ARRONDISSEMENT}(?: DE| A)? {_VILLE}"),
    # With its postal code, whose last two figures are the arrondissement: « Paris 75012 ».
    *(
        re.compile(rf"(?P<ville>{ville}) {departement}0(?P<numero>[0-9]{{2}})")
        for ville, (departement, _, _) in _VILLES.items()
    ),
)
_CODE = re.compile(MOTIF_LIEU_NAISSANCE)
_HORS_DU_NOM = re.compile(r"[()\[\],;/]+")


def lire_departement(valeur: str) -> str:
    """The code of a département: `31` for `031`, `99` for who is born abroad. Raises IdentifiantInvalide."""
    code = valeur.strip().upper() if valeur.isascii() else ""
    if trois := _ZERO_DEVANT.fullmatch(code):
        code = trois[1]
    if _DEPARTEMENT.fullmatch(code) is None:
        raise IdentifiantInvalide(
            "Un département s'écrit sur deux ou trois caractères, par exemple 31, 2A ou 974."
        )
    return code


def resoudre_commune(
    nom: str, departement: str, annee: int | None, *, communes: ReferenceCommunes
) -> str | None:
    """The COG code that a commune's name and its département (as `lire_departement` reads it) mean for a birth of that
    year: an arrondissement when the name tells it, the whole city when it does not. None when nothing answers.

    Of a name that is in none of the communes of 91 to 94 before these were French départements of today, only Algeria
    is known.
    """
    arrondissement = _arrondissement(nom)
    if arrondissement and departement == arrondissement[:2]:
        return arrondissement
    if departement == "985":  # Mayotte, before it was a département
        departement = "976"
    code = communes.resoudre(nom, departement, annee)
    if code is None and departement in _ALGERIE and annee is not None and annee < 1962:
        return ALGERIE
    return code


def lieu_de_naissance_par_texte(
    texte: str, naissance: datetime.date | None, communes: ReferenceCommunes
) -> LieuDeNaissance | None:
    """What a cell « lieu de naissance » says, when it holds more than a code; None when it cannot be told for sure.

    `TOULOUSE (31)`, `31 Toulouse`, `75012 PARIS`, `Paris 12e`, `12e arrondissement de Paris`, `Toulouse` alone when one
    commune bears this name, `Alger (ALGÉRIE)`, `Maroc`, `31555`.
    """
    texte = " ".join(_HORS_DU_NOM.sub(" ", texte).split())
    if not texte:
        return None
    if _CODE.fullmatch(texte.upper()):
        return lire_lieu_de_naissance(texte.upper(), naissance, communes)
    if (pays := _pays(texte)) is not None:
        return lire_lieu_de_naissance(pays, naissance, communes)
    annee = naissance.year if naissance else None
    for nom, precision in _decoupes(texte):
        if (code := _lieu_precise(nom, precision, annee, communes)) is not None:
            return lire_lieu_de_naissance(code, naissance, communes)
    if (arrondissement := _arrondissement(texte)) is not None:
        return LieuDeNaissance(arrondissement)
    code = communes.resoudre_partout(re.sub(r"(?i)\s+france$", "", texte))
    return LieuDeNaissance(code) if code else None


def _decoupes(texte: str) -> Iterator[tuple[str, str]]:
    """(name, what tells where): a code or a département last or first, a country last, of one word or more."""
    mots = texte.split(" ")
    if len(mots) > 1:
        yield " ".join(mots[:-1]), mots[-1]
        yield " ".join(mots[1:]), mots[0]
    for rang in range(1, len(mots)):
        yield " ".join(mots[:rang]), " ".join(mots[rang:])


def _lieu_precise(nom: str, precision: str, annee: int | None, communes: ReferenceCommunes) -> str | None:
    if len(precision) == 5 and _CODE.fullmatch(precision.upper()):
        return _lieu_codifie(nom, precision.upper(), annee, communes)
    try:
        departement = lire_departement(precision)
    except IdentifiantInvalide:
        departement = _departements_par_nom().get(cle_commune(precision), "")
    if departement and departement != ETRANGER:
        return resoudre_commune(nom, departement, annee, communes=communes)
    if departement == ETRANGER:
        return _pays(nom)
    # « Alger, Algérie »: a country, after something that is not one.
    return _pays(precision) if not any(caractere.isdigit() for caractere in nom) else None


def _lieu_codifie(nom: str, code: str, annee: int | None, communes: ReferenceCommunes) -> str | None:
    """A name beside a COG or a postal code: whichever of the two agrees with the name."""
    if code.startswith("99"):
        return code
    postaux = communes.lieux_du_code_postal(code)
    departements = {departement_du_code(code), *(communes.departement(lieu) for lieu in (code, *postaux))}
    for departement in sorted(filter(None, departements)):
        nomme = resoudre_commune(nom, departement, annee, communes=communes)
        if nomme is None:
            continue
        if communes.connue(code) and communes.code_actuel(nomme) == communes.code_actuel(code):
            return code
        for lieu in postaux:
            if communes.code_actuel(lieu) == communes.code_actuel(nomme):
                # « 75012 Paris » tells the arrondissement, « 31400 Toulouse » the commune.
                return (
                    lieu
                    if communes.est_arrondissement(lieu) and not communes.est_arrondissement(nomme)
                    else nomme
                )
    return None


def _arrondissement(nom: str) -> str | None:
    forme = normaliser_nom(_HORS_DU_NOM.sub(" ", nom))
    for motif in _FORMES:
        if trouve := motif.fullmatch(forme):
            _, base, nombre = _VILLES[trouve["ville"]]
            numero = (
                int(trouve["numero"]) if trouve["numero"].isdigit() else _ROMAINS.get(trouve["numero"], 0)
            )
            return str(base + numero) if 1 <= numero <= nombre else None
    return None


@cache
def _departements_par_nom() -> dict[str, str]:
    with FICHIER_DEPARTEMENTS.open(encoding="utf-8", newline="") as fichier:
        return {cle_commune(ligne["nom"]): ligne["departement"] for ligne in csv.DictReader(fichier)}


def _pays(nom: str) -> str | None:
    code = histoire().codes_de_pays.get(cle_pays(nom))
    return None if code == FRANCE else code
