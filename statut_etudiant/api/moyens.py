"""What a reading door may ask of the world, and the plain way of doing it.

A door is a coroutine that awaits these means and nothing else. The web server gives it those of its loop
(`guichets.Guichets`), where calls that wait together travel together. Elsewhere (tests, `manage.py runserver`) it gets
those of this module, which never wait: the same door is then driven like a plain function.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from referentiel.enonces_prepares import executer
from statut_etudiant.api.enonces import ECHANGES, ENTREES, Echange, Enonce, Entree, Sortie
from statut_etudiant.api.enonces_delegation import ENTREES_DELEGUEES, EntreeDeleguee
from statut_etudiant.api.enonces_franceconnect import ENTREES_FRANCECONNECT, EntreeFranceConnect
from statut_etudiant.franceconnect import boucle
from statut_etudiant.franceconnect.protocole import Introspection

T = TypeVar("T")


class Sature(Exception):
    """More calls wait than it is worth keeping waiting: 503."""


class Moyens(Protocol):
    async def ouvrir(self, entree: Entree) -> Sortie:
        """Open the call, and search if it asks for it."""

    async def ouvrir_franceconnect(self, entree: EntreeFranceConnect) -> Sortie:
        """The same, for who comes with FranceConnect's access token."""

    async def ouvrir_delegation(self, entree: EntreeDeleguee) -> Sortie:
        """The same, for who comes with an editor's token."""

    async def verifier_franceconnect(self, jeton: str) -> Introspection:
        """What FranceConnect says of this access token. Raises one of `franceconnect.echecs`."""

    async def journaliser(self, echange: Echange) -> None:
        """Write the journal's row: committed when this returns, so before the answer leaves."""

    async def a_cote(self, fonction: Callable[..., T], *arguments: Any) -> T:
        """Run what blocks but does not hang: the ORM, the reading of a large file."""

    async def dehors(self, fonction: Callable[..., T], *arguments: Any) -> T:
        """Run what may hang: a call to another service. Many may hang without slowing the calls that need none."""

    async def a_part(self, fonction: Callable[..., T], *arguments: Any) -> T:
        """Run what takes the processor: few ask for it, and the others must not wait for them."""


class Directs:
    """The statements on Django's own connection, one call at a time."""

    async def ouvrir(self, entree: Entree) -> Sortie:
        return _un(ENTREES, entree)

    async def ouvrir_franceconnect(self, entree: EntreeFranceConnect) -> Sortie:
        return _un(ENTREES_FRANCECONNECT, entree)

    async def ouvrir_delegation(self, entree: EntreeDeleguee) -> Sortie:
        return _un(ENTREES_DELEGUEES, entree)

    async def verifier_franceconnect(self, jeton: str) -> Introspection:
        return boucle.verifier(jeton)

    async def journaliser(self, echange: Echange) -> None:
        _un(ECHANGES, echange)

    async def a_cote(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return fonction(*arguments)

    async def dehors(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return fonction(*arguments)

    async def a_part(self, fonction: Callable[..., T], *arguments: Any) -> T:
        return fonction(*arguments)


def _un(enonce: Enonce[Any, T], appel: Any) -> T:
    lignes = executer(enonce.sql, [enonce.ecrire([appel])], rejouable=enonce.rejouable)
    (resultat,) = enonce.repartir(lignes, 1)
    return resultat


DIRECTS = Directs()


def conduire(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine whose means never wait."""
    try:
        coroutine.send(None)
    except StopIteration as fin:
        return fin.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("une porte attend autre chose que ses moyens")
