"""The body of a v3 answer (contract §3): what the scopes show of the student found, and nothing else."""

from operator import itemgetter
from typing import Any

import orjson

from referentiel.dossiers import Dossier, Trouve
from referentiel.nomenclatures import Regime, Statut
from statut_etudiant.api.perimetre import Champs, Porte, vue

LIBELLE_REGIME = {regime.value: regime.label for regime in Regime}
INSCRIT = Statut.INSCRIT.value


def rendre(trouve: Trouve, scopes: frozenset[str], *, france_connect: bool = False) -> dict[str, Any] | None:
    """The body, or None when the student does not exist for these scopes: no record of theirs is open."""
    etudiant, visibles = vue(scopes, Porte.V3_FC if france_connect else Porte.V3)
    admissions = [
        _admission(dossier, champs)
        for dossier in trouve.dossiers
        if (champs := visibles.get((dossier.statut, dossier.regime)))
    ]
    if not admissions:
        return None
    if len(admissions) > 1:
        admissions.sort(key=_rang, reverse=True)
    donnees: dict[str, Any] = {}
    if "identite" in etudiant and (identite := _identite(trouve)):
        donnees["identite"] = identite
    donnees["admissions"] = admissions
    return {"data": donnees, "links": {}, "meta": {}}


def _identite(trouve: Trouve) -> dict[str, str]:
    # A value that is not known is an absent key: clients never read a null nor an empty text.
    paires = (
        ("nom_naissance", trouve.nom),
        ("prenom", trouve.prenom),
        ("date_naissance", trouve.date_naissance),
    )
    return {cle: valeur for cle, valeur in paires if valeur}


def _admission(dossier: Dossier, champs: Champs) -> dict[str, Any]:
    statut, regime, debut, fin, commune, uai, nom = dossier
    rendu: dict[str, Any] = {}
    if "dates" in champs:
        rendu["date_debut"] = debut
        rendu["date_fin"] = fin
    if "statut" in champs:
        rendu["est_inscrit"] = statut == INSCRIT
    if "regime" in champs:
        rendu["regime_formation"] = {"libelle": LIBELLE_REGIME[regime], "code": regime}
    if "commune" in champs and commune:
        rendu["code_cog_insee_commune"] = commune
    if "etablissement" in champs and (uai or nom):
        rendu["etablissement_etudes"] = {
            cle: valeur for cle, valeur in (("uai", uai), ("nom", nom)) if valeur
        }
    return rendu


_dates = itemgetter("date_debut", "date_fin")


def _rang(admission: dict[str, Any]) -> tuple[tuple[str, str], bytes]:
    """Latest first, on the rendered record: an order tells something, it must come from visible values."""
    return _dates(admission), orjson.dumps(admission)
