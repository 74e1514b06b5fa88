"""The product's own WSGI application, whose answers say what they cost: time, processor time, statements."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from statut_etudiant.wsgi import application as produit


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    requetes = 0

    def compter(executer: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal requetes
        requetes += 1
        return executer(*arguments)

    reponse: list[Any] = []
    debut, processeur = time.perf_counter(), time.thread_time()
    with connection.execute_wrapper(compter):
        sortie = produit(environ, lambda *arguments: reponse.append(arguments))
        try:
            corps = b"".join(sortie)
        finally:
            sortie.close()
    statut, entetes, *_ = reponse[0]
    couts = [
        ("X-Bench-Ms", f"{(time.perf_counter() - debut) * 1000:.3f}"),
        ("X-Bench-Cpu-Ms", f"{(time.thread_time() - processeur) * 1000:.3f}"),
        ("X-Bench-Requetes", str(requetes)),
    ]
    start_response(statut, [*entetes, *couts])
    return [corps]
