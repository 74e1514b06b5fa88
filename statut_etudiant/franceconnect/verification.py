"""What an access token is worth: asking FranceConnect, within bounds, and believing only what is proved.

One `Verificateur` a process and a loop. It holds what is worth keeping between calls: connections, FranceConnect's
public keys, the circuit breaker. Three seconds in all, one try; never more than `CONCURRENCE` calls waiting, so that a
FranceConnect that hangs holds nothing else.
"""

import asyncio
import json
import logging
import time
from typing import Any

import httpx

from habilitations.jetons import emission
from statut_etudiant.franceconnect import protocole, reseau
from statut_etudiant.franceconnect.cles import ouvrir as ouvrir_les_cles
from statut_etudiant.franceconnect.disjoncteur import Disjoncteur
from statut_etudiant.franceconnect.echecs import (
    DelaiDepasse,
    EchecFranceConnect,
    Injoignable,
    JetonInactif,
    JetonMalForme,
    NosIdentifiantsRefuses,
    ReponseIncoherente,
)
from statut_etudiant.franceconnect.mesures import mesures
from statut_etudiant.franceconnect.protocole import Introspection, SignatureInverifiable
from statut_etudiant.franceconnect.reglages import Reglages
from statut_etudiant.trousseaux import ClesIllisibles

journal = logging.getLogger(__name__)

#: Seconds for a check, connection included.
DELAI = 3.0
#: Calls that may wait for FranceConnect at once in this process; the next ones are told to come back.
CONCURRENCE = 64
_TROP_D_ATTENTE = 1  # seconds
_CLES_ABSENTES = 60  # seconds


class Verificateur:
    """Belongs to one event loop."""

    def __init__(self, reglages: Reglages, *, concurrence: int = CONCURRENCE) -> None:
        self.reglages = reglages
        self.disjoncteur = Disjoncteur(time.monotonic)
        self._cles = ouvrir_les_cles(reglages.cles)
        self._places = concurrence
        self._http: httpx.AsyncClient = reseau.client(connexions=concurrence)
        self._publiees: list[dict[str, Any]] | None = None
        self._verrou_des_cles = asyncio.Lock()

    async def verifier(self, jeton: str) -> Introspection:
        """What FranceConnect says of this access token. Raises one of `echecs`."""
        try:
            introspection = await self._verifier(jeton)
        except EchecFranceConnect as echec:
            self._dire(echec)
            raise
        mesures.compter("actif")
        return introspection

    async def fermer(self) -> None:
        await self._http.aclose()

    async def _verifier(self, jeton: str) -> Introspection:
        # One of ours, sent here by mistake, is a secret that must go no further.
        if not protocole.a_la_forme_d_un_jeton(jeton) or emission.bien_forme(jeton):
            raise JetonMalForme("forme")
        if not self.disjoncteur.laisser_passer():
            raise Injoignable("disjoncteur ouvert", retenter=self.disjoncteur.attente())
        issue = self.disjoncteur.abandonne
        try:
            if self._places <= 0:
                raise Injoignable("trop d'appels en attente", retenter=_TROP_D_ATTENTE)
            self._places -= 1
            try:
                async with asyncio.timeout(DELAI):
                    introspection = await self._interroger(jeton)
            finally:
                self._places += 1
            issue = self.disjoncteur.reussi
        except TimeoutError:
            issue = self.disjoncteur.echoue
            raise DelaiDepasse("délai") from None
        except (DelaiDepasse, Injoignable) as echec:
            if echec.cause != "trop d'appels en attente":
                issue = self.disjoncteur.echoue
            raise
        except EchecFranceConnect:
            issue = self.disjoncteur.reussi  # it answered
            raise
        finally:
            issue()
            mesures.disjoncteur(self.disjoncteur.etat)
        return introspection

    async def _interroger(self, jeton: str) -> Introspection:
        try:
            trousseau = self._cles.trousseau()
        except ClesIllisibles as erreur:
            journal.error("clés FranceConnect illisibles", extra={"faits": {"cause": str(erreur)}})
            raise Injoignable("clés illisibles", retenter=_CLES_ABSENTES) from None
        reponse = await reseau.echanger(
            self._http,
            "POST",
            self.reglages.adresse("checktoken"),
            formulaire={
                "client_id": self.reglages.client_id,
                "client_secret": self.reglages.client_secret,
                "token": jeton,
            },
        )
        if reponse.statut in (400, 401, 403):
            raise NosIdentifiantsRefuses(_erreur_oauth(reponse.corps))
        if reponse.statut >= 500:
            raise Injoignable(f"statut {reponse.statut}", retenter=reseau.RETENTER)
        if reponse.statut != 200 or reponse.type_contenu != protocole.TYPE_DE_REPONSE:
            raise ReponseIncoherente("réponse imprévue")
        compact = protocole.dechiffrer(reponse.corps, trousseau.privees)
        payload = await self._verifier_la_signature(compact)
        return protocole.lire(
            payload,
            emetteur=self.reglages.emetteur,
            client_id=self.reglages.client_id,
            maintenant=time.time(),
        )

    async def _verifier_la_signature(self, compact: str) -> dict[str, Any]:
        """With the keys kept; with those published now, fetched once, when these do not do."""
        connues = self._publiees if self._publiees is not None else await self._chercher_les_cles(None)
        try:
            return protocole.verifier_signature(compact, connues)
        except SignatureInverifiable:
            return protocole.verifier_signature(compact, await self._chercher_les_cles(connues))

    async def _chercher_les_cles(self, refusees: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
        """Those of FranceConnect. `refusees`: what did not do; who waited for another's fetch uses what it brought."""
        async with self._verrou_des_cles:
            if self._publiees is not None and self._publiees is not refusees:
                return self._publiees
            reponse = await reseau.echanger(self._http, "GET", self.reglages.adresse("jwks"))
            if reponse.statut >= 500:
                raise Injoignable(f"jwks, statut {reponse.statut}", retenter=reseau.RETENTER)
            try:
                cles = json.loads(reponse.corps)["keys"]
                valides = [dict(cle) for cle in cles]
            except (ValueError, KeyError, TypeError, RecursionError):
                raise ReponseIncoherente("jwks illisible") from None
            if reponse.statut != 200:
                raise ReponseIncoherente("jwks illisible")
            self._publiees = valides
            return valides

    @staticmethod
    def _dire(echec: EchecFranceConnect) -> None:
        """Counted; told to the operator when it is theirs to mend, or FranceConnect's."""
        if isinstance(echec, NosIdentifiantsRefuses):
            mesures.compter("identifiants_refuses")
            journal.error("FranceConnect refuse nos identifiants", extra={"faits": {"cause": echec.cause}})
            return
        mesures.compter(
            {"51501": "mal_forme", "51502": "inactif", "51002": "delai", "51001": "injoignable"}.get(
                echec.code, "incoherent"
            )
        )
        if not isinstance(echec, JetonMalForme | JetonInactif):
            journal.warning("FranceConnect", extra={"faits": {"cause": echec.cause}})


def _erreur_oauth(corps: bytes) -> str:
    """Its `error`, when it is one of the words expected: nothing that was received goes to the logs."""
    try:
        erreur = json.loads(corps)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "refus"
    return erreur if erreur in ("invalid_request", "invalid_client") else "refus"
