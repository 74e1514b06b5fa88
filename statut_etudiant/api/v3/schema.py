"""`GET /v3/mesri/statut_etudiant/…`, as the OpenAPI document describes it: bodies, then operations."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from statut_etudiant.api.champs import DOSSIER, ETUDIANT
from statut_etudiant.api.documentation.briques import (
    EXEMPLE_INE,
    EXEMPLE_LIEU,
    EXEMPLE_NOM,
    EXEMPLE_PRENOM,
    EXEMPLE_SEXE,
    Schema,
    entier,
    instant,
    liste,
    objet,
    objet_ferme,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import JSON_API, dans_l_entete, erreurs_v3_, parametre, succes
from statut_etudiant.api.documentation.lecture import (
    DELEGATION,
    FORME_DELEGATION,
    FORME_DEPARTEMENT,
    FORME_INE,
    FORME_LIEU,
    FORME_NOM,
    FORME_SEXE,
    FORME_SIRET,
    FRANCE_CONNECT,
    JETON_OU_BEARER,
    LIEU,
    RECIPIENT,
    SIRET,
)
from statut_etudiant.api.documentation.lecture import INE as INE_DEMANDE
from statut_etudiant.api.parametres import LONGUEUR_NOM, NAISSANCE_MINIMALE
from statut_etudiant.api.v3 import introspection, vue
from statut_etudiant.api.v3.corps import REDACTION
from statut_etudiant.api.v3.preuve import AVEC_PDF, SEULE
from statut_etudiant.certificats import code as codes

V3 = "Lecture v3"

CODE = "K7QF2M9XTB"
VERIFICATION = f"https://statut-etudiant.example/verifier/{CODE}"
ATTESTATION = "https://statut-etudiant.example/certificats/pdf/gAAAAABp"

SCHEMAS: Schema = {
    "StatutEtudiantV3": objet_ferme(
        {
            "data": REDACTION.schema(
                ETUDIANT, {"admissions": liste(ref("AdmissionV3"), minItems=1)}, exige=("admissions",)
            ),
            "links": objet_ferme(
                {
                    "attestation_pdf": texte(
                        "PDF de l'attestation, sans authentification.", ATTESTATION, format="uri"
                    )
                },
                description="Vide, sauf avec X-Generate-Proof: pdf.",
            ),
            "meta": objet_ferme(
                {
                    "verification_url": texte(
                        "Où vérifier la preuve, pendant 5 ans.", VERIFICATION, format="uri"
                    ),
                    "verification_code": texte(
                        "Code de la preuve, tel qu'il est imprimé.",
                        CODE,
                        pattern=f"^[{codes.ALPHABET}]{{{codes.LONGUEUR}}}$",
                    ),
                    "attestation_pdf_url_expires_at": instant(
                        "Quand le lien du PDF cesse de servir : 5 minutes, puis 410."
                    ),
                },
                description="Vide, sauf avec X-Generate-Proof.",
            ),
        },
        exige=("data", "links", "meta"),
        description="Une clé que le jeton n'ouvre pas, ou qui n'est pas connue, est absente.",
    ),
    "StatutEtudiantV3FranceConnect": objet_ferme(
        {
            "data": objet_ferme({"admissions": liste(ref("AdmissionV3"), minItems=1)}, exige=("admissions",)),
            "links": objet_ferme({}, description="Toujours vide."),
            "meta": objet_ferme({}, description="Toujours vide."),
        },
        exige=("data", "links", "meta"),
        description="Jamais d'identité : l'appelant vient de la recevoir de FranceConnect.",
    ),
    "AdmissionV3": REDACTION.schema(DOSSIER),
    "IntrospectionV3": objet_ferme(
        {
            "data": objet_ferme(
                {
                    "id": texte("Identifiant public du jeton.", "5f0c1a9e-3b51-4f9e-9a1e-5b7a9f1f2c3d"),
                    "type": texte("Genre de jeton.", "standard", enum=["standard", "editeur"]),
                    "scopes": liste({"type": "string"}, example=["mesri_admissions", "mesri_identite"]),
                    "datapass_id": texte(
                        "Numéro de la demande ; null pour un jeton qui n'en vient pas.", "D42", nullable=True
                    ),
                    "siret_souscripteur": texte(
                        "SIRET de l'organisation habilitée ; sans délégation choisie, celui de l'éditeur.",
                        SIRET,
                    ),
                    "date_emission": instant("Émission du jeton."),
                    "date_expiration": instant("Fin du jeton."),
                    "rate_limit_par_minute": entier("Appels par minute que permet le quota.", 1200),
                    "delegation": {
                        "allOf": [ref("Delegation")],
                        "nullable": True,
                        "description": "La délégation que choisissent recipient et delegation_id, pour le jeton d'un "
                        "éditeur ; sinon null.",
                    },
                },
                exige=(
                    "id",
                    "type",
                    "scopes",
                    "datapass_id",
                    "siret_souscripteur",
                    "date_emission",
                    "date_expiration",
                    "rate_limit_par_minute",
                    "delegation",
                ),
            ),
            "links": objet_ferme({"datapass": texte("Page de la demande.", "https://…/demandes/42")}),
            "meta": objet_ferme({}, description="Toujours vide."),
        },
        exige=("data", "links", "meta"),
    ),
    "ErreursV3": objet(
        {
            "errors": liste(
                objet(
                    {
                        "code": texte("Code de l'erreur, pour les programmes.", "25003"),
                        "title": texte("Titre.", "Ressource introuvable"),
                        "detail": texte("Explication.", "Aucun étudiant ne correspond."),
                        "source": objet({}, additionalProperties={"type": "string"}),
                        "meta": {"type": "object"},
                    },
                    exige=("code", "title", "detail", "meta"),
                ),
                minItems=1,
            )
        },
        exige=("errors",),
    ),
}

_ADMISSIONS = {"admissions": [REDACTION.exemple(DOSSIER)]}
EXEMPLE_V3 = {"data": REDACTION.exemple(ETUDIANT) | _ADMISSIONS, "links": {}, "meta": {}}
EXEMPLE_FC = {"data": _ADMISSIONS, "links": {}, "meta": {}}

_JETON_V3 = ("00101", "00103", "00105", "00100", "00107", "00401")
_EDITEUR_V3 = ("00212", "00213")
_SERVICE_V3 = ("00429", "25001", "25020", "00500")

PREUVE = dans_l_entete(
    "X-Generate-Proof",
    "Ajoute à la réponse une preuve vérifiable pendant 5 ans, pour le dossier de l'usager : proof-only en donne le "
    "code et l'adresse, pdf aussi un document. Une autre valeur est refusée.",
    {"type": "string", "enum": [SEULE, AVEC_PDF]},
)

_DELEGATION = parametre("delegation_id", DELEGATION, schema=FORME_DELEGATION)
_RECIPIENT_V3 = [parametre("recipient", RECIPIENT, SIRET, obligatoire=True, schema=FORME_SIRET)]

extend_schema_view(
    get=extend_schema(
        operation_id="lire_statut_v3_par_ine",
        summary="Statut d'un étudiant, par INE",
        description="Les admissions et inscriptions que le jeton ouvre.",
        tags=[V3],
        auth=JETON_OU_BEARER,
        parameters=[
            parametre("ine", INE_DEMANDE, EXEMPLE_INE, obligatoire=True, schema=FORME_INE),
            *_RECIPIENT_V3,
            _DELEGATION,
            PREUVE,
        ],
        request=None,
        responses=succes("StatutEtudiantV3", "L'étudiant a été trouvé.", EXEMPLE_V3, media=JSON_API)
        | erreurs_v3_(*_JETON_V3, *_EDITEUR_V3, "00406", "25003", "00203", "00210", "00360", *_SERVICE_V3),
    )
)(vue.StatutV3ParIne)

extend_schema_view(
    get=extend_schema(
        operation_id="lire_statut_v3_par_identite",
        summary="Statut d'un étudiant, par identité",
        description="Tous les paramètres en erreur sont dits ensemble. Le lieu de naissance, facultatif, est un code "
        "COG, ou un nom de commune avec son département.",
        tags=[V3],
        auth=JETON_OU_BEARER,
        parameters=[
            parametre("nomNaissance", "Nom de naissance.", EXEMPLE_NOM, obligatoire=True, schema=FORME_NOM),
            parametre(
                "prenoms[]",
                "Prénoms, répétés ; seul le premier est utilisé. Un seul, vide, pour une personne qui n'a qu'un nom.",
                obligatoire=True,
                schema={
                    "type": "array",
                    "items": {"type": "string", "maxLength": LONGUEUR_NOM},
                    "minItems": 1,
                    "example": [EXEMPLE_PRENOM],
                },
                explode=True,
                style="form",
            ),
            parametre(
                "anneeDateNaissance",
                "Année de naissance.",
                2004,
                obligatoire=True,
                schema={"type": "integer", "minimum": NAISSANCE_MINIMALE.year, "maximum": 9999},
            ),
            parametre(
                "moisDateNaissance",
                "Mois de naissance, de 1 à 12.",
                3,
                obligatoire=True,
                schema={"type": "integer", "minimum": 1, "maximum": 12},
            ),
            parametre(
                "jourDateNaissance",
                "Jour de naissance, de 1 à 31.",
                27,
                obligatoire=True,
                schema={"type": "integer", "minimum": 1, "maximum": 31},
            ),
            parametre(
                "sexeEtatCivil",
                "Sexe à l'état civil, M ou F, en toute casse.",
                EXEMPLE_SEXE,
                obligatoire=True,
                schema=FORME_SEXE,
            ),
            parametre("codeCogInseeCommuneNaissance", LIEU, EXEMPLE_LIEU, schema=FORME_LIEU),
            parametre(
                "nomCommuneNaissance",
                "Nom de la commune de naissance, d'aujourd'hui ou d'autrefois, à défaut de son code. « Paris » vaut "
                "pour tous ses arrondissements, « Lyon 8e » pour un seul.",
                schema={"type": "string", "maxLength": LONGUEUR_NOM},
            ),
            parametre(
                "codeCogInseeDepartementNaissance",
                "Département, avec le nom de la commune. Seuls, ou avec 99, l'un et l'autre ne disent aucun lieu.",
                schema=FORME_DEPARTEMENT,
            ),
            *_RECIPIENT_V3,
            _DELEGATION,
            PREUVE,
        ],
        request=None,
        responses=succes("StatutEtudiantV3", "L'étudiant a été trouvé.", EXEMPLE_V3, media=JSON_API)
        | erreurs_v3_(
            *_JETON_V3,
            *_EDITEUR_V3,
            "00406",
            "25003",
            "01003",
            "00203",
            "00210",
            "00420",
            "00421",
            "00422",
            "00423",
            "00424",
            "00425",
            "00427",
            "00365",
            "00428",
            *_SERVICE_V3,
        ),
    )
)(vue.StatutV3ParIdentite)

extend_schema_view(
    get=extend_schema(
        operation_id="lire_statut_v3_par_france_connect",
        summary="Statut de la personne connectée par FranceConnect",
        description="Le jeton est celui que FranceConnect a donné au fournisseur de service. L'identité n'est jamais "
        "rendue. Le quota est celui du fournisseur de service, et non de l'usager.",
        tags=[V3],
        auth=FRANCE_CONNECT,
        parameters=_RECIPIENT_V3,
        request=None,
        responses=succes(
            "StatutEtudiantV3FranceConnect", "L'étudiant a été trouvé.", EXEMPLE_FC, media=JSON_API
        )
        | erreurs_v3_(
            "51501",
            "51502",
            "51503",
            "51504",
            "00101",
            "00105",
            "00107",
            "00100",
            "00401",
            "00406",
            "25003",
            "00203",
            "00210",
            "51564",
            "51999",
            "51002",
            "51001",
            *_SERVICE_V3,
        ),
    )
)(vue.StatutV3ParFranceConnect)

extend_schema_view(
    get=extend_schema(
        operation_id="lire_jeton_v3",
        summary="Ce qu'est un jeton",
        description="Le jeton présenté, ses scopes, sa fin et son quota. L'appel n'est pas compté par le quota.",
        tags=[V3],
        auth=JETON_OU_BEARER,
        parameters=[
            parametre("recipient", f"{RECIPIENT} Facultatif.", SIRET, schema=FORME_SIRET),
            _DELEGATION,
        ],
        request=None,
        responses=succes("IntrospectionV3", "Le jeton est en service.", media=JSON_API)
        | erreurs_v3_(
            "00101", "00103", "00105", "00107", "00401", *_EDITEUR_V3, "00406", "00210", "25001", "00500"
        ),
    )
)(introspection.IntrospectionV3)
