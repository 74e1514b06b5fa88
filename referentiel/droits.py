"""What a person may see and write in the establishments' admin, and what the admin asks of whoever knows persons.

The referential knows nothing of accounts: `settings.GESTION` names the module that does. It gives five functions:
`droits(request) -> Droits | None`, `encarts(droits) -> list[Encart]`, `auteurs(codes) -> dict[str, Auteur]`,
`preuve_exigee(vue) -> vue`, `depot_termine(lot) -> None`.
"""

from collections.abc import Callable, Collection
from functools import wraps
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Droits(NamedTuple):
    """`etablissements`: internal identifiers of real establishments; None for the ministry, which sees them all."""

    compte_id: int
    etablissements: frozenset[int] | None
    uais: tuple[str, ...] | None
    nom: str  # the establishment's, as the header shows it
    organisation: str  # of the exchange journal, with its SIRET
    siret: str
    auteur: (
        str  # of the history: `compte:7`, or `compte:7/par:3` when an administrator stands in for the person
    )
    par_compte_id: int | None = None  # that administrator

    @property
    def ministere(self) -> bool:
        return self.etablissements is None


class Encart(NamedTuple):
    """A box of the dashboard: what to know, where to act. `niveau`: info, warning or error (DSFR)."""

    titre: str
    texte: str
    niveau: str = "info"
    lien: str = ""
    libelle_du_lien: str = ""


class Auteur(NamedTuple):
    """Who wrote, as the history shows it. `uais`: the establishments for which they may write; None: the ministry."""

    nom: str
    uais: frozenset[str] | None


def droits(request: HttpRequest) -> Droits | None:
    """Those of the person signed in; None when they have nothing to do in the admin. Read once a request."""
    if not hasattr(request, "_droits_de_gestion"):
        request._droits_de_gestion = _module().droits(request)  # type: ignore[attr-defined]
    trouves: Droits | None = request._droits_de_gestion  # type: ignore[attr-defined]
    return trouves


def auteurs(codes: Collection[str]) -> dict[str, Auteur]:
    """Who signed `compte:…` and `jeton:…`; without those that nobody knows any more."""
    trouves: dict[str, Auteur] = _module().auteurs(codes)
    return trouves


def encarts(droits: Droits) -> list[Encart]:
    trouves: list[Encart] = _module().encarts(droits)
    return trouves


def preuve_exigee(vue: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, for persons who have proved lately who they are; the others do so first, then come back to it."""

    @wraps(vue)
    def gardee(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = _module().preuve_exigee(vue)(*args, **kwargs)
        return response

    gardee.preuve_exigee = True  # type: ignore[attr-defined]
    return gardee


def annoncer_la_fin(lot: Any) -> None:
    """Tell the person who deposited a file that its work has ended, in the transaction that ends it."""
    _module().depot_termine(lot)


def _module() -> Any:
    return import_module(settings.GESTION)
