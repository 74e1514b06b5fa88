"""`GET /editeur/api/v1/delegations`, as the OpenAPI document describes it: bodies, then operation."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from statut_etudiant.api.documentation.briques import (
    Schema,
    entier,
    instant,
    liste,
    objet_ferme,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import JSON_API, erreurs_v3_, pagination, succes
from statut_etudiant.api.documentation.lecture import JETON_OU_BEARER, SIRET
from statut_etudiant.api.editeur import vue

EDITEUR = "Éditeurs"

EXEMPLE_CLE = "7d2b6c1e-0f4a-4c1b-9a54-2f6d0f8e3b11"

SCHEMAS: Schema = {
    "Delegations": objet_ferme(
        {
            "data": liste(ref("Delegation")),
            "links": objet_ferme(
                {
                    "next": texte(
                        "Page suivante ; absent de la dernière.",
                        f"https://statut-etudiant.example/{vue.CHEMIN}?limite=100&curseur={EXEMPLE_CLE}",
                        format="uri",
                    )
                }
            ),
            "meta": objet_ferme({"total": entier("Délégations en cours.", 3)}, exige=("total",)),
        },
        exige=("data", "links", "meta"),
    ),
    "Delegation": objet_ferme(
        {
            "id": texte("Identifiant, à transmettre dans delegation_id.", EXEMPLE_CLE, format="uuid"),
            "siret": texte("SIRET de l'organisation, à transmettre dans recipient.", SIRET),
            "organisation": texte("Nom de l'organisation.", "Ville fictive"),
            "habilitation": texte("Numéro de l'habilitation déléguée.", "H42"),
            "scopes": liste({"type": "string"}, example=["mesri_admissions", "mesri_identite"]),
            "depuis": instant("Quand l'organisation l'a donnée."),
        },
        exige=("id", "siret", "organisation", "habilitation", "scopes", "depuis"),
    ),
}

extend_schema_view(
    get=extend_schema(
        operation_id="lister_delegations",
        summary="Délégations d'un éditeur",
        description="Les habilitations que des administrations délèguent à l'éditeur dont c'est le jeton, de la plus "
        "récente à la plus ancienne. Une délégation reprise n'y est plus.",
        tags=[EDITEUR],
        auth=JETON_OU_BEARER,
        parameters=pagination(EXEMPLE_CLE),
        request=None,
        responses=succes("Delegations", "Les délégations en cours.", media=JSON_API)
        | erreurs_v3_(
            "00101", "00103", "00105", "00100", "00107", "00401", "00406", "00214", "00429", "25001", "00500"
        ),
    )
)(vue.Delegations)
