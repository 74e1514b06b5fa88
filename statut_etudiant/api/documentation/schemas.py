"""The components of the OpenAPI document: the shapes of the bodies, and the ways to authenticate."""

from statut_etudiant.api.bouquet import schema as bouquet
from statut_etudiant.api.documentation import erreurs_cataloguees
from statut_etudiant.api.documentation.briques import Schema
from statut_etudiant.api.ecriture import schema as ecriture
from statut_etudiant.api.editeur import schema as editeur
from statut_etudiant.api.etablissements import schema as etablissements
from statut_etudiant.api.franceconnect import schema as franceconnect
from statut_etudiant.api.organisation import schema as organisation
from statut_etudiant.api.surveillance import schema as surveillance
from statut_etudiant.api.v2 import schema as v2
from statut_etudiant.api.v3 import schema as v3

SCHEMAS: Schema = (
    v2.SCHEMAS
    | v3.SCHEMAS
    | franceconnect.SCHEMAS
    | surveillance.SCHEMAS
    | editeur.SCHEMAS
    | ecriture.SCHEMAS
    | etablissements.SCHEMAS
    | bouquet.SCHEMAS
    | organisation.SCHEMAS
    | erreurs_cataloguees.SCHEMAS
)

SECURITE: Schema = {
    "X-Api-Key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "Le jeton de l'habilitation : ase_l_… (lecture), ase_e_… (écriture), ase_t_… (bac à sable) ; "
        "celui d'un éditeur : ase_d_….",
    },
    "Bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Le même jeton, dans Authorization: Bearer. Sur /api/v2/etudiants et sur …/france_connect, un "
        "Bearer est toujours un jeton d'accès FranceConnect.",
    },
    "Clé": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "Une clé d'organisation, ase_k_…, créée depuis la page Intégrations. Elle se transmet aussi "
        "dans Authorization: Bearer.",
    },
    "FranceConnect": {
        "type": "http",
        "scheme": "bearer",
        "description": "Le jeton d'accès FranceConnect de l'usager.",
    },
}
