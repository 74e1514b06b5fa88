"""A list as it goes back to its agent: its own columns, then what was answered of each line."""

from collections.abc import Iterator
from typing import Any

from referentiel.exports.classeurs import FORMATS, ecrire
from statut_etudiant.guichet import reponses
from statut_etudiant.guichet.listes import secret
from statut_etudiant.guichet.models import LigneDeListe, Liste

TITRES = (
    "Réponse", "Remarque", "Statut", "Du", "Au", "Établissement", "UAI", "Régime", "Commune d'études",
    "Nom de naissance (registre)", "Prénom (registre)", "Date de naissance (registre)",
)  # fmt: skip
#: Columns that are always there; of the others, those that no line fills are left out, as the scopes may hide them.
TOUJOURS = 2
_ENTRE_DEUX = " ; "
_EN_ATTENTE = "Non vérifiée"


def format_rendu(liste: Liste) -> str:
    """That of the file that was sent."""
    return liste.format if liste.format in FORMATS else "csv"


def lire(liste: Liste, format_: str) -> Iterator[bytes]:
    """The file, piece by piece. Raises Indechiffrable."""
    titres: list[str] = secret.ouvrir(liste.titres)
    lues = list(liste.lignes_lues.order_by("numero"))
    reponses_ = [_colonnes(ligne) for ligne in lues]
    gardees = [
        rang for rang in range(len(TITRES)) if rang < TOUJOURS or any(reponse[rang] for reponse in reponses_)
    ]
    largeur = len(titres)
    rangees = (
        [*_a_largeur(secret.ouvrir(ligne.cellules), largeur), *(reponse[rang] for rang in gardees)]
        for ligne, reponse in zip(lues, reponses_, strict=True)
    )
    return ecrire(format_, [*titres, *(TITRES[rang] for rang in gardees)], rangees)


def _a_largeur(cellules: list[str], largeur: int) -> list[str]:
    """What has too many cells does not push the answers aside."""
    return [*cellules[:largeur], *[""] * (largeur - len(cellules))]


def _colonnes(ligne: LigneDeListe) -> list[str]:
    if not ligne.issue:
        return [_EN_ATTENTE, *[""] * (len(TITRES) - 1)]
    contenu: dict[str, Any] = secret.ouvrir(ligne.reponse)
    dite = str(LigneDeListe.Issue(ligne.issue).label)
    remarque = " ".join(contenu["remarques"])
    if contenu["donnees"] is None:
        return [dite, remarque, *[""] * (len(TITRES) - 2)]
    reponse = reponses.lire(contenu["donnees"])
    situations = reponse.situations
    identite = dict(reponse.identite)
    return [
        dite,
        remarque,
        _joindre(un.statut for un in situations),
        _joindre(f"{un.debut:%d/%m/%Y}" if un.debut else "" for un in situations),
        _joindre(f"{un.fin:%d/%m/%Y}" if un.fin else "" for un in situations),
        _joindre(un.etablissement for un in situations),
        _joindre(un.uai for un in situations),
        _joindre(un.regime for un in situations),
        _joindre(un.commune for un in situations),
        identite.get("Nom de naissance", ""),
        identite.get("Prénom", ""),
        identite.get("Date de naissance", ""),
    ]


def _joindre(valeurs: Iterator[str]) -> str:
    """Of several records, one after the other in each column, as they follow each other."""
    liste = list(valeurs)
    return _ENTRE_DEUX.join(liste) if any(liste) else ""
