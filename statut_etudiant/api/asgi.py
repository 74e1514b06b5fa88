"""The reading doors on the web server's loop; everything else goes to Django, in threads beside.

A door is the coroutine of its view (`vues.PorteDeLecture.servir`), the same that Django drives in the tests: here it
gets means that wait together with those of the other calls (`guichets`), and an answer as Django's middlewares would
have given it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError

from statut_etudiant import differe, traces, trafic
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.familles import Famille, famille
from statut_etudiant.api.guichets import Guichets
from statut_etudiant.api.moyens import Moyens, Sature
from statut_etudiant.api.porte import incident, normaliser
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.api.urls import urlpatterns
from statut_etudiant.api.vues import PorteDeLecture
from statut_etudiant.journaux import requete_courante, requete_de_l_appelant
from statut_etudiant.middleware import EntetesDeSecurite, de_cette_machine, entetes_d_identification

Scope = dict[str, Any]
Recevoir = Callable[[], Awaitable[dict[str, Any]]]
Envoyer = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Recevoir, Envoyer], Awaitable[None]]

#: Calls that one process serves at the same time; beyond, 503: a queue without end would serve people who have left.
EN_VOL_MAXIMUM = 512
#: Bytes of a body: the doors that take one ask for an identity, some 200 bytes.
CORPS_MAXIMUM = 64 * 1024


class Porte(NamedTuple):
    chemin: str
    servir: Callable[[Appel, Moyens], Coroutine[Any, Any, Reponse]]
    cote: Famille
    methodes: tuple[str, ...]


def _portes() -> dict[str, Porte]:
    portes = {}
    for route in urlpatterns:
        vue = route.callback.cls
        if issubclass(vue, PorteDeLecture):
            chemin = f"/{route.pattern}"
            cote = famille(chemin)
            assert cote is not None  # noqa: S101 - every route of the API has its family
            methodes = ("GET", "POST") if hasattr(vue, "post") else ("GET",)
            portes[chemin] = Porte(chemin, vue.servir, cote, methodes)
    return portes


PORTES = _portes()


@lru_cache(maxsize=64)
def _nom(entete: str) -> bytes:
    return entete.lower().encode()


_ENTETES = [
    (_nom(nom), valeur.encode())
    for nom, valeur in (
        *EntetesDeSecurite.COMMUNS.items(),
        ("Content-Security-Policy", EntetesDeSecurite.CSP_API),
    )
]


class Application:
    """An ASGI application; `site` is the one that serves what is not a reading door."""

    def __init__(self, site: Asgi) -> None:
        self._site = site
        self._moyens: Guichets | None = None
        self._en_vol = 0
        self._ici_seulement = settings.ENVIRONNEMENT == "developpement"

    async def __call__(self, scope: Scope, recevoir: Recevoir, envoyer: Envoyer) -> None:
        if scope["type"] == "http":
            if self._ici_seulement and _d_ailleurs(scope):
                # Django's side refuses it, in its words (`CetteMachineSeulement`).
                await self._site(scope, recevoir, envoyer)
                return
            # A method that a door does not serve is refused by Django's side, in the same words as everywhere.
            porte = _trouver(scope["path"])
            if porte is not None and scope["method"] in porte.methodes:
                await self._servir(porte, scope, recevoir, envoyer)
            else:
                await self._site(scope, recevoir, envoyer)
        elif scope["type"] == "lifespan":
            await self._vivre(recevoir, envoyer)

    async def _servir(self, porte: Porte, scope: Scope, recevoir: Recevoir, envoyer: Envoyer) -> None:
        appel = Appel.d_asgi(scope, porte.chemin)
        requete_courante.set(appel.identifiant)
        requete_de_l_appelant.set(appel.identifiant_de_l_appelant)
        if self._moyens is None:
            self._moyens = Guichets()
        self._en_vol += 1
        debut = trafic.commencer()
        try:
            if self._en_vol > EN_VOL_MAXIMUM:
                raise Sature
            if scope["method"] == "POST":
                appel.corps = await _corps(recevoir)
            reponse = await porte.servir(appel, self._moyens)
        except Exception as erreur:  # noqa: BLE001 (told by `incident`)
            reponse = incident(erreur, porte.cote, appel, route=porte.chemin[1:])
        finally:
            self._en_vol -= 1
        entetes = [(_nom(nom), valeur.encode()) for nom, valeur in reponse.entetes.items()]
        entetes += _ENTETES
        identification = entetes_d_identification(appel.identifiant, appel.identifiant_de_l_appelant)
        entetes += [(_nom(nom), valeur.encode()) for nom, valeur in identification.items()]
        entetes.append((b"content-length", b"%d" % len(reponse.corps)))
        trafic.servi(
            debut,
            famille=trafic.LECTURE,
            methode=appel.methode,
            route=porte.chemin[1:],
            chemin=porte.chemin,
            statut=reponse.statut,
        )
        await envoyer({"type": "http.response.start", "status": reponse.statut, "headers": entetes})
        await envoyer({"type": "http.response.body", "body": reponse.corps})

    async def _vivre(self, recevoir: Recevoir, envoyer: Envoyer) -> None:
        while True:
            evenement = await recevoir()
            if evenement["type"] == "lifespan.shutdown":
                if self._moyens is not None:
                    self._moyens.fermer()
                # Here: the server ends its processes without Python's own end.
                await asyncio.to_thread(differe.finir)
                await asyncio.to_thread(traces.finir)
            await envoyer({"type": f"{evenement['type']}.complete"})
            if evenement["type"] == "lifespan.shutdown":
                return


async def _corps(recevoir: Recevoir) -> bytes:
    """The body. Raises RequestDataTooBig as soon as it is too long, UnreadablePostError when it is cut short."""
    morceaux, longueur = [], 0
    while True:
        message = await recevoir()
        if message["type"] == "http.disconnect":
            raise UnreadablePostError
        morceau = message.get("body", b"")
        longueur += len(morceau)
        if longueur > CORPS_MAXIMUM:
            raise RequestDataTooBig
        morceaux.append(morceau)
        if not message.get("more_body"):
            return b"".join(morceaux)


def _d_ailleurs(scope: Scope) -> bool:
    """Whether the call comes from another machine, or through a proxy."""
    client = scope.get("client")
    relaye = any(nom in (b"x-forwarded-for", b"forwarded") for nom, _ in scope["headers"])
    return relaye or not de_cette_machine(client[0] if client else "")


def _trouver(chemin: str) -> Porte | None:
    return PORTES.get(chemin) or PORTES.get(normaliser(chemin))
