"""During a declared maintenance, pages are read and nothing is written.

A form that is sent is answered 503 at once, with the time at which to come back. A page that is asked for is served on
transactions that may only read: PostgreSQL itself refuses one that would write all the same (a consultation to note, a
session to renew), and its reader is told the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from statut_etudiant import maintenance

SURES = frozenset({"GET", "HEAD", "OPTIONS"})
#: Where a window is ended: a maintenance that nobody could end early would last for ever when mistyped.
ANNONCES = "/annonces"


class EcrituresSuspendues:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        fenetre = maintenance.en_cours()
        if fenetre is None or request.path.startswith(ANNONCES):
            return self.get_response(request)
        if request.method not in SURES:
            return page(request, fenetre)
        with lecture_seule():
            return self.get_response(request)


@requires_csrf_token
def page(request: HttpRequest, fenetre: maintenance.Fenetre) -> HttpResponse:
    """What a person reads: nothing of what is stopped (database, session) is needed to say so."""
    corps = loader.get_template("maintenance.html").render({"fenetre": fenetre})
    attente = maintenance.secondes_avant(fenetre.fin)
    return HttpResponse(corps, status=503, headers={"Retry-After": str(attente), "Cache-Control": "no-store"})


@contextmanager
def lecture_seule() -> Iterator[None]:
    """Whatever Django asks of the database meanwhile is asked read-only. A page that asks nothing opens nothing."""
    connexion = connections[DEFAULT_DB_ALIAS]
    reglee = False

    def regler(executer: Callable[..., Any], sql: Any, valeurs: Any, plusieurs: Any, contexte: Any) -> Any:
        # Said each time: a transaction that is undone forgets what was said in it.
        nonlocal reglee
        if connexion.in_atomic_block:
            connexion.connection.execute("SET TRANSACTION READ ONLY")
        else:
            connexion.connection.execute("SET default_transaction_read_only = on")
            reglee = True
        return executer(sql, valeurs, plusieurs, contexte)

    try:
        with connexion.execute_wrapper(regler):
            yield
    finally:
        if reglee:
            # Another page opens it again, as it should be, should this not be said to it.
            connexion.close()
