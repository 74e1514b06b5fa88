"""What the descriptions of the reading operations share."""

from statut_etudiant.api.documentation.briques import Schema
from statut_etudiant.api.parametres import LONGUEUR_NOM

JETON = [{"X-Api-Key": []}]
JETON_OU_BEARER = [{"Bearer": []}, {"X-Api-Key": []}]
FRANCE_CONNECT = [{"FranceConnect": []}]

RECIPIENT = "SIRET de l'organisme pour lequel l'appel est fait : 14 chiffres."
SIRET = "13002526500013"
DELEGATION = (
    "Pour le jeton d'un éditeur, quand l'organisme lui délègue plusieurs habilitations : celle de l'appel. Sans effet "
    "pour un autre jeton."
)
INE = "INE de l'étudiant, 11 caractères."
LIEU = "Lieu de naissance : code COG d'une commune, ou 99 et trois chiffres pour un pays."

# What a client does well to check before it calls. The doors forgive more: outer blanks, digits by groups.
FORME_SIRET: Schema = {"type": "string", "pattern": "^[0-9]{14}$", "minLength": 14, "maxLength": 14}
FORME_DELEGATION: Schema = {"type": "string", "format": "uuid"}
FORME_INE: Schema = {
    "type": "string",
    "pattern": "^([0-9]{9}[A-HJK]{2}|[0-9]{10}[A-HJ-NPR-Z]|[0-9A-Z]{10}[0-9]|[0-9]{4}[AD][0-9]{5}[A-HJ-NPR-Z])$",
    "minLength": 11,
    "maxLength": 11,
}
FORME_NOM: Schema = {"type": "string", "minLength": 1, "maxLength": LONGUEUR_NOM}
FORME_SEXE: Schema = {"type": "string", "enum": ["M", "F", "m", "f"]}
FORME_LIEU: Schema = {
    "type": "string",
    "pattern": "^([013-9][0-9]|2[AB1-9])[0-9]{3}$",
    "minLength": 5,
    "maxLength": 5,
}
FORME_DEPARTEMENT: Schema = {
    "type": "string",
    "pattern": "^0?([0-9]{2}|2[AB]|9[78][0-9])$",
    "minLength": 2,
    "maxLength": 4,
}
