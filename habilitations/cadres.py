"""The legal texts that requests usually rely on: code kept in the request → label."""

CADRES: dict[str, str] = {
    "crpa": "Code des relations entre le public et l'administration (échanges entre administrations)",
    "cgct": "Code général des collectivités territoriales",
    "code_transports": "Code des transports",
    "code_education": "Code de l'éducation",
    "casf": "Code de l'action sociale et des familles",
    "deliberation": "Délibération",
    "decret": "Décret ou arrêté",
    "convention": "Convention",
    "autre": "Autre texte",
}


def libelle(code: str) -> str:
    return CADRES.get(code, code)
