"""The events that a webhook may ask for, and that the REST API lists: the acts on requests, the life of
tokens and delegations.

An act that the table of acts declares is an event by that alone (a test compares with what the database writes).
"""

from typing import NamedTuple

from habilitations.demandes.workflow import ACTES
from habilitations.models import Fait

JETONS = {
    "jeton.emis": "Un jeton est remis",
    "jeton.remplace": "Un jeton est remis à côté de celui qu'il remplace",
    "jeton.prolonge": "Un jeton est prolongé",
    "jeton.expire_bientot": "Un jeton arrive à son terme (90, 60, 30, 15, 7 et 0 jours avant)",
    "jeton.revoque": "Un jeton est révoqué ou suspendu",
    "jeton.rendu": "Un jeton suspendu est rendu",
}
DELEGATIONS = {
    "delegation.donnee": "Une délégation est donnée à un éditeur (dit à l'administration et à l'éditeur)",
    "delegation.reprise": "Une délégation prend fin (dit à l'administration et à l'éditeur)",
}
DEMANDES = {f"demande.{acte.nom}": acte.libelle for acte in ACTES.values()}


class Groupe(NamedTuple):
    titre: str
    types: dict[str, str]


GROUPES = (
    Groupe("Demandes d'habilitation", DEMANDES),
    Groupe("Jetons", JETONS),
    Groupe("Délégations", DELEGATIONS),
)
LIBELLES = {nom: libelle for groupe in GROUPES for nom, libelle in groupe.types.items()}


def libelle(type_: str) -> str:
    return "Appel d'essai" if type_ == Fait.ESSAI else LIBELLES.get(type_, type_)
