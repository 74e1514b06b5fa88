"""Whether the data asked for look wider than the use described: simple rules, for a hint and never a refusal."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from habilitations.scopes import SCOPES, Famille


class Projet(NamedTuple):
    scopes: frozenset[str]
    texte: str  # what the applicant wrote of the use, all fields together
    france_connect: bool = False

    def parle_de(self, *debuts: str) -> bool:
        """Whether a word of the text begins so; true of an empty text, which says nothing yet."""
        texte = _sans_accent(self.texte)
        return not texte.strip() or any(re.search(rf"\b{debut}", texte) for debut in debuts)


class Regle(NamedTuple):
    nom: str
    vaut: Callable[[Projet], bool]
    conseil: str


def _masques_sans_effet(projet: Projet) -> bool:
    """Masks of a family that no population of the same family opens. The two on the student act on both."""
    demandes = [SCOPES[nom] for nom in projet.scopes if nom in SCOPES]
    ouvertes = {scope.famille for scope in demandes if scope.est_population}
    return bool(ouvertes) and any(
        scope.famille not in ouvertes
        for scope in demandes
        if not scope.est_population and scope.nom not in {"mesri_identite", "mesri_identifiant"}
    )


def _deux_familles(projet: Projet) -> bool:
    return {
        SCOPES[nom].famille for nom in projet.scopes if nom in SCOPES and SCOPES[nom].est_population
    } == set(Famille)


# fmt: off
REGLES: tuple[Regle, ...] = (
    Regle("deux_familles", _deux_familles,
          "Vous demandez des données « par population » et « donnée par donnée » : les deux s'additionnent. L'une des "
          "deux façons suffit presque toujours."),
    Regle("masques_sans_effet", _masques_sans_effet,
          "Certaines données cochées n'ajoutent rien : aucune population de leur famille n'est cochée."),
    Regle("identite_et_ine", lambda p: {"mesri_identite", "mesri_identifiant"} <= p.scopes,
          "L'identité et l'INE ensemble : vous connaissez déjà l'un ou l'autre, puisque vous cherchez l'étudiant avec. "
          "Ne cochez que ce que vous ne pouvez pas demander à l'usager."),
    Regle("identite_par_franceconnect", lambda p: p.france_connect and "mesri_identite" in p.scopes,
          "FranceConnect vous donne déjà l'identité de l'usager."),
    Regle("formation_continue",
          lambda p: "mesri_inscription_autre" in p.scopes and not p.parle_de(
              "continue", "salari", "reprise", "profession", "adulte", "stagiaire", "tou", "inscri"),
          "La formation continue est cochée, mais votre description ne parle que d'étudiants. Dites pourquoi les "
          "stagiaires de formation continue sont concernés, ou décochez-la."),
    Regle("admissions",
          lambda p: "mesri_admission" in p.scopes and not p.parle_de(
              "admi", "futur", "rentree", "lycee", "bachelier", "parcoursup", "accept", "installation", "logement"),
          "Les admissions sont cochées, mais votre description ne parle pas de personnes admises sans être encore "
          "inscrites. Dites pourquoi elles sont concernées, ou décochez-les."),
    Regle("lieu",
          lambda p: bool(p.scopes & {"mesri_etablissements", "mesri_admission_commune_etudes",
                                     "mesri_admission_etablissement_etudes"}) and not p.parle_de(
              "etablissement", "universit", "ecole", "campus", "commune", "ville", "metropole", "agglomeration",
              "departement", "region", "territoire", "local", "lieu", "resid", "domicil"),
          "L'établissement et le lieu d'études sont demandés, mais votre description ne dit pas à quoi ils servent."),
)
# fmt: on


def conseils(projet: Projet) -> list[str]:
    return [regle.conseil for regle in REGLES if regle.vaut(projet)]


def _sans_accent(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.lower())
    return "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))
