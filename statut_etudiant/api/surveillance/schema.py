"""The monitoring of the API, as the OpenAPI document describes it: bodies, then operations."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from statut_etudiant.api.documentation.briques import (
    Schema,
    instant,
    liste,
    objet,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import AUCUN, succes
from statut_etudiant.api.surveillance import vue

SURVEILLANCE = "Surveillance"

SCHEMAS: Schema = {
    "Ping": objet(
        {
            "status": texte("État.", "ok", enum=["ok", "bad_gateway", "maintenance"]),
            "last_update": instant("Instant de la mesure."),
            "last_ok_status": instant("Dernier instant où l'état était bon."),
        },
        exige=("status", "last_update"),
    ),
    "Surveillance": objet(
        {"name": texte("Nom.", "mesri_statut_etudiant_ine"), "url": texte("Adresse.", "https://…")},
        exige=("name", "url"),
    ),
}

extend_schema_view(
    get=extend_schema(
        operation_id="ping",
        summary="Le service répond",
        description="Rien d'autre n'est vérifié.",
        tags=[SURVEILLANCE],
        auth=AUCUN,
        request=None,
        responses=succes({"type": "string", "enum": ["pong"]}, "Le service répond.", "pong"),
    )
)(vue.Ping)

extend_schema_view(
    get=extend_schema(
        summary="État du référentiel",
        description="Une requête minimale est faite au référentiel.",
        tags=[SURVEILLANCE],
        auth=AUCUN,
        request=None,
        responses=succes("Ping", "Le référentiel répond, ou une maintenance est en cours.")
        | succes("Ping", "Le référentiel ne répond pas.", statut=502),
    )
)(vue.PingFournisseur)

extend_schema_view(
    get=extend_schema(
        operation_id="pings",
        summary="Adresses de surveillance",
        description="Celles qui disent l'état du référentiel, pour chaque mode d'appel.",
        tags=[SURVEILLANCE],
        auth=AUCUN,
        request=None,
        responses=succes(liste(ref("Surveillance")), "Les adresses."),
    )
)(vue.Pings)
