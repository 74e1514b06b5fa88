"""The legal texts that requests usually rely on: what the form's picker offers. Adding one is adding a line."""

from typing import NamedTuple


class Texte(NamedTuple):
    """`references`: what is written for the applicant, to be completed; empty when only they can know."""

    libelle: str
    aide: str
    references: str = ""


TEXTES: dict[str, Texte] = {
    "crpa": Texte(
        "Code des relations entre le public et l'administration, article L. 114-8",
        "Échange, entre administrations, de ce qu'il faut pour instruire une démarche engagée par l'usager.",
        "Code des relations entre le public et l'administration, articles L. 114-8 et R. 114-9-1 et suivants",
    ),
    "cgct": Texte(
        "Code général des collectivités territoriales",
        "Services publics locaux et leurs tarifs : cantine, piscine, bibliothèque, transport scolaire.",
        "Code général des collectivités territoriales, article ",
    ),
    "code_transports": Texte(
        "Code des transports, article L. 1231-1",
        "Autorité organisatrice de la mobilité : tarifs des transports publics.",
        "Code des transports, article L. 1231-1",
    ),
    "code_education": Texte(
        "Code de l'éducation",
        "Vie étudiante, aides, œuvres universitaires, établissements.",
        "Code de l'éducation, article ",
    ),
    "casf": Texte(
        "Code de l'action sociale et des familles, article L. 123-5",
        "Action sociale des centres communaux et intercommunaux (CCAS, CIAS).",
        "Code de l'action sociale et des familles, article L. 123-5",
    ),
    "deliberation": Texte(
        "Délibération d'une assemblée",
        "Conseil municipal, communautaire, départemental, régional, d'administration.",
        "Délibération n° … du …",
    ),
    "decret": Texte("Décret ou arrêté", "Texte réglementaire propre à votre service."),
    "convention": Texte("Convention", "Délégation de service public, convention avec une administration."),
    "autre": Texte("Autre texte", "Loi, statuts… : citez-le précisément."),
}


def libelle(code: str) -> str:
    return TEXTES[code].libelle if code in TEXTES else code
