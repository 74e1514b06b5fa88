"""Insee's directory of establishments (API Sirene 3.11): the name and address of a SIRET, when it is configured.

It may be away, slow or refuse us: whoever asks goes on without it. Nothing of what is asked or answered is logged: an
establishment may be a person's own business.
"""

import json
import logging
import re
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import requests
from django.conf import settings
from django.core.cache import cache
from urllib3.exceptions import HTTPError

from referentiel.caracteres import sans_controle

journal = logging.getLogger(__name__)

ENTETE = "X-INSEE-Api-Key-Integration"
#: Seconds: to connect, then for each wait. DELAI bounds the whole call, so that no page waits more than 2 s.
ATTENTE, DELAI = (0.5, 0.9), 1.1
TAILLE_MAXIMALE = 256 * 1024  # bytes; an answer is some 4 kB
#: Seconds during which an answer, or a failure, is kept in the cache.
MEMOIRE, PAUSE = 3600, 30
EN_PANNE = "sirene:en_panne"
#: What Sirene writes in place of data that a person asked not to publish.
NON_DIFFUSIBLE = "[ND]"

VOIES = {
    "ALL": "allée", "AV": "avenue", "BD": "boulevard", "CHE": "chemin", "CRS": "cours", "IMP": "impasse",
    "LD": "lieu-dit", "PAS": "passage", "PL": "place", "QUAI": "quai", "RTE": "route", "RUE": "rue", "SQ": "square",
}  # fmt: skip


class SireneMuet(Exception):
    """Sirene is not configured, unreachable, too slow, or gives an unexpected answer."""


@dataclass(frozen=True)
class Etablissement:
    """`nom`, `adresse`: empty when they are not published. `categorie`: Insee's four figures of the legal unit's kind.
    `ferme_le`: None as long as it is open."""

    nom: str
    adresse: str
    categorie: str = ""
    ferme: bool = False
    ferme_le: date | None = None


def configure() -> bool:
    return bool(settings.SIRENE_CLE)


def chercher(siret: str) -> Etablissement | None:
    """The establishment of this SIRET, well formed; None when Sirene does not know it. Raises SireneMuet."""
    if not configure() or cache.get(EN_PANNE):
        raise SireneMuet
    cle = f"sirene:{siret}"
    if (garde := cache.get(cle)) is not None:
        return garde[0]
    try:
        trouve = _demander(siret)
    except SireneMuet as panne:
        cache.set(EN_PANNE, True, PAUSE)
        journal.warning("sirene muet", extra={"faits": {"cause": str(panne)}})
        raise
    cache.set(cle, (trouve,), MEMOIRE)  # in a tuple, so that « unknown » is cached too
    return trouve


def _demander(siret: str) -> Etablissement | None:
    fin = time.monotonic() + DELAI
    try:
        with requests.get(
            f"{settings.SIRENE_URL.rstrip('/')}/siret/{siret}",
            headers={
                ENTETE: settings.SIRENE_CLE,
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
            timeout=ATTENTE,
            stream=True,
            # The key is for this address alone.
            allow_redirects=False,
        ) as response:
            if response.status_code == 404:
                return None
            if response.status_code != 200:
                raise SireneMuet(str(response.status_code))
            corps = b""
            # Read whatever has arrived: waiting for full blocks from a server that drips bytes would never end.
            while morceau := response.raw.read1(TAILLE_MAXIMALE):
                corps += morceau
                if len(corps) > TAILLE_MAXIMALE or time.monotonic() > fin:
                    raise SireneMuet("trop long")
        return _lire(json.loads(corps)["etablissement"])
    except (requests.RequestException, HTTPError) as erreur:
        raise SireneMuet(type(erreur).__name__) from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as erreur:
        raise SireneMuet(f"réponse illisible : {type(erreur).__name__}") from None


def _lire(dit: dict[str, Any]) -> Etablissement:
    periodes = dit["periodesEtablissement"]
    courante = next((p for p in periodes if p.get("dateFin") is None), periodes[0])
    ferme = courante["etatAdministratifEtablissement"] == "F"
    return Etablissement(
        nom=_nom(dit["uniteLegale"])[:255],
        adresse=_adresse(dit["adresseEtablissement"])[:500],
        categorie=_categorie(dit["uniteLegale"]),
        ferme=ferme,
        ferme_le=date.fromisoformat(courante["dateDebut"]) if ferme and courante.get("dateDebut") else None,
    )


def _nom(unite: dict[str, Any]) -> str:
    """The legal unit's; a natural person's is their first name and name."""
    if denomination := _texte(unite, "denominationUniteLegale"):
        return denomination
    prenom = _texte(unite, "prenomUsuelUniteLegale") or _texte(unite, "prenom1UniteLegale")
    nom = _texte(unite, "nomUsageUniteLegale") or _texte(unite, "nomUniteLegale")
    # A first name alone names nobody.
    return f"{prenom} {nom}".strip() if nom else ""


def _categorie(unite: dict[str, Any]) -> str:
    categorie = unite.get("categorieJuridiqueUniteLegale")
    return categorie if isinstance(categorie, str) and re.fullmatch("[0-9]{4}", categorie) else ""


def _adresse(adresse: dict[str, Any]) -> str:
    voie = _texte(adresse, "typeVoieEtablissement")
    rue = _joindre(
        _texte(adresse, "numeroVoieEtablissement"),
        _texte(adresse, "indiceRepetitionEtablissement"),
        VOIES.get(voie, voie.lower()),
        _texte(adresse, "libelleVoieEtablissement"),
    )
    commune = _joindre(
        _texte(adresse, "codePostalEtablissement"),
        _texte(adresse, "libelleCommuneEtablissement")
        or _texte(adresse, "libelleCommuneEtrangerEtablissement"),
        _texte(adresse, "libellePaysEtrangerEtablissement"),
    )
    lignes = [
        _texte(adresse, "complementAdresseEtablissement"),
        rue,
        _texte(adresse, "distributionSpecialeEtablissement"),
        commune,
    ]
    return "\n".join(filter(None, lignes))


def _texte(dit: dict[str, Any], champ: str) -> str:
    valeur = dit.get(champ)
    if not isinstance(valeur, str) or NON_DIFFUSIBLE in valeur:
        return ""
    return sans_controle(valeur)


def _joindre(*morceaux: str) -> str:
    return " ".join(filter(None, morceaux))
