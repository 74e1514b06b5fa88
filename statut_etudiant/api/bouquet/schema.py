"""`/api/etudiant`, as the OpenAPI document describes it: bodies, then operations."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view

from statut_etudiant.api.bouquet import vue
from statut_etudiant.api.bouquet.corps import REDACTION
from statut_etudiant.api.bouquet.parametres import LONGUEUR_APPELANT, SEXES
from statut_etudiant.api.champs import DOSSIER, ETUDIANT
from statut_etudiant.api.documentation.briques import (
    EXEMPLE_INE,
    EXEMPLE_LIEU,
    EXEMPLE_NAISSANCE,
    EXEMPLE_NOM,
    EXEMPLE_PRENOM,
    Schema,
    date,
    liste,
    objet,
    ref,
    texte,
)
from statut_etudiant.api.documentation.commun import erreurs_v2_, parametre, succes
from statut_etudiant.api.documentation.lecture import FORME_INE, FORME_LIEU, FORME_NOM, JETON, LIEU
from statut_etudiant.api.documentation.lecture import INE as INE_DEMANDE
from statut_etudiant.api.parametres import LONGUEUR_NOM

BOUQUET = "Bouquet d'API"

SCHEMAS: Schema = {
    "EtudiantDuBouquet": REDACTION.schema(
        ETUDIANT,
        {"inscriptions": liste(ref("InscriptionDuBouquet"), minItems=1)},
        exige=("inscriptions",),
        description="Tout ce que le référentiel sait ; une clé dont la valeur n'est pas connue est absente.",
    ),
    "InscriptionDuBouquet": REDACTION.schema(DOSSIER),
    "IdentiteDemandee": objet(
        {
            "nomFamille": texte("Nom de naissance.", EXEMPLE_NOM) | FORME_NOM,
            "prenom1": texte("Premier prénom ; vide pour une personne qui n'a qu'un nom.", EXEMPLE_PRENOM)
            | {"maxLength": LONGUEUR_NOM},
            "dateNaissance": date("Date de naissance.", EXEMPLE_NAISSANCE),
            "sexe": texte("1 : masculin ; 2 : féminin.", "2", enum=[*SEXES]),
            "lieuNaissance": texte(f"{LIEU} Donné, il doit correspondre.", EXEMPLE_LIEU) | FORME_LIEU,
        },
        exige=("nomFamille", "prenom1", "dateNaissance", "sexe"),
    ),
}

EXEMPLE = REDACTION.exemple(ETUDIANT) | {"inscriptions": [REDACTION.exemple(DOSSIER)]}
DEMANDE = {
    "nomFamille": EXEMPLE_NOM,
    "prenom1": EXEMPLE_PRENOM,
    "dateNaissance": EXEMPLE_NAISSANCE,
    "sexe": "2",
    "lieuNaissance": EXEMPLE_LIEU,
}

_APPELANT = OpenApiParameter(
    "X-Caller",
    {"type": "string", "minLength": 1, "maxLength": LONGUEUR_APPELANT, "example": "DINUM - 5f0c1a9e-3b51"},
    OpenApiParameter.HEADER,
    required=True,
    description="Pour qui l'appel est fait : gardé au journal des échanges.",
)
_REFUS = (
    "jeton_absent",
    "jeton_inconnu",
    "jeton_expire",
    "jeton_revoque",
    "type_de_jeton",
    "jeton_dans_url",
    "requete_refusee",
    "introuvable",
    "base_indisponible",
    "maintenance",
    "anomalie",
    "quota",
    "ip_refusee",
)
_COMMUN = (
    "Réservé au jeton d'un bouquet d'API, que seul un exploitant émet. Aucun périmètre ne réduit la réponse : c'est au "
    "bouquet de ne montrer à chacun que ce qui lui est ouvert."
)

extend_schema_view(
    get=extend_schema(
        operation_id="lire_etudiant_du_bouquet_par_ine",
        summary="Statut d'un étudiant pour un bouquet d'API, par INE",
        description=_COMMUN,
        tags=[BOUQUET],
        auth=JETON,
        parameters=[
            parametre("INE", INE_DEMANDE, EXEMPLE_INE, obligatoire=True, schema=FORME_INE),
            _APPELANT,
        ],
        request=None,
        responses=succes("EtudiantDuBouquet", "L'étudiant a été trouvé.", EXEMPLE)
        | erreurs_v2_(*_REFUS, parametres=("INE", "X-Caller")),
    ),
    post=extend_schema(
        operation_id="lire_etudiant_du_bouquet_par_identite",
        summary="Statut d'un étudiant pour un bouquet d'API, par identité",
        description=_COMMUN,
        tags=[BOUQUET],
        auth=JETON,
        parameters=[_APPELANT],
        request={"application/json": ref("IdentiteDemandee")},
        examples=[OpenApiExample("identité", DEMANDE, summary="Par identité", request_only=True)],
        responses=succes("EtudiantDuBouquet", "L'étudiant a été trouvé.", EXEMPLE)
        | erreurs_v2_(*_REFUS, parametres=("nomFamille", "X-Caller")),
    ),
)(vue.EtudiantDuBouquet)
