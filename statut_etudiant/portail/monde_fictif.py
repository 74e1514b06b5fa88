"""The API's own doors, opened on the sandbox without a token: what « Essayer » answers is what the API answers.

A door asks everything of its means (`api.moyens`). These grant the scopes that were ticked, look among the fictitious
students only, say of FranceConnect's token what the page made up, and write nothing: there is no caller to journal, and
nobody real to protect.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar

from habilitations.jetons.emission import tirer
from habilitations.jetons.ouverture import INCONNU, OUVERT, PERIMETRE, Ouverture, sans_rien
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
from statut_etudiant.franceconnect.echecs import EchecFranceConnect, JetonMalForme
from statut_etudiant.franceconnect.protocole import Introspection, a_la_forme_d_un_jeton
from statut_etudiant.middleware import nouvel_identifiant

T = TypeVar("T")
Porte = Callable[[Appel, Moyens], Coroutine[Any, Any, Reponse]]


class FranceConnectFictif(NamedTuple):
    """What FranceConnect answers about the token, or how it fails; `habilite`: whether the service is habilitated."""

    introspection: Introspection | EchecFranceConnect
    habilite: bool = True


class MondeFictif:
    """The means of a call whose scopes are these."""

    def __init__(self, scopes: frozenset[str], franceconnect: FranceConnectFictif | None = None) -> None:
        self._scopes = scopes
        self._franceconnect = franceconnect

    async def ouvrir(self, entree: Entree) -> Sortie:
        ouverture = self._ouvrir(self._scopes, entree.ouvrants)
        if ouverture.etat != OUVERT or entree.voie is None:
            return Sortie(ouverture, [])
        return Sortie(ouverture, _chercher(SQL_INE if entree.voie == INE else SQL_IDENTITE, entree.criteres))

    async def ouvrir_franceconnect(self, entree: EntreeFranceConnect) -> Sortie:
        if self._franceconnect is None or not self._franceconnect.habilite:
            return Sortie(sans_rien(INCONNU), [])
        # Of what the citizen grants, what the service's habilitation opens.
        ouverture = self._ouvrir(self._scopes & set(entree.scopes), entree.ouvrants)
        if ouverture.etat != OUVERT or entree.criteres is None:
            return Sortie(ouverture, [])
        return Sortie(ouverture, _chercher(SQL_IDENTITE, entree.criteres))

    async def verifier_franceconnect(self, jeton: str) -> Introspection:
        if self._franceconnect is None:
            raise NotImplementedError
        if not a_la_forme_d_un_jeton(jeton):
            raise JetonMalForme("forme")
        if isinstance(self._franceconnect.introspection, EchecFranceConnect):
            raise self._franceconnect.introspection
        return self._franceconnect.introspection

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

    @staticmethod
    def _ouvrir(scopes: frozenset[str], ouvrants: Sequence[str] | None) -> Ouverture:
        refuse = ouvrants is not None and not scopes & set(ouvrants)
        return sans_rien(PERIMETRE if refuse else OUVERT)._replace(
            type=Jeton.Type.BAC_A_SABLE.value, scopes=sorted(scopes)
        )


def appeler(
    porte: Porte, monde: MondeFictif, *, chemin: str, requete: str, bearer: str | None = None
) -> Reponse:
    """What this door answers in this world. `requete`: the query string; `bearer`: FranceConnect's token, empty when
    it is left out; None: a sandbox token of ours instead."""
    appel = Appel(
        methode="GET",
        chemin=chemin,
        requete=requete.encode(),
        # Well formed, as the doors want it, and never issued: it opens nothing.
        cle_api=tirer(Jeton.Type.BAC_A_SABLE.value) if bearer is None else "",
        autorisation=f"Bearer {bearer}" if bearer else "",
        adresse=None,
        identifiant=nouvel_identifiant(),
    )
    return conduire(porte(appel, monde))


def _chercher(sql: Any, criteres: Sequence[object]) -> list[Trouve]:
    return assembler(executer(sql.format(fictif="true"), criteres))
