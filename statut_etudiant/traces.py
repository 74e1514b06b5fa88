"""OpenTelemetry, by setting: one span a call and one a task, sent to a collector.

Ours rather than its automatic instrumentation, which copies query strings and SQL statements, with the people in them.
The trace bears the request's own identifier: `X-Request-ID`, the lines of the log, the journal's row and the trace are
found by one and the same word, from the web process to the worker.
"""

import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from statut_etudiant.journaux import requete_courante

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


@cache
def _fournisseur() -> "TracerProvider | None":
    """Made once a process, at its first call: its thread would not survive a fork."""
    if not settings.OPENTELEMETRY_URL:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class Identifiants(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            with suppress(ValueError):
                return int(requete_courante.get(), 16) or super().generate_trace_id()
            return super().generate_trace_id()

    fournisseur = TracerProvider(
        resource=Resource({"service.name": "statut-etudiant"}), id_generator=Identifiants()
    )
    fournisseur.add_span_processor(
        BatchSpanProcessor(
            OTLPSpanExporter(f"{settings.OPENTELEMETRY_URL.rstrip('/')}/v1/traces", timeout=5),
            schedule_delay_millis=2_000,
        )
    )
    return fournisseur


def appel(duree: float, *, methode: str, route: str, statut: int) -> None:
    """A call was answered after so many seconds."""
    _tracer(
        duree,
        f"{methode} {route}",
        {"http.request.method": methode, "http.route": route, "http.response.status_code": statut},
        echec=statut >= 500,
    )


def tache(duree: float, *, nom: str, echec: bool) -> None:
    """A task was done after so many seconds, for the request that caused it if any did."""
    _tracer(duree, nom, {"messaging.operation.type": "process"}, echec=echec)


def finir() -> None:
    """The process stops: what waits is sent, as far as the collector answers."""
    if (fournisseur := _fournisseur()) is not None:
        fournisseur.shutdown()


def _tracer(duree: float, nom: str, attributs: dict[str, str | int], *, echec: bool) -> None:
    fournisseur = _fournisseur()
    if fournisseur is None:
        return
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanKind, StatusCode

    fin = time.time_ns()
    span = fournisseur.get_tracer("statut_etudiant").start_span(
        nom,
        context=Context(),
        kind=SpanKind.SERVER,
        attributes=attributs,
        start_time=fin - round(duree * 1e9),
    )
    if echec:
        span.set_status(StatusCode.ERROR)
    span.end(fin)
