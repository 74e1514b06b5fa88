"""Health for the reverse proxy and the operators: alive (the process answers), open (it takes new calls), ready (its
database too)."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from statut_etudiant import roles

#: Months of the exchange journal that must already have their partition.
MOIS_MINIMAUX = 2


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
    """503 when this process is about to stop, when the database is away, not migrated, or when the journal is about to
    lack partitions; in production, when the role could rewrite the journals too."""
    if en_retrait():
        return JsonResponse({"etat": "en retrait"}, status=503)
    try:
        executeur = MigrationExecutor(connection)
        en_attente = len(executeur.migration_plan(executeur.loader.graph.leaf_nodes()))
        with connection.cursor() as curseur:
            curseur.execute(
                "SELECT to_regclass('referentiel_echange_donnees_'"
                " || to_char(now() AT TIME ZONE 'Europe/Paris' + %s * interval '1 month', 'YYYY_MM'))",
                [MOIS_MINIMAUX],
            )
            (partition,) = curseur.fetchone()
        role_trop_fort = settings.PRODUCTION and roles.defauts()
    except DatabaseError:
        return JsonResponse({"etat": "base de données indisponible"}, status=503)
    if en_attente:
        return JsonResponse({"etat": "base de données à migrer"}, status=503)
    if role_trop_fort:
        return JsonResponse({"etat": "rôle de la base de données trop puissant"}, status=503)
    if partition is None:
        return JsonResponse({"etat": "partitions du journal à préparer"}, status=503)
    return JsonResponse({"etat": "ok"})
