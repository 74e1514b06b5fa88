"""The reading API, v2, v3 and its monitoring, as the OpenAPI document describes them."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from statut_etudiant.api import introspection, lecture_v2, lecture_v3
from statut_etudiant.api.documentation.briques import liste, ref
from statut_etudiant.api.documentation.commun import (
    JSON_API,
    erreurs_v2_,
    erreurs_v3_,
    parametre,
    succes,
)

V2, V3, SURVEILLANCE = "Lecture v2", "Lecture v3", "Surveillance"

JETON = [{"X-Api-Key": []}]
JETON_OU_BEARER = [{"Bearer": []}, {"X-Api-Key": []}]
FRANCE_CONNECT = [{"FranceConnect": []}]
AUCUN: list[dict[str, list[str]]] = [{}]

RECIPIENT = "SIRET de l'organisme pour lequel l'appel est fait : 14 chiffres."
SIRET = "13002526500013"
INE = "INE de l'étudiant, 11 caractères."
ENTIER = {"type": "integer"}
LIEU = "Lieu de naissance : code COG d'une commune, ou 99 et trois chiffres pour un pays."

EXEMPLE_V2 = {
    "ine": "1234567890V",
    "nom": "LE GOFF",
    "prenom": "Anne-Marie",
    "dateNaissance": "2004-03-27",
    "inscriptions": [
        {
            "statut": "inscrit",
            "regime": "formation initiale",
            "dateDebutInscription": "2026-09-01",
            "dateFinInscription": "2027-08-31",
            "codeCommune": "31555",
            "etablissement": {"uai": "0311384L", "nom": "Université Toulouse - Jean Jaurès"},
        }
    ],
}
_ADMISSION = {
    "date_debut": "2026-09-01",
    "date_fin": "2027-08-31",
    "est_inscrit": True,
    "regime_formation": {"libelle": "formation initiale", "code": "RF1"},
    "code_cog_insee_commune": "31555",
    "etablissement_etudes": {"uai": "0311384L", "nom": "Université Toulouse - Jean Jaurès"},
}
_IDENTITE = {"nom_naissance": "LE GOFF", "prenom": "Anne-Marie", "date_naissance": "2004-03-27"}
EXEMPLE_V3 = {"data": {"identite": _IDENTITE, "admissions": [_ADMISSION]}, "links": {}, "meta": {}}
EXEMPLE_FC = {"data": {"admissions": [_ADMISSION]}, "links": {}, "meta": {}}

_JETON_V3 = ("00101", "00103", "00105", "00100", "00107", "00400")
_SERVICE_V3 = ("00429", "25001", "25020", "00500")

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
            parametre("ine", f"{INE} Présent, il suffit.", "1234567890V"),
            parametre("nom", "Nom de naissance.", "Le Goff"),
            parametre("prenom", "Premier prénom.", "Anne-Marie"),
            parametre(
                "dateDeNaissance",
                "Date de naissance, AAAA-MM-JJ.",
                "2004-03-27",
                schema={"type": "string", "format": "date"},
            ),
            parametre("sexe", "Sexe à l'état civil, m ou f.", "f"),
            parametre("lieuDeNaissance", f"{LIEU} Donné, il doit correspondre.", "29232"),
            parametre("recipient", f"{RECIPIENT} Obligatoire avec FranceConnect.", SIRET),
        ],
        request=None,
        responses=succes("EtudiantV2", "L'étudiant a été trouvé.", EXEMPLE_V2)
        | erreurs_v2_(
            "jeton_absent",
            "jeton_inconnu",
            "jeton_expire",
            "jeton_revoque",
            "scopes_insuffisants",
            "fc_jeton_invalide",
            "fc_jeton_inconnu",
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
)(lecture_v2.LectureV2)

_RECIPIENT_V3 = [parametre("recipient", RECIPIENT, SIRET, obligatoire=True)]

extend_schema_view(
    get=extend_schema(
        operation_id="lire_statut_v3_par_ine",
        summary="Statut d'un étudiant, par INE",
        description="Les admissions et inscriptions que le jeton ouvre.",
        tags=[V3],
        auth=JETON_OU_BEARER,
        parameters=[parametre("ine", INE, "1234567890V", obligatoire=True), *_RECIPIENT_V3],
        request=None,
        responses=succes("StatutEtudiantV3", "L'étudiant a été trouvé.", EXEMPLE_V3, media=JSON_API)
        | erreurs_v3_(*_JETON_V3, "00406", "25003", "00203", "00210", "00360", *_SERVICE_V3),
    )
)(lecture_v3.LectureV3Ine)

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
                "Prénoms, répétés ; seul le premier est utilisé.",
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
            parametre("nomCommuneNaissance", "Nom de la commune de naissance, à défaut de son code."),
            parametre("codeCogInseeDepartementNaissance", "Département, avec le nom de la commune."),
            *_RECIPIENT_V3,
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
)(lecture_v3.LectureV3Identite)

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
            "00101",
            "50001",
            "50002",
            "00100",
            "00400",
            "00406",
            "25003",
            "00203",
            "00210",
            "51999",
            "51002",
            "51001",
            *_SERVICE_V3,
        ),
    )
)(lecture_v3.LectureV3FranceConnect)

extend_schema_view(
    get=extend_schema(
        operation_id="lire_jeton",
        summary="Ce qu'ouvre un jeton",
        description="Les scopes du jeton présenté.",
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
            "quota",
            "ip_refusee",
        ),
    )
)(introspection.Introspection)

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
)(introspection.Ping)

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
)(introspection.PingFournisseur)

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
)(introspection.Pings)
