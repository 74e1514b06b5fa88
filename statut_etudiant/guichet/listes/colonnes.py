"""Which column of a list is what, by the titles and the readings of the deposits (`referentiel.imports`), and how a
line becomes a search of the API."""

from collections.abc import Sequence
from typing import NamedTuple

from referentiel.imports.colonnes import CHAMPS as COLONNES
from referentiel.imports.colonnes import CLE_INE, JOINTS, PAYS, cles, identifier_tous
from referentiel.imports.correspondance import LIEU, Correspondance
from statut_etudiant.api.parametres import RechercheIdentite, RechercheIne
from statut_etudiant.guichet.saisie import SaisieRefusee, lire_recherche_identite, lire_recherche_ine

IDENTITE = ("nomNaissance", "prenoms", "dateNaissance", "sexe", LIEU, PAYS)
#: The fields that a column may be read as.
CHAMPS = ("ine", CLE_INE, *IDENTITE)
#: Without an INE, what a person is looked for by.
NECESSAIRES = ("nomNaissance", "dateNaissance", "sexe")
VIDE = "Cette ligne ne donne ni INE, ni identité."
_ERREUR_DE_TABLEUR = "Une cellule contient un message d'erreur du tableur : corrigez-la."


class Champ(NamedTuple):
    identifiant: str
    libelle: str


def champs() -> list[Champ]:
    return [Champ(nom, COLONNES[nom].libelle) for nom in CHAMPS]


def detecter(titres: Sequence[str]) -> list[str]:
    """What each column is, by its title; '' for those that say nothing of who is looked for."""
    return [
        colonne.identifiant if colonne is not None and colonne.identifiant in CHAMPS else ""
        for colonne in identifier_tous(titres)
    ]


def erreurs(choix: Sequence[str]) -> list[str]:
    """What prevents from verifying with these columns, in words."""
    dites = []
    manque = [COLONNES[nom].libelle for nom in NECESSAIRES if nom not in choix]
    if "ine" not in choix and manque:
        dites.append(
            "Il faut une colonne INE, ou le nom de naissance, la date de naissance et le sexe. Il manque : "
            + ", ".join(manque)
            + "."
        )
    doubles = [nom for nom in CHAMPS if choix.count(nom) > 1 and nom not in JOINTS]
    dites += [
        f"Deux colonnes sont lues comme « {COLONNES[nom].libelle} » : gardez-en une." for nom in doubles
    ]
    return dites


class Lue(NamedTuple):
    """`remarques`: what was understood otherwise than it is written."""

    recherche: RechercheIne | RechercheIdentite
    remarques: list[str]


class Lecteur:
    """Reads the lines of one list."""

    def __init__(self, titres: Sequence[str], choix: Sequence[str]) -> None:
        self._correspondance = Correspondance(titres, dict(zip(cles(titres), choix, strict=True)))

    def lire(self, cellules: Sequence[str]) -> Lue:
        """The INE says who it is; what else the line has is not looked at then. Raises SaisieRefusee."""
        lus, illisibles, avis = self._correspondance.lire(cellules)
        if illisibles:
            raise SaisieRefusee({illisibles[0].champ: _ERREUR_DE_TABLEUR})
        identite = lus.get("identite", {})
        remarques = [un.message for un in avis]
        if ine := lus.get("ine"):
            return Lue(lire_recherche_ine(ine), remarques)
        saisie = {
            "nom": identite.get("nomNaissance", ""),
            "prenom": next(iter(identite.get("prenoms", [])), ""),
            "naissance": lus.get("dateNaissance", ""),
            "sexe": identite.get("sexe", ""),
            "lieu": identite.get(LIEU, ""),
        }
        if not any(saisie.values()):
            raise SaisieRefusee({"ine": VIDE})
        return Lue(lire_recherche_identite(saisie), remarques)
