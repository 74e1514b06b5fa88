"""One line of a list of establishments, judged: every error at once, and notices.

What a line does not say (no such column, or a blank cell) is left as it is.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from referentiel.communes import ReferenceCommunes
from referentiel.ecriture.signalements import Signalement, nommer, signaler
from referentiel.ecriture.textes import CaractereInterdit, cle_libelle, nettoyer
from referentiel.histoire import cle_pays, histoire
from referentiel.identifiants import (
    IdentifiantInvalide,
    cle_uai_valide,
    lire_date,
    normaliser_code_commune,
    normaliser_siret_saisi,
    normaliser_uai,
)
from referentiel.nomenclatures import TypeEtablissement

NOM_MAXIMUM = 255

#: What the ministry publishes as types (its list is open), besides our own codes and labels.
TYPES_PUBLIES = {
    "Université": TypeEtablissement.UNIVERSITE,
    "Communauté d'universités et établissements": TypeEtablissement.UNIVERSITE,
    "Université de technologie": TypeEtablissement.ECOLE_INGENIEUR,
    "Institut national polytechnique": TypeEtablissement.ECOLE_INGENIEUR,
    "École": TypeEtablissement.ECOLE,
    "Grand établissement": TypeEtablissement.GRAND_ETABLISSEMENT,
    "École normale supérieure": TypeEtablissement.GRAND_ETABLISSEMENT,
    "École d'ingénieurs": TypeEtablissement.ECOLE_INGENIEUR,
    "École de formation d'ingénieurs": TypeEtablissement.ECOLE_INGENIEUR,
    "École de commerce": TypeEtablissement.ECOLE_COMMERCE,
    "École de commerce, gestion, vente": TypeEtablissement.ECOLE_COMMERCE,
    "École de commerce et de gestion": TypeEtablissement.ECOLE_COMMERCE,
    "École d'art": TypeEtablissement.ECOLE_ART,
    "École d'architecture": TypeEtablissement.ECOLE_ART,
    "École supérieure artistique et culturelle": TypeEtablissement.ECOLE_ART,
    "École paramédicale": TypeEtablissement.ECOLE_SANTE,
    "École paramédicale et sociale": TypeEtablissement.ECOLE_SANTE,
    "Lycée": TypeEtablissement.LYCEE,
    "Lycée général et technologique": TypeEtablissement.LYCEE,
    "Lycée polyvalent": TypeEtablissement.LYCEE,
    "Autre établissement": TypeEtablissement.AUTRE,
    "Autre": TypeEtablissement.AUTRE,
    "Établissement-composante": TypeEtablissement.AUTRE,
    "École française à l'étranger": TypeEtablissement.AUTRE,
}
_TYPES = {cle_libelle(libelle): str(type_) for libelle, type_ in TYPES_PUBLIES.items()}
for _code, _libelle in TypeEtablissement.choices:
    _TYPES |= dict.fromkeys((cle_libelle(_code), cle_libelle(_libelle)), _code)
_SECTEURS = {"public": "public", "secteurpublic": "public", "prive": "prive", "secteurprive": "prive"}
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")
#: What stands between the values of a cell that holds several.
_SEPARATEURS = re.compile(r"\s*[;,|/\s]\s*")
_ANNEE = re.compile(r"[0-9]{4}")
_DATE_FRANCAISE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


class EtablissementLu(NamedTuple):
    """`None`: the file does not say."""

    uai: str
    nom: str
    code_commune: str
    departement: str
    academie: str
    type: str | None = None
    secteur: str | None = None
    siret: str | None = None
    ouvert: bool | None = None
    anciens_uai: tuple[str, ...] = ()


def valider(
    champs: Mapping[str, str], *, communes: ReferenceCommunes, aujourdhui: datetime.date
) -> tuple[EtablissementLu | None, list[Signalement], list[Signalement]]:
    """(establishment or None, errors, notices). None exactly when there are errors. Blank means not given."""
    erreurs: list[Signalement] = []
    avis: list[Signalement] = []
    lus: dict[str, str | bool | tuple[str, ...] | None] = {}

    def refuser(champ: str, code: str, **details: object) -> None:
        erreurs.append(signaler(champ, champs.get(champ), code, **details))

    # Several in a cell: the first is the establishment's, the others lead to it.
    uai, *autres = _SEPARATEURS.split(champs.get("uai", ""))
    try:
        lus["uai"] = uai = normaliser_uai(uai)
        if not cle_uai_valide(uai):
            avis.append(signaler("uai", uai, "cle"))
    except IdentifiantInvalide:
        refuser("uai", "format" if uai else "obligatoire")
    lus["anciens_uai"] = _anciens_uai(uai, autres, champs.get("anciensUai", ""), avis)

    try:
        lus["nom"] = nom = nettoyer(champs.get("nom", ""))
        if not nom:
            refuser("nom", "obligatoire")
        elif len(nom) > NOM_MAXIMUM:
            refuser("nom", "trop_long", maximum=NOM_MAXIMUM)
        elif not any(map(str.isalpha, nom)):
            refuser("nom", "format")
    except CaractereInterdit as interdit:
        refuser("nom", "caractere_interdit", caractere=nommer(interdit.caractere))

    if type_ := champs.get("type"):
        lus["type"] = _lire_type(type_)
        if lus["type"] is None:  # the ministry's list of types is open: what is not in ours is "autre"
            lus["type"] = str(TypeEtablissement.AUTRE)
            avis.append(signaler("type", type_, "type_autre"))

    if secteur := champs.get("secteur"):
        lus["secteur"] = _SECTEURS.get(cle_libelle(secteur[:40]))
        if lus["secteur"] is None:
            refuser("secteur", "valeur_inconnue")

    commune, pays = champs.get("codeCommune", ""), _pays(champs.get("pays", ""))
    try:
        if not commune and pays:  # one of the schools that France has abroad
            lus |= {"code_commune": pays, "departement": "", "academie": ""}
        elif communes.connue(commune := normaliser_code_commune(commune)):
            lus["code_commune"] = commune
            lus["departement"] = communes.departement(commune) or ""
            lus["academie"] = communes.academie(commune) or ""
        else:
            refuser("codeCommune", "commune_inconnue")
    except IdentifiantInvalide:
        refuser("codeCommune", "format" if commune else "obligatoire")

    if siret := champs.get("siret"):
        lus["siret"] = _premier_siret(siret)
        if lus["siret"] is None:
            refuser("siret", "format")

    if "dateFermeture" in champs:  # of this column alone a blank says something: not closed
        try:
            fermeture = _lire_fermeture(champs["dateFermeture"])
            lus["ouvert"] = fermeture is None or fermeture > aujourdhui
        except IdentifiantInvalide:
            refuser("dateFermeture", "format")

    return (None if erreurs else EtablissementLu(**lus)), erreurs, avis  # type: ignore[arg-type]


def _anciens_uai(uai: str, autres: Sequence[str], anciens: str, avis: list[Signalement]) -> tuple[str, ...]:
    lus = []
    for champ, valeur in [
        *(("uai", un) for un in autres),
        *(("anciensUai", un) for un in _SEPARATEURS.split(anciens)),
    ]:
        if not valeur:
            continue
        try:
            ancien = normaliser_uai(valeur)
        except IdentifiantInvalide:
            avis.append(signaler(champ, valeur, "uai_ancien_ecarte"))
            continue
        if champ == "uai":
            avis.append(signaler("uai", ancien, "uai_second", uai=uai))
        if ancien != uai:
            lus.append(ancien)
    return tuple(dict.fromkeys(lus))


def _premier_siret(valeur: str) -> str | None:
    """The ministry writes several in one cell: the first that is right."""
    for partie in re.split(r"[;,|/\n]", valeur):
        try:
            return normaliser_siret_saisi(partie)
        except IdentifiantInvalide:
            continue
    return None


def _pays(nom: str) -> str:
    """The code of a country other than France; empty when there is none."""
    return histoire().codes_de_pays.get(cle_pays(nom), "") if nom else ""


def _lire_type(valeur: str) -> str | None:
    """The first type known: the ministry writes several in one cell, separated by commas or the like."""
    valeur = valeur[:200]
    for partie in (valeur, *re.split(r"[;,|/]", valeur)):
        if type_ := _TYPES.get(cle_libelle(partie)):
            return type_
    return None


def _lire_fermeture(valeur: str) -> datetime.date | None:
    if not valeur:
        return None
    if _ANNEE.fullmatch(valeur):  # closed in the course of that year
        valeur = f"{valeur}-12-31"
    if francaise := _DATE_FRANCAISE.fullmatch(valeur):
        valeur = f"{francaise[3]}-{francaise[2]}-{francaise[1]}"
    elif iso := _DATE.fullmatch(valeur):
        valeur = iso[1]
    return lire_date(valeur)
