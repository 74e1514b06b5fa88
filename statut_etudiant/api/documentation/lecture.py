"""What the descriptions of the reading operations share."""

JETON = [{"X-Api-Key": []}]
JETON_OU_BEARER = [{"Bearer": []}, {"X-Api-Key": []}]
FRANCE_CONNECT = [{"FranceConnect": []}]

RECIPIENT = "SIRET de l'organisme pour lequel l'appel est fait : 14 chiffres."
SIRET = "13002526500013"
INE = "INE de l'étudiant, 11 caractères."
LIEU = "Lieu de naissance : code COG d'une commune, ou 99 et trois chiffres pour un pays."
