"""The errors of the write API (contract §6): one table, from a name to a status and a message.

The body carries a `uid` which is also in the logs: support finds the call without asking for its content.
"""

import hashlib
import logging
import re
from typing import Any, NamedTuple

from statut_etudiant.api.appel import Appel

journal = logging.getLogger(__name__)

_TETE_HEXADECIMALE = re.compile(r"[0-9a-f]{13}")


class Erreur(NamedTuple):
    """`situation`: a key of `api.situations.SITUATIONS`."""

    situation: str
    statut: int
    message: str


ERREURS: dict[str, Erreur] = {
    "parametre": Erreur("parametre", 400, "la valeur du paramètre n'est pas valide"),
    "requete_refusee": Erreur("requete_illisible", 400, "la requête n'est pas lisible"),
    "authentification": Erreur("authentification", 401, "échec d'authentification"),
    "acces": Erreur("uai_refuse", 403, "accès refusé"),
    "etudiant": Erreur("etudiant_inconnu", 404, "étudiant introuvable"),
    "etablissement": Erreur("etablissement_inconnu", 404, "établissement introuvable"),
    "inscription": Erreur("inscription_inconnue", 404, "inscription introuvable"),
    "lot": Erreur("lot_inconnu", 404, "lot introuvable"),
    "adresse_inconnue": Erreur("adresse_inconnue", 404, "adresse inconnue"),
    "methode_refusee": Erreur("methode", 405, "méthode non acceptée à cette adresse"),
    "format": Erreur("format", 406, "format non servi"),
    "trop_gros": Erreur("trop_gros", 413, "la requête est trop volumineuse"),
    "type_contenu": Erreur("type_contenu", 415, "type de contenu non accepté"),
    "quota": Erreur("quota", 429, "trop de requêtes"),
    "anomalie": Erreur("anomalie", 500, "erreur serveur interne"),
    "maintenance": Erreur("maintenance", 503, "service en maintenance"),
    "base_indisponible": Erreur("indisponible", 503, "service momentanément indisponible"),
}


def uid(appel: Appel) -> str:
    """13 hexadecimal characters and `_0000`, drawn from the request's identifier.

    They are its head when we gave the identifier ourselves; a proxy's may have any other shape.
    """
    tete = appel.identifiant[:13]
    if not _TETE_HEXADECIMALE.fullmatch(tete):
        tete = hashlib.sha256(appel.identifiant.encode()).hexdigest()[:13]
    return f"{tete}_0000"


def erreur(
    nom: str, appel: Appel, *, parametre: str = "", endpoint: str | None = None, **complements: Any
) -> tuple[int, dict[str, Any]]:
    """Status and body. `complements` are keys of ours beside the contract's (a plain explanation, for instance)."""
    _, statut, message = ERREURS[nom]
    segments = appel.chemin.strip("/").split("/")
    details = {
        "method": appel.methode,
        "endpoint": endpoint if endpoint is not None else segments[1] if len(segments) > 1 else "",
        "parameter": parametre,
    }
    numero = uid(appel)
    # Said to the caller and to the logs in one breath, so that support finds one from the other.
    journal.info("appel refusé", extra={"faits": {"uid": numero, "statut": statut, "erreur": nom}})
    return statut, {"message": message, "uid": numero, "details": details | complements}
