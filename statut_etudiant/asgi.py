"""What the web server calls: the reading doors on its loop (ADR 0014), Django in threads for everything else."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware

from statut_etudiant.wsgi import application as django  # first: it makes Django ready

from django.conf import settings  # isort: skip

from statut_etudiant.api.asgi import Application, Asgi, Envoyer, Recevoir, Scope  # isort: skip


def _corps_termine(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    # The end of a body sent by chunks is told: it may be read to the end.
    environ["wsgi.input_terminated"] = True
    return django(environ, start_response)


def _adapter(site: Asgi) -> Asgi:
    """What the bridge wants and granian does not give: a query string in ASCII, a coroutine to receive from."""

    async def servir(scope: Scope, recevoir: Recevoir, envoyer: Envoyer) -> None:
        async def recevoir_un() -> dict[str, Any]:
            return await recevoir()

        if scope["type"] == "http" and not scope["query_string"].isascii():
            scope = {**scope, "query_string": quote(scope["query_string"], safe="%&=+/?:@!$'()*,;").encode()}
        await site(scope, recevoir_un, envoyer)

    return servir


# The bridge's own types are narrower than what they stand for.
_pont: Any = WSGIMiddleware(_corps_termine, workers=settings.FILS_WEB)  # type: ignore[arg-type]
application = Application(_adapter(_pont))
