"""`GET /v3/mesri/statut_etudiant/…`, as the OpenAPI document describes it: bodies, then operations."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from statut_etudiant.api.champs import DOSSIER, ETUDIANT
from statut_etudiant.api.documentation.briques import (
    Schema,
    instant,
    liste,
    objet,
    objet_ferme,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import JSON_API, dans_l_entete, erreurs_v3_, parametre, succes
from statut_etudiant.api.documentation.lecture import FRANCE_CONNECT, JETON_OU_BEARER, LIEU, RECIPIENT, SIRET
from statut_etudiant.api.documentation.lecture import INE as INE_DEMANDE
from statut_etudiant.api.v3 import vue
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
    "AdmissionV3": REDACTION.schema(DOSSIER),
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
_SERVICE_V3 = ("00429", "25001", "25020", "00500")

PREUVE = dans_l_entete(
    "X-Generate-Proof",
    "Ajoute à la réponse une preuve vérifiable pendant 5 ans, pour le dossier de l'usager : proof-only en donne le "
    "code et l'adresse, pdf aussi un document. Une autre valeur est refusée.",
    {"type": "string", "enum": [SEULE, AVEC_PDF]},
)

_RECIPIENT_V3 = [parametre("recipient", RECIPIENT, SIRET, obligatoire=True)]

extend_schema_view(
    get=extend_schema(
        operation_id="lire_statut_v3_par_ine",
        summary="Statut d'un étudiant, par INE",
        description="Les admissions et inscriptions que le jeton ouvre.",
        tags=[V3],
        auth=JETON_OU_BEARER,
        parameters=[parametre("ine", INE_DEMANDE, "1234567890V", obligatoire=True), *_RECIPIENT_V3, PREUVE],
        request=None,
        responses=succes("StatutEtudiantV3", "L'étudiant a été trouvé.", EXEMPLE_V3, media=JSON_API)
        | erreurs_v3_(*_JETON_V3, "00406", "25003", "00203", "00210", "00360", *_SERVICE_V3),
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
            parametre("nomNaissance", "Nom de naissance.", "Le Goff", obligatoire=True),
            parametre(
                "prenoms[]",
                "Prénoms, répétés ; seul le premier est utilisé. Un seul, vide, pour une personne qui n'a qu'un nom.",
                obligatoire=True,
                schema={
                    "type": "array",
                    "items": {"type": "string"},
                    "minItems": 1,
                    "example": ["Anne-Marie"],
                },
                explode=True,
                style="form",
            ),
            parametre(
                "anneeDateNaissance",
                "Année de naissance.",
                2004,
                obligatoire=True,
                schema={"type": "integer"},
            ),
            parametre(
                "moisDateNaissance",
                "Mois de naissance, de 1 à 12.",
                3,
                obligatoire=True,
                schema={"type": "integer"},
            ),
            parametre(
                "jourDateNaissance",
                "Jour de naissance, de 1 à 31.",
                27,
                obligatoire=True,
                schema={"type": "integer"},
            ),
            parametre("sexeEtatCivil", "Sexe à l'état civil, M ou F.", "F", obligatoire=True),
            parametre("codeCogInseeCommuneNaissance", LIEU, "29232"),
            parametre(
                "nomCommuneNaissance",
                "Nom de la commune de naissance, d'aujourd'hui ou d'autrefois, à défaut de son code. « Paris » vaut "
                "pour tous ses arrondissements, « Lyon 8e » pour un seul.",
            ),
            parametre(
                "codeCogInseeDepartementNaissance",
                "Département, avec le nom de la commune. Seuls, ou avec 99, l'un et l'autre ne disent aucun lieu.",
            ),
            *_RECIPIENT_V3,
            PREUVE,
        ],
        request=None,
        responses=succes("StatutEtudiantV3", "L'étudiant a été trouvé.", EXEMPLE_V3, media=JSON_API)
        | erreurs_v3_(
            *_JETON_V3,
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
        responses=succes("StatutEtudiantV3", "L'étudiant a été trouvé.", EXEMPLE_FC, media=JSON_API)
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
