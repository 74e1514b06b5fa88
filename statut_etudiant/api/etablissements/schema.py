"""`GET /api/etablissements`, as the OpenAPI document describes it: bodies, then the operation."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from referentiel.nomenclatures import Secteur, TypeEtablissement
from statut_etudiant.api.documentation.briques import (
    EXEMPLE_UAI,
    NOM_ETABLISSEMENT,
    UAI,
    Schema,
    date,
    entier,
    liste,
    objet,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import (
    AUCUN,
    erreurs_v2_,
    pagination,
    parametre,
    parametres_du_filtre,
    succes,
)
from statut_etudiant.api.etablissements import parametres, vue

PUBLIC = "Établissements"

SCHEMAS: Schema = {
    "Etablissement": objet(
        {
            "uai": UAI,
            "nom": NOM_ETABLISSEMENT,
            "type": texte("Type.", "universite", enum=TypeEtablissement.values),
            "secteur": texte("Secteur.", "public", enum=Secteur.values),
            "academie": texte("Académie.", "Toulouse"),
            "departement": texte("Code du département.", "31"),
            "codeCommune": texte("Code Insee (COG) de la commune.", "31555"),
            "commune": texte("Commune.", "Toulouse"),
            "ouvert": {"type": "boolean", "description": "false : l'établissement a fermé."},
            "alimente": {
                "type": "boolean",
                "description": "Il a déclaré des inscriptions de l'année universitaire.",
            },
            "effectif": texte(
                "Inscriptions de l'année, en classe.",
                "10 et plus",
                enum=["aucune", "moins de 10", "10 et plus"],
            ),
            "inscriptions": entier("Leur nombre ; absent sous 10.", 25410, minimum=10),
            "derniereMiseAJour": date("Jour de la dernière inscription reçue.", "2026-11-21"),
        },
        exige=("uai", "nom", "type", "secteur", "codeCommune", "ouvert", "alimente", "effectif"),
    ),
    "ListeEtablissements": objet(
        {
            "etablissements": liste(ref("Etablissement")),
            "suivant": texte(
                "Valeur de « curseur » de la page suivante. Absente de la dernière.", EXEMPLE_UAI
            ),
        },
        exige=("etablissements",),
    ),
}

extend_schema_view(
    get=extend_schema(
        operation_id="lister_etablissements",
        summary="Établissements et fraîcheur de leurs données",
        description="Qui alimente le référentiel, et depuis quand. Sans jeton, sans donnée personnelle. En CSV "
        "(format=csv, ou Accept: text/csv), toute la liste d'un coup.",
        tags=[PUBLIC],
        auth=AUCUN,
        parameters=[
            *parametres_du_filtre(parametres.FiltreEtablissements, {}),
            parametre(
                "format",
                "Format de la réponse.",
                schema={"type": "string", "enum": ["json", "csv"], "default": "json"},
            ),
            *pagination(EXEMPLE_UAI),
        ],
        request=None,
        responses=succes("ListeEtablissements", "Une page de la liste.")
        | succes({"type": "string"}, "La liste, pour un tableur.", media="text/csv")
        | erreurs_v2_("base_indisponible", "anomalie", parametres=("type",)),
    )
)(vue.Etablissements)
