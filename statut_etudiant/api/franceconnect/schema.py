"""`GET /api/france_connect_jwks` in the OpenAPI document."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from statut_etudiant.api.documentation.briques import Schema, liste, objet, ref, texte
from statut_etudiant.api.documentation.commun import AUCUN, succes
from statut_etudiant.api.franceconnect import publication

FRANCE_CONNECT = "FranceConnect"

SCHEMAS: Schema = {
    "ClesPubliques": objet(
        {"keys": liste(ref("ClePublique"))}, exige=("keys",), description="La clé courante est la première."
    ),
    "ClePublique": objet(
        {
            "kty": texte("Type de clé.", "RSA"),
            "use": texte("Usage.", "enc"),
            "alg": texte("Algorithme de chiffrement.", "RSA-OAEP-256"),
            "kid": texte("Identifiant de la clé.", "pWf1d0w0jz8c2d5x"),
        },
        exige=("kty", "use", "alg", "kid"),
    ),
}

extend_schema_view(
    get=extend_schema(
        operation_id="lire_cles_franceconnect",
        summary="Clés publiques destinées à FranceConnect",
        description="FranceConnect les lit à chaque vérification d'un jeton, pour chiffrer sa réponse.",
        tags=[FRANCE_CONNECT],
        auth=AUCUN,
        request=None,
        responses=succes(
            "ClesPubliques",
            "Les clés, la courante en tête.",
            {"keys": [{"kty": "RSA", "use": "enc", "alg": "RSA-OAEP-256", "kid": "pWf1d0w0jz8c2d5x"}]},
        ),
    )
)(publication.ClesPubliques)
