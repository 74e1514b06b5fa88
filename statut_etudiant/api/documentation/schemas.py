"""The components of the OpenAPI document: the shapes of the bodies, and the ways to authenticate."""

from statut_etudiant.api.documentation.briques import Schema
from statut_etudiant.api.documentation.schemas_ecriture import ECRITURE, ETABLISSEMENTS, LOTS
from statut_etudiant.api.documentation.schemas_lecture import LECTURE_V2, LECTURE_V3

SCHEMAS: Schema = LECTURE_V2 | LECTURE_V3 | ECRITURE | LOTS | ETABLISSEMENTS

SECURITE: Schema = {
    "X-Api-Key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "Le jeton de l'habilitation : ase_l_… (lecture), ase_e_… (écriture), ase_t_… (bac à sable).",
    },
    "Bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Le même jeton, dans Authorization: Bearer. Sur /api/v2/etudiants et sur …/france_connect, un "
        "Bearer est toujours un jeton d'accès FranceConnect.",
    },
    "FranceConnect": {
        "type": "http",
        "scheme": "bearer",
        "description": "Le jeton d'accès FranceConnect de l'usager.",
    },
}
