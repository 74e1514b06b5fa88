"""The write API, as the OpenAPI document describes them."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from statut_etudiant.api.documentation.briques import (
    EXEMPLE_INE,
    EXEMPLE_NAISSANCE,
    EXEMPLE_UAI,
    liste,
    ref,
)
from statut_etudiant.api.documentation.commun import (
    dans_le_chemin,
    erreurs_ecriture_,
    pagination,
    parametre,
    parametres_du_filtre,
    succes,
)
from statut_etudiant.api.ecriture import inscription, inscriptions, lots

ECRITURE = "Écriture"
JETON = [{"X-Api-Key": []}, {"Bearer": []}]

ENREGISTREMENT = {
    "ine": EXEMPLE_INE,
    "dateNaissance": EXEMPLE_NAISSANCE,
    "uai": EXEMPLE_UAI,
    "dateDebutInscription": "2026-09-01",
    "dateFinInscription": "2027-08-31",
    "statut": "inscrit",
    "regime": "formation initiale",
    "cursus": "L",
    "diplome": "Licence de droit",
}
AVEC_IDENTITE = ENREGISTREMENT | {
    "ine": "990000901BE",
    "identite": {"nomNaissance": "Le Goff", "prenoms": ["Anne-Marie", "Gaëlle"], "sexe": "F"},
}
ECRITE = {
    "message": "une nouvelle inscription créée",
    "inscription": {
        "id_inscription": "1024",
        "ine": EXEMPLE_INE,
        "dateNaissance": EXEMPLE_NAISSANCE,
        "dateDebutInscription": "2026-09-01",
        "dateFinInscription": "2027-08-31",
        "statut": "inscrit",
        "codeCommune": "31555",
        "uai": EXEMPLE_UAI,
    },
}

extend_schema_view(
    post=extend_schema(
        operation_id="ecrire_inscription",
        summary="Déclarer ou mettre à jour une inscription",
        description="L'étudiant est désigné par son INE et sa date de naissance ; l'inscription, par l'étudiant, "
        "l'établissement, la date de début et le diplôme. Envoyer deux fois la même ne fait jamais deux lignes ; un "
        "autre champ changé la met à jour. Une réponse 200 veut dire que tout est enregistré durablement.\n\nSi l'INE "
        "n'est pas connu, identite crée l'étudiant.",
        tags=[ECRITURE],
        auth=JETON,
        request={"application/json": ref("Enregistrement")},
        examples=[
            OpenApiExample("connu", ENREGISTREMENT, summary="Étudiant connu", request_only=True),
            OpenApiExample("nouveau", AVEC_IDENTITE, summary="Étudiant nouveau", request_only=True),
        ],
        responses=succes("InscriptionEcrite", "Fait, et enregistré.", ECRITE)
        | erreurs_ecriture_(
            "POST",
            "inscription",
            "parametre",
            "etudiant",
            "etablissement",
            "trop_gros",
            parametre="dateFinInscription",
        ),
    )
)(inscription.InscriptionUnitaire)

extend_schema_view(
    delete=extend_schema(
        operation_id="retirer_inscription",
        summary="Retirer une inscription déclarée par erreur",
        description="Elle n'est plus servie ; l'historique la garde. L'inscription d'un autre établissement répond "
        "exactement comme une inscription qui n'existe pas.",
        tags=[ECRITURE],
        auth=JETON,
        parameters=[
            dans_le_chemin("id_inscription", "L'id_inscription rendu à la déclaration.", "1024"),
        ],
        request=None,
        responses=succes("InscriptionRetiree", "L'inscription est retirée.")
        | erreurs_ecriture_("DELETE", "inscription", "parametre", "inscription", parametre="id_inscription"),
    )
)(inscriptions.InscriptionDeposee)

extend_schema_view(
    get=extend_schema(
        operation_id="lister_inscriptions",
        summary="Relire les inscriptions de l'établissement",
        description="Celles des établissements du jeton, les plus récentes d'abord. Un filtre inconnu est refusé.",
        tags=[ECRITURE],
        auth=JETON,
        parameters=[
            *parametres_du_filtre(
                inscriptions.FiltreInscriptions,
                {"ine": EXEMPLE_INE, "uai": EXEMPLE_UAI, "dateDebutDepuis": "2026-09-01"},
            ),
            *pagination("1024"),
        ],
        request=None,
        responses=succes("ListeInscriptions", "Une page de la liste.")
        | erreurs_ecriture_("GET", "inscriptions", "parametre", parametre="dateDebutDepuis"),
    ),
    post=extend_schema(
        operation_id="ecrire_lot",
        summary="Déclarer beaucoup d'inscriptions à la fois",
        description="Un tableau JSON, ou un objet par ligne (NDJSON) : 50 000 enregistrements au plus, 32 Mo. Le lot "
        "est gardé et traité en arrière-plan : suivez-le à l'adresse de l'en-tête Location. Les lots d'un même "
        "établissement sont traités dans l'ordre de leur arrivée.",
        tags=[ECRITURE],
        auth=JETON,
        parameters=[
            parametre(
                "toutOuRien",
                "true : si un enregistrement est rejeté, aucun n'est pris.",
                schema={"type": "boolean", "default": False},
            ),
        ],
        request={
            "application/json": liste(ref("Enregistrement"), minItems=1, maxItems=50_000),
            "application/x-ndjson": {"type": "string", "format": "binary"},
        },
        examples=[
            OpenApiExample("Tableau", [ENREGISTREMENT], request_only=True, media_type="application/json")
        ],
        responses=succes("LotRecu", "Le lot est gardé.", statut=202)
        | erreurs_ecriture_(
            "POST", "inscriptions", "parametre", "trop_gros", "type_contenu", parametre="corps"
        ),
    ),
)(inscriptions.Inscriptions)

extend_schema_view(
    get=extend_schema(
        operation_id="suivre_lot",
        summary="Suivre un lot",
        description="Son avancement, ses comptes, et ses enregistrements rejetés un à un. Seuls les jetons de la même "
        "organisation le voient.",
        tags=[ECRITURE],
        auth=JETON,
        parameters=[
            dans_le_chemin("cle", "L'identifiant du lot.", "5f0c1a9e-3b51-4f9e-9a1e-5b7a9f1f2c3d"),
            parametre(
                "niveau",
                "Lignes à donner : les rejets, ou les avis.",
                schema={"type": "string", "enum": ["rejet", "avis"], "default": "rejet"},
            ),
            *pagination("12-345"),
        ],
        request=None,
        responses=succes("SuiviDeLot", "Le lot, et une page de ses lignes.")
        | erreurs_ecriture_("GET", "lots", "parametre", "lot", parametre="id"),
    )
)(lots.SuiviDeLot)
