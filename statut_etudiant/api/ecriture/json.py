"""JSON in and out of the DRF views: strict on what comes in, exact on what goes out."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from referentiel.ecriture.json_strict import JsonInvalide, lire_json
from statut_etudiant.api.ecriture.reception import morceaux

#: A record is a few hundred bytes; this leaves room for any spacing and for keys of the sender's own.
CORPS_MAXIMUM = 16 * 1024


class RenduJson(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data)


class AnalyseJson(BaseParser):
    """One value, small, that every reader understands alike (`referentiel.ecriture.json_strict`).

    Whatever `Content-Type` announces: the contract asks for a JSON object and for no header, and clients of the
    existing API send it under their HTTP library's own default.
    """

    media_type = "*/*"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        refus = f"{CORPS_MAXIMUM >> 10} ko au plus pour un enregistrement."
        octets = b"".join(morceaux(stream, parser_context, maximum=CORPS_MAXIMUM, refus=refus))
        try:
            return lire_json(octets)
        except JsonInvalide as refus:
            raise ParseError(str(refus)) from None
