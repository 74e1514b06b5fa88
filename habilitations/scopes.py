"""The catalogue of scopes: what a person reads before asking for one.

What a scope *does* is written elsewhere, in the API, next to the function that applies it. Here are only
its name on the wire, its label and a plain explanation, shared by the request form, the instructors' pages
and the public list of habilitations.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Famille(StrEnum):
    """Two ways of cutting the same data. A token may mix them: what they give adds up."""

    POPULATION = "population", "Par population d'étudiants"
    CHAMP = "champ", "Donnée par donnée"

    def __new__(cls, valeur: str, label: str) -> "Famille":
        membre = str.__new__(cls, valeur)
        membre._value_ = valeur
        membre.label = label
        return membre

    label: str


class Scope(NamedTuple):
    """`est_population`: opens records by itself. The others, masks, only add data to records so opened.

    `explication`: what it gives, read by who asks and by who was granted it. `conseil`: for who is choosing, alone.
    """

    nom: str
    label: str
    explication: str
    famille: Famille
    est_population: bool
    conseil: str = ""


CATALOGUE: tuple[Scope, ...] = (
    Scope(
        "mesri_inscription_etudiant",
        "Inscriptions en formation initiale",
        "Ouvre les inscriptions définitives en formation initiale, apprentissage compris : statut, régime, "
        "date de début et date de fin. Une personne qui n'a pas d'inscription de ce type reste introuvable, "
        "sauf si elle relève d'une autre population demandée.",
        Famille.POPULATION,
        est_population=True,
    ),
    Scope(
        "mesri_inscription_autre",
        "Inscriptions en formation continue",
        "Ouvre les inscriptions définitives en formation continue, contrats de professionnalisation "
        "compris : statut, régime, date de début et date de fin. Une personne qui n'a pas d'inscription de "
        "ce type reste introuvable, sauf si elle relève d'une autre population demandée.",
        Famille.POPULATION,
        est_population=True,
    ),
    Scope(
        "mesri_admission",
        "Admissions",
        "Ouvre les admissions, c'est-à-dire les étudiants acceptés par un établissement dont l'inscription "
        "n'est pas encore définitive : statut, régime, date de début et date de fin.",
        Famille.POPULATION,
        est_population=True,
        conseil="À cocher pour accompagner les futurs étudiants avant leur rentrée.",
    ),
    Scope(
        "mesri_etablissements",
        "Établissements et lieu d'études",
        "Ajoute l'établissement (nom et code UAI) et le code COG de la commune du lieu d'études, sur les "
        "inscriptions et admissions des populations demandées.",
        Famille.POPULATION,
        est_population=False,
        conseil="À cocher pour vérifier que les études se déroulent sur votre territoire.",
    ),
    Scope(
        "mesri_identifiant",
        "INE (identifiant national étudiant)",
        "Ajoute l'INE de l'étudiant, y compris lorsqu'il a été trouvé par son identité. Disponible en "
        "version 2 et par FranceConnect ; la version 3 ne renvoie jamais l'INE.",
        Famille.POPULATION,
        est_population=False,
    ),
    Scope(
        "mesri_identite",
        "Identité",
        "Ajoute le nom de naissance, le premier prénom et la date de naissance tels qu'ils sont enregistrés. "
        "Inutile avec FranceConnect en version 3, qui vous donne déjà l'identité.",
        Famille.POPULATION,
        est_population=False,
    ),
    Scope(
        "mesri_admissions",
        "Inscriptions et admissions : dates",
        "Ouvre toutes les inscriptions et admissions, quel que soit le régime de formation, avec leurs "
        "seules dates de début et de fin. Version 3 uniquement.",
        Famille.CHAMP,
        est_population=True,
    ),
    Scope(
        "mesri_admission_inscrit",
        "Inscrit ou admis",
        "Précise si l'étudiant est inscrit ou seulement admis, en complément des dates. "
        "Version 3 uniquement.",
        Famille.CHAMP,
        est_population=False,
    ),
    Scope(
        "mesri_admission_regime_formation",
        "Régime de formation",
        "Précise le régime de formation (initiale, continue, apprentissage…), en complément des dates. "
        "Version 3 uniquement.",
        Famille.CHAMP,
        est_population=False,
    ),
    Scope(
        "mesri_admission_commune_etudes",
        "Commune du lieu d'études",
        "Donne le code COG de la commune où se déroulent les études, en complément des dates. "
        "Version 3 uniquement.",
        Famille.CHAMP,
        est_population=False,
    ),
    Scope(
        "mesri_admission_etablissement_etudes",
        "Établissement d'études",
        "Donne le nom et le code UAI de l'établissement, en complément des dates. Version 3 uniquement.",
        Famille.CHAMP,
        est_population=False,
    ),
)

SCOPES: dict[str, Scope] = {scope.nom: scope for scope in CATALOGUE}

#: Another name of a scope → its name here. FranceConnect declares this one in the singular.
AUTRES_NOMS = {"mesri_admission_etablissement_etude": "mesri_admission_etablissement_etudes"}


def canoniques(noms: Iterable[str]) -> frozenset[str]:
    """These scopes, each under its name here; unknown ones as they are."""
    return frozenset(AUTRES_NOMS.get(nom, nom) for nom in noms)
