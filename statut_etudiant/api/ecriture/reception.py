"""The body of a call as it was sent: whole, or refused.

A server hands over what it received even when the sender went away in the middle. Half a list of records would then
pass for all of it, and a batch that must be taken whole or not at all would be half taken.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request

_MORCEAU = 64 * 1024


class CorpsTropGros(APIException):
    """The body is larger than what the view takes: 413. The message says how much it takes, in French."""

    status_code = 413


class CorpsEntier:
    """A stream that does not end before the length that was announced."""

    def __init__(self, flux: IO[bytes], *, annonce: int) -> None:
        self._flux = flux
        self._annonce = annonce
        self._lus = 0

    def read(self, taille: int) -> bytes:
        morceau = self._flux.read(taille)
        self._lus += len(morceau)
        if not morceau and self._lus < self._annonce:
            raise ParseError(f"Corps interrompu : {self._lus} octets reçus sur {self._annonce} annoncés.")
        return morceau


def preparer_corps(request: HttpRequest) -> None:
    """To be called once the caller is known, before anything is read."""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise ParseError(
            "Les corps compressés (en-tête Content-Encoding) ne sont pas lus : envoyez-le tel quel."
        )
    morcele = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if morcele and request.META.get("wsgi.input_terminated"):
        _recevoir_par_morceaux(request)
    elif annonce := longueur(request):
        request._stream = CorpsEntier(request._stream, annonce=annonce)


def longueur(request: HttpRequest | Request) -> int:
    """The length that the sender announced."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def morceaux(
    flux: IO[bytes], parser_context: Mapping[str, Any] | None, *, maximum: int, refus: str
) -> Iterator[bytes]:
    """For the parsers: all of it, `maximum` bytes at most. What announces more is not waited for."""
    if parser_context and longueur(parser_context["request"]) > maximum:
        raise CorpsTropGros(refus)
    recus = 0
    while morceau := flux.read(min(_MORCEAU, maximum + 1 - recus)):
        recus += len(morceau)
        if recus > maximum:
            raise CorpsTropGros(refus)
        yield morceau


def _recevoir_par_morceaux(request: HttpRequest) -> None:
    """`Transfer-Encoding: chunked`, which several HTTP libraries use by default and Django takes for no body.

    Nothing tells an interrupted one from a whole one, but a JSON value ends by itself. A list of lines does not.
    """
    if "ndjson" in request.META.get("CONTENT_TYPE", ""):
        raise ParseError(
            "L'en-tête Content-Length est obligatoire en NDJSON : sans lui, un envoi interrompu passerait "
            "pour complet."
        )
    recu = BytesIO(request.META["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    request._stream = recu
    request.META["CONTENT_LENGTH"] = str(len(recu.getvalue()))
