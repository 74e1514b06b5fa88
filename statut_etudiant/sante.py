"""Health for the reverse proxy and the operators: alive (the process answers), open (it takes new calls), ready (it
can serve, and write)."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from statut_etudiant import epreuve_d_ecriture, roles

#: Months of the exchange journal that must already have their partition.
MOIS_MINIMAUX = 2

_ETAT = """
SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean,
    to_regclass('referentiel_echange_donnees_'
        || to_char(now() AT TIME ZONE 'Europe/Paris' + %s * interval '1 month', 'YYYY_MM')) IS NULL
"""


@login_not_required
@never_cache
@require_safe
def vivant(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"etat": "ok"})


def en_retrait() -> bool:
    """Whether this process is about to stop: it still answers, and new calls are to go elsewhere."""
    return bool(settings.FICHIER_DE_RETRAIT) and Path(settings.FICHIER_DE_RETRAIT).exists()


@login_not_required
@never_cache
@require_safe
def ouvert(request: HttpRequest) -> JsonResponse:
    """For a proxy that asks each second. It does not depend on the database: while that is away, the API has its own
    words to say so, which an empty rotation would replace by the proxy's."""
    if en_retrait():
        return JsonResponse({"etat": "en retrait"}, status=503)
    return JsonResponse({"etat": "ok"})


@login_not_required
@never_cache
@require_safe
def pret(request: HttpRequest) -> JsonResponse:
    """503 when this process is about to stop; when the database is away, only to be read, not migrated, when what is
    written there does not end, or when the journal is about to lack partitions; in production, when the role could
    rewrite the journals too."""
    if en_retrait():
        return JsonResponse({"etat": "en retrait"}, status=503)
    try:
        defaut = _defaut()
    except (DatabaseError, InterfaceError):
        connection.close()
        defaut = "base de données indisponible"
    return JsonResponse({"etat": defaut or "ok"}, status=503 if defaut else 200)


def _defaut() -> str:
    """What prevents this process from serving; empty when nothing does. Raises DatabaseError, InterfaceError."""
    with connection.cursor() as curseur:
        curseur.execute(_ETAT, [MOIS_MINIMAUX])
        lecture_seule, sans_partition = curseur.fetchone()
    if lecture_seule:
        connection.close()  # the next one may reach the primary
        return "base de données en lecture seule"
    executeur = MigrationExecutor(connection)
    if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
        return "base de données à migrer"
    if settings.PRODUCTION and roles.defauts():
        return "rôle de la base de données trop puissant"
    if sans_partition:
        return "partitions du journal à préparer"
    return "" if epreuve_d_ecriture.reussie() else "écritures bloquées"
