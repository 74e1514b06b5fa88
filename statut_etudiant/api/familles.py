"""How each family of paths says the errors that no endpoint of its own says: unknown path, wrong method, breakdown.

Some clients parse the body without looking at the status: everything under /api/ and /v3/ answers JSON, in the shape
of its family, whatever happens (contract, introduction).
"""

import re
from dataclasses import dataclass
from typing import Any, Protocol

from statut_etudiant.api.appel import Appel
from statut_etudiant.api.ecriture import erreurs as erreurs_ecriture
from statut_etudiant.api.reponse import JSON, JSON_API, Reponse, preparer
from statut_etudiant.api.v2 import erreurs as erreurs_v2
from statut_etudiant.api.v3 import erreurs as erreurs_v3

#: Seconds after which a client may try again when the database is away.
RETENTER = 10

_VERSIONS_SERVIES = re.compile(r"/(v3|editeur/api/v1)(/|$)")


class Corps(Protocol):
    """Status and body of one of the cases below, in a family's shape."""

    def __call__(self, appel: Appel) -> tuple[int, dict[str, Any]]: ...


@dataclass(frozen=True)
class Famille:
    introuvable: Corps
    methode_refusee: Corps
    requete_refusee: Corps
    anomalie: Corps
    indisponible: Corps
    #: Said of an update under way, which nobody declared, and of a declared maintenance.
    maintenance: Corps
    type_contenu: str = JSON
    #: All of its paths are refused during a declared maintenance; otherwise its doors refuse what they have to.
    suspendue: bool = False

    def repondre(self, cas: Corps, appel: Appel, **options: Any) -> Reponse:
        return preparer(*cas(appel), type_contenu=self.type_contenu, **options)


def _v3(code: str, **options: Any) -> Corps:
    return lambda appel: erreurs_v3.erreurs(code, **options)


def _introuvable_v3(appel: Appel) -> tuple[int, dict[str, Any]]:
    return erreurs_v3.erreurs("00404" if _VERSIONS_SERVIES.match(appel.chemin) else "00402")


def _v2(nom: str) -> Corps:
    return lambda appel: erreurs_v2.erreur(nom)


def _ecriture(nom: str) -> Corps:
    return lambda appel: erreurs_ecriture.erreur(nom, appel)


V2 = Famille(
    introuvable=_v2("adresse_inconnue"),
    methode_refusee=_v2("methode_refusee"),
    requete_refusee=_v2("requete_refusee"),
    anomalie=_v2("anomalie"),
    indisponible=_v2("base_indisponible"),
    maintenance=_v2("maintenance"),
)
V3 = Famille(
    introuvable=_introuvable_v3,
    methode_refusee=_v3("00405"),
    requete_refusee=_v3("00406"),
    anomalie=_v3("00500"),
    indisponible=_v3("25001", retry_in=RETENTER),
    maintenance=_v3("25020", retry_in=RETENTER),
    type_contenu=JSON_API,
)
ECRITURE = Famille(
    introuvable=_ecriture("adresse_inconnue"),
    methode_refusee=_ecriture("methode_refusee"),
    requete_refusee=_ecriture("requete_refusee"),
    anomalie=_ecriture("anomalie"),
    indisponible=_ecriture("base_indisponible"),
    maintenance=_ecriture("maintenance"),
    suspendue=True,
)

_CHEMINS_ECRITURE = re.compile(r"/api/(inscriptions?|lots)(/|$)")
#: A page for people, which the portal serves.
DOCUMENTATION = "/api/docs"
_CHEMINS_API = re.compile(r"/(api|v[0-9]+|editeur/api)(/|$)")


def famille(chemin: str) -> Famille | None:
    """The family of a path; None when it is not the API's."""
    if chemin == DOCUMENTATION or not _CHEMINS_API.match(chemin):
        return None
    if chemin.startswith(("/v", "/editeur/")):
        return V3
    return ECRITURE if _CHEMINS_ECRITURE.match(chemin) else V2
