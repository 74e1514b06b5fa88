"""The body of a v2 answer (contract §2): what the scopes show of the student found, and nothing else."""

from operator import itemgetter
from typing import Any

import orjson

from referentiel.dossiers import Dossier, Trouve
from referentiel.nomenclatures import FORMATION_CONTINUE, FORMATION_INITIALE, Statut
from statut_etudiant.api.perimetre import Champs, Porte, vue

#: v2 knows two régimes only.
REGIME_V2 = {regime.value: "formation initiale" for regime in FORMATION_INITIALE} | {
    regime.value: "formation continue" for regime in FORMATION_CONTINUE
}
ADMIS = Statut.ADMIS.value


def rendre(trouve: Trouve, scopes: frozenset[str], *, france_connect: bool = False) -> dict[str, Any] | None:
    """The body, or None when the student does not exist for these scopes: no record of theirs is open."""
    etudiant, visibles = vue(scopes, Porte.V2_FC if france_connect else Porte.V2)
    inscriptions = [
        _inscription(dossier, champs)
        for dossier in trouve.dossiers
        if (champs := visibles.get((dossier.statut, dossier.regime)))
    ]
    if not inscriptions:
        return None
    if len(inscriptions) > 1:
        inscriptions.sort(key=_rang, reverse=True)
    corps: dict[str, Any] = {}
    if "ine" in etudiant and trouve.ine:
        corps["ine"] = trouve.ine.upper()
    if "identite" in etudiant:
        # A value that is not known is an absent key: clients never read a null nor an empty text.
        if trouve.nom:
            corps["nom"] = trouve.nom
        if trouve.prenom:
            corps["prenom"] = trouve.prenom
        if trouve.date_naissance:
            corps["dateNaissance"] = trouve.date_naissance
    corps["inscriptions"] = inscriptions
    return corps


def _inscription(dossier: Dossier, champs: Champs) -> dict[str, Any]:
    statut, regime, debut, fin, commune, uai, nom = dossier
    rendu: dict[str, Any] = {}
    if "statut" in champs:
        rendu["statut"] = statut
    if "regime" in champs:
        rendu["regime"] = REGIME_V2[regime]
    if "dates" in champs:
        rendu["dateDebutInscription"] = debut
        rendu["dateFinInscription"] = fin
        # The keys of an admission tell the statut: they need both grants.
        if statut == ADMIS and "statut" in champs:
            rendu["dateDebutAdmission"] = debut
            rendu["dateFinAdmission"] = fin
    if "commune" in champs and commune:
        rendu["codeCommune"] = commune
    if "etablissement" in champs and (uai or nom):
        rendu["etablissement"] = {cle: valeur for cle, valeur in (("uai", uai), ("nom", nom)) if valeur}
    return rendu


_dates = itemgetter("dateDebutInscription", "dateFinInscription")


def _rang(inscription: dict[str, Any]) -> tuple[tuple[str, str], bytes]:
    """Latest first, on the rendered record: an order tells something, it must come from visible values."""
    return _dates(inscription), orjson.dumps(inscription)
