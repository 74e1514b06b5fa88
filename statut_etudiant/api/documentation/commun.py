"""What the descriptions of the operations share: answers built from the tables of errors, headers, parameters."""

from collections.abc import Iterable
from typing import Any

from django_filters import ChoiceFilter, Filter, FilterSet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from statut_etudiant.api.documentation.briques import Schema, ref
from statut_etudiant.api.ecriture import erreurs as erreurs_ecriture
from statut_etudiant.api.filtres import FiltreInstant, FiltreJour, FiltreOuiNon
from statut_etudiant.api.v2 import erreurs as erreurs_v2
from statut_etudiant.api.v3 import erreurs as erreurs_v3

JSON, JSON_API = "application/json", "application/vnd.api+json"

#: Keys of the answers of an operation: (status, media type).
Reponses = dict[tuple[int, str], OpenApiResponse]
#: A named case: status and body.
Cas = tuple[str, int, dict[str, Any]]

INTITULES = {
    400: "Paramètre refusé, ou requête illisible",
    401: "Jeton refusé",
    403: "Accès refusé",
    404: "Introuvable",
    413: "Requête trop volumineuse",
    415: "Type de contenu non accepté",
    422: "Paramètre absent ou mal formé",
    429: "Trop de requêtes",
    500: "Erreur interne",
    502: "Réponse inexploitable de FranceConnect",
    503: "Service momentanément indisponible",
    504: "FranceConnect n'a pas répondu à temps",
}

UID = "0123456789abc_0000"

#: What says that an operation needs no token.
AUCUN: list[dict[str, list[str]]] = [{}]


def parametre(
    nom: str,
    description: str,
    exemple: Any = None,
    *,
    obligatoire: bool = False,
    schema: Schema | None = None,
    **autres: Any,
) -> OpenApiParameter:
    schema = dict(schema or {"type": "string"})
    if exemple is not None:
        schema["example"] = exemple
    return OpenApiParameter(
        nom,
        schema,
        OpenApiParameter.QUERY,
        required=obligatoire,
        description=description,
        **autres,
    )


def dans_l_entete(nom: str, description: str, schema: Schema) -> OpenApiParameter:
    return OpenApiParameter(nom, schema, OpenApiParameter.HEADER, description=description)


def dans_le_chemin(nom: str, description: str, exemple: str) -> OpenApiParameter:
    return OpenApiParameter(
        nom, {"type": "string", "example": exemple}, OpenApiParameter.PATH, description=description
    )


def succes(
    schema: Any, description: str, exemple: Any = None, *, statut: int = 200, media: str = JSON
) -> Reponses:
    exemples = [] if exemple is None else [OpenApiExample("Exemple", exemple, media_type=media)]
    return {
        (statut, media): OpenApiResponse(
            ref(schema) if isinstance(schema, str) else schema, description, exemples
        )
    }


def erreurs_de(cas: Iterable[Cas], *, schema: str, media: str = JSON) -> Reponses:
    """One answer by status, with the example of each of its cases."""
    par_statut: dict[int, list[OpenApiExample]] = {}
    for nom, statut, corps in cas:
        par_statut.setdefault(statut, []).append(OpenApiExample(nom, corps, media_type=media))
    return {
        (statut, media): OpenApiResponse(ref(schema), INTITULES[statut], exemples)
        for statut, exemples in sorted(par_statut.items())
    }


def erreurs_v2_(*noms: str, parametres: Iterable[str] = ()) -> Reponses:
    refus = [
        (f"parametre {nom}", *erreurs_v2.parametre_refuse(nom, f"Le paramètre {nom} n'est pas valide."))
        for nom in parametres
    ]
    objets = [(nom, *erreurs_v2.erreur(nom)) for nom in noms if nom in erreurs_v2.ERREURS]
    listes = [(nom, *erreurs_v2.erreur(nom)) for nom in noms if nom in erreurs_v2.ERREURS_EN_LISTE]
    a_trois_cles = erreurs_de([*refus, *objets], schema="ErreurV2")
    en_liste = erreurs_de(listes, schema="ErreursV2")
    des_deux = {
        cle: OpenApiResponse(
            {"oneOf": [ref("ErreurV2"), ref("ErreursV2")]},
            INTITULES[cle[0]],
            [*a_trois_cles[cle].examples, *en_liste[cle].examples],
        )
        for cle in a_trois_cles.keys() & en_liste.keys()
    }
    return dict(sorted((a_trois_cles | en_liste | des_deux).items()))


def erreurs_v3_(*codes: str) -> Reponses:
    cas = [(f"{code} {erreurs_v3.ERREURS[code].titre}", *erreurs_v3.erreurs(code)) for code in codes]
    return erreurs_de(cas, schema="ErreursV3", media=JSON_API)


#: Those that any call with a writing token may meet.
ERREURS_ECRITURE = ("authentification", "acces", "quota", "anomalie", "maintenance", "base_indisponible")


def erreurs_ecriture_(methode: str, endpoint: str, *noms: str, parametre: str = "") -> Reponses:
    def corps(nom: str) -> Cas:
        _, statut, message = erreurs_ecriture.ERREURS[nom]
        en_cause = parametre if nom in noms else ""
        details = {"method": methode, "endpoint": endpoint, "parameter": PARAMETRES.get(nom, en_cause)}
        if nom == "parametre":
            details["explication"] = "Valeur obligatoire, absente."
        return nom, statut, {"message": message, "uid": UID, "details": details}

    return erreurs_de(map(corps, (*noms, *ERREURS_ECRITURE)), schema="ErreurEcriture")


#: What `details.parameter` says in some cases.
PARAMETRES = {
    "etudiant": "[ine, dateNaissance]",
    "etablissement": "uai",
    "trop_gros": "corps",
    "type_contenu": "Content-Type",
}


def parametres_du_filtre(classe: type[FilterSet], exemples: dict[str, str]) -> list[OpenApiParameter]:
    """A parameter by filter, described by its label."""
    return [
        parametre(nom, str(filtre.label), exemples.get(nom), schema=_schema_du_filtre(filtre))
        for nom, filtre in classe.base_filters.items()
    ]


_SCHEMAS: dict[type[Filter], Schema] = {
    FiltreOuiNon: {"type": "boolean"},
    FiltreJour: {"type": "string", "format": "date"},
    FiltreInstant: {"type": "string", "format": "date-time"},
}


def _schema_du_filtre(filtre: Filter) -> Schema:
    if isinstance(filtre, ChoiceFilter):
        return {"type": "string", "enum": [*filtre.extra["choices"].values]}
    if (schema := _SCHEMAS.get(type(filtre))) is not None:
        return schema
    maximum = filtre.extra.get("max_length")
    return {"type": "string", **({"maxLength": maximum} if maximum else {})}


def pagination(exemple: str) -> list[OpenApiParameter]:
    return [
        parametre(
            "limite",
            "Nombre d'éléments par page, 100 par défaut.",
            schema={"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
        ),
        parametre("curseur", f"Valeur de « suivant » de la page précédente, par exemple {exemple}."),
    ]
