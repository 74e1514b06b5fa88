"""`GET /api/errors`, as the OpenAPI document describes it: body, then operation."""

from drf_spectacular.utils import extend_schema

from statut_etudiant.api.documentation.briques import Schema, entier, liste, objet_ferme, ref, texte
from statut_etudiant.api.documentation.commun import AUCUN, erreurs_v2_, parametre, succes

AIDE = "Documentation"

SCHEMAS: Schema = {
    "CatalogueErreurs": objet_ferme({"errors": liste(ref("ErreurCataloguee"))}, exige=("errors",)),
    "ErreurCataloguee": objet_ferme(
        {
            "code": texte(
                "Ce que lit un programme : code en v3, raison en v2, message en écriture.", "25003"
            ),
            "status": entier("Statut HTTP.", 404),
            "title": texte("Titre ; vide quand la réponse n'en a pas.", "Ressource introuvable"),
            "detail": texte("Explication que porte la réponse.", "Aucun étudiant ne correspond."),
            "when": texte("Quand cette erreur se produit.", "Personne ne répond aux critères."),
            "what_to_do": texte("Ce que l'appelant peut faire.", "Vérifiez la saisie."),
            "operations": liste({"type": "string"}, example=["lire_statut_v3_par_ine"]),
        },
        exige=("code", "status", "title", "detail", "when", "what_to_do", "operations"),
    ),
}

#: What decorates the view: the other way round, it would import what imports it.
DECRIRE = extend_schema(
    operation_id="lister_erreurs",
    summary="Catalogue des erreurs",
    description="Les erreurs de toutes les opérations, ou d'une seule : quand elles se produisent, et que faire.",
    tags=[AIDE],
    auth=AUCUN,
    parameters=[
        parametre(
            "operation_id",
            "Opération du document OpenAPI dont on veut les erreurs.",
            "lire_statut_v3_par_ine",
            schema={"type": "string", "maxLength": 100},
        )
    ],
    request=None,
    responses=succes("CatalogueErreurs", "Les erreurs.")
    | erreurs_v2_("anomalie", parametres=("operation_id",)),
)
