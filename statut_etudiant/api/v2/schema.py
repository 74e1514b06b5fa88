"""`GET /api/v2/etudiants` and `GET /api/introspect` in the OpenAPI document: bodies, then operations."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from statut_etudiant.api.champs import DOSSIER, ETUDIANT
from statut_etudiant.api.documentation.briques import (
    EXEMPLE_INE,
    EXEMPLE_LIEU,
    EXEMPLE_NAISSANCE,
    EXEMPLE_NOM,
    EXEMPLE_PRENOM,
    EXEMPLE_SEXE,
    Schema,
    liste,
    objet,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import erreurs_v2_, parametre, succes
from statut_etudiant.api.documentation.lecture import (
    DELEGATION,
    FORME_DELEGATION,
    FORME_INE,
    FORME_LIEU,
    FORME_NOM,
    FORME_SEXE,
    FORME_SIRET,
    FRANCE_CONNECT,
    JETON,
    LIEU,
    RECIPIENT,
    SIRET,
)
from statut_etudiant.api.documentation.lecture import INE as INE_DEMANDE
from statut_etudiant.api.v2 import introspection, vue
from statut_etudiant.api.v2.corps import REDACTION

V2 = "Lecture v2"

SCHEMAS: Schema = {
    "EtudiantV2": REDACTION.schema(
        ETUDIANT,
        {"inscriptions": liste(ref("InscriptionV2"), minItems=1)},
        exige=("inscriptions",),
        description="Une clé que le jeton n'ouvre pas, ou qui n'est pas connue, est absente.",
    ),
    "InscriptionV2": REDACTION.schema(
        DOSSIER,
        description="Une admission a dateDebutAdmission et dateFinAdmission à la place de dateDebutInscription et "
        "dateFinInscription.",
    ),
    "ErreurV2": objet(
        {
            "error": texte("Code de l'erreur, pour les programmes.", "not_found"),
            "reason": texte("Raison, en anglais.", "Student not found"),
            "message": texte("Explication, en français.", "Aucun étudiant n'a pu être trouvé."),
        },
        exige=("error", "reason", "message"),
    ),
    "ErreursV2": objet(
        {"errors": liste(texte("Explication.", "Vous avez effectué trop de requêtes"))}, exige=("errors",)
    ),
    "Introspection": objet(
        {
            "_id": texte("Identifiant du jeton.", "5f0c1a9e-3b51-4f9e-9a1e-5b7a9f1f2c3d", format="uuid"),
            "name": texte("Toujours vide.", ""),
            "scopes": liste(texte("Scope.", "mesri_identite")),
        },
        exige=("_id", "name", "scopes"),
    ),
}

EXEMPLE_V2 = REDACTION.exemple(ETUDIANT) | {
    "inscriptions": [REDACTION.exemple(DOSSIER, sauf=("dateDebutAdmission", "dateFinAdmission"))]
}

extend_schema_view(
    get=extend_schema(
        operation_id="lire_statut_v2",
        summary="Statut d'un étudiant",
        description="Par INE ; ou, sans INE, par identité : nom, prénom, date de naissance et sexe sont alors "
        "obligatoires. Les paramètres inconnus sont ignorés.\n\nAvec Authorization: Bearer, le jeton est celui de "
        "FranceConnect : l'étudiant est la personne connectée, recipient est obligatoire.",
        tags=[V2],
        auth=[*JETON, *FRANCE_CONNECT],
        parameters=[
            parametre("ine", f"{INE_DEMANDE} Présent, il suffit.", EXEMPLE_INE, schema=FORME_INE),
            parametre("nom", "Nom de naissance.", EXEMPLE_NOM, schema=FORME_NOM),
            parametre("prenom", "Premier prénom.", EXEMPLE_PRENOM, schema=FORME_NOM),
            parametre(
                "dateDeNaissance",
                "Date de naissance, AAAA-MM-JJ.",
                EXEMPLE_NAISSANCE,
                schema={"type": "string", "format": "date"},
            ),
            parametre(
                "sexe",
                "Sexe à l'état civil, m ou f, en toute casse.",
                EXEMPLE_SEXE.lower(),
                schema=FORME_SEXE,
            ),
            parametre(
                "lieuDeNaissance", f"{LIEU} Donné, il doit correspondre.", EXEMPLE_LIEU, schema=FORME_LIEU
            ),
            parametre(
                "recipient",
                f"{RECIPIENT} Obligatoire avec FranceConnect, et avec le jeton d'un éditeur.",
                SIRET,
                schema=FORME_SIRET,
            ),
            parametre("delegation_id", DELEGATION, schema=FORME_DELEGATION),
        ],
        request=None,
        responses=succes("EtudiantV2", "L'étudiant a été trouvé.", EXEMPLE_V2)
        | erreurs_v2_(
            "jeton_absent",
            "jeton_inconnu",
            "jeton_expire",
            "jeton_revoque",
            "scopes_insuffisants",
            "sans_delegation",
            "delegation_a_choisir",
            "fc_jeton_invalide",
            "fc_jeton_inconnu",
            "fc_identite_absente",
            "fc_identite_inutilisable",
            "fc_service_inconnu",
            "fc_service_revoque",
            "jeton_dans_url",
            "requete_refusee",
            "introuvable",
            "fc_incoherent",
            "fc_delai",
            "fc_indisponible",
            "base_indisponible",
            "maintenance",
            "anomalie",
            "quota",
            "ip_refusee",
            parametres=("ine", "nom", "prenom", "dateDeNaissance", "sexe", "lieuDeNaissance", "recipient"),
        ),
    )
)(vue.EtudiantsV2)

extend_schema_view(
    get=extend_schema(
        operation_id="lire_jeton",
        summary="Ce qu'ouvre un jeton",
        description="Les scopes du jeton présenté. L'appel n'est pas compté par le quota.",
        tags=[V2],
        auth=[*JETON, {"Bearer": []}],
        request=None,
        responses=succes("Introspection", "Le jeton est vivant.")
        | erreurs_v2_(
            "jeton_absent",
            "jeton_inconnu",
            "jeton_expire",
            "jeton_revoque",
            "jeton_dans_url",
            "base_indisponible",
            "anomalie",
            "ip_refusee",
        ),
    )
)(introspection.Introspection)
