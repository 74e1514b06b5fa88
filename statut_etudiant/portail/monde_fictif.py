"""The API's own doors, opened on the sandbox without a token: what « Essayer » answers is what the API answers.

A door asks everything of its means (`api.moyens`). These grant the scopes that were ticked, look among the fictitious
students only, and write nothing: there is no caller to journal, and nobody real to protect.
"""

from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

from habilitations.jetons.emission import tirer
from habilitations.jetons.ouverture import OUVERT, PERIMETRE, sans_rien
from habilitations.models import Jeton
from referentiel.dossiers import Trouve
from referentiel.enonces_prepares import executer
from referentiel.recherche import SQL_IDENTITE, SQL_INE, assembler
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.enonces import Echange, Entree, Sortie
from statut_etudiant.api.enonces_delegation import EntreeDeleguee
from statut_etudiant.api.enonces_franceconnect import EntreeFranceConnect
from statut_etudiant.api.interrogation import INE
from statut_etudiant.api.moyens import Moyens, conduire
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.franceconnect.protocole import Introspection
from statut_etudiant.middleware import nouvel_identifiant

T = TypeVar("T")
Porte = Callable[[Appel, Moyens], Coroutine[Any, Any, Reponse]]


class MondeFictif:
    """The means of a call whose scopes are these."""

    def __init__(self, scopes: frozenset[str]) -> None:
        self._scopes = scopes

    async def ouvrir(self, entree: Entree) -> Sortie:
        refuse = entree.ouvrants is not None and not self._scopes & set(entree.ouvrants)
        ouverture = sans_rien(PERIMETRE if refuse else OUVERT)._replace(
            type=Jeton.Type.BAC_A_SABLE.value,
            scopes=sorted(self._scopes),
        )
        return Sortie(ouverture, [] if refuse or entree.voie is None else _chercher(entree))

    async def journaliser(self, echange: Echange) -> None:
        pass

    async def a_cote(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return fonction(*arguments)

    async def a_part(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return fonction(*arguments)

    async def dehors(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return fonction(*arguments)

    async def ouvrir_delegation(self, entree: EntreeDeleguee) -> NoReturn:
        raise NotImplementedError

    async def ouvrir_franceconnect(self, entree: EntreeFranceConnect) -> NoReturn:
        raise NotImplementedError

    async def verifier_franceconnect(self, jeton: str) -> Introspection:
        raise NotImplementedError


def appeler(porte: Porte, *, chemin: str, requete: str, scopes: frozenset[str]) -> Reponse:
    """What this door answers to a sandbox token that has these scopes. `requete`: the query string."""
    appel = Appel(
        methode="GET",
        chemin=chemin,
        requete=requete.encode(),
        # Well formed, as the doors want it, and never issued: it opens nothing.
        cle_api=tirer(Jeton.Type.BAC_A_SABLE.value),
        autorisation="",
        adresse=None,
        identifiant=nouvel_identifiant(),
    )
    return conduire(porte(appel, MondeFictif(scopes)))


def _chercher(entree: Entree) -> list[Trouve]:
    sql: Any = SQL_INE if entree.voie == INE else SQL_IDENTITE
    return assembler(executer(sql.format(fictif="true"), entree.criteres))
