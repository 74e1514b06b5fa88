"""The printable proof of what has just been answered: the answer goes with its page, sealed, and comes back once asked.

So the proof says what the agent saw, without looking the person up again.
"""

import json
import time
from typing import Any, NamedTuple

from referentiel.chiffrement import Indechiffrable, chiffrer, dechiffrer
from statut_etudiant.certificats import feuille, preuves
from statut_etudiant.guichet.verification import Demandeur, Verdict

#: Seconds during which an answer on a page may become a proof.
DUREE = 15 * 60
_USAGE = "guichet-preuve"


class PreuvePerimee(Exception):
    """Too old, altered, or another agent's: verify again."""


class Etablie(NamedTuple):
    """`lien`: the path of the paper, for five minutes."""

    code: str
    lien: str
    adresse: str


def sceller(demandeur: Demandeur, verdict: Verdict) -> str:
    """The answer, as the page keeps it: it cannot be read nor changed there."""
    contenu = {
        "agent": demandeur.agent,
        "compte": demandeur.compte,
        "donnees": verdict.donnees,
        "etudiant": verdict.etudiant_id,
        "organisation": verdict.organisation,
        "avant": int(time.time()) + DUREE,
    }
    return chiffrer(json.dumps(contenu).encode(), usage=_USAGE).decode()


def etablir(scelle: str, *, compte: int) -> Etablie:
    """Raises PreuvePerimee."""
    contenu = _ouvrir(scelle)
    if contenu["compte"] != compte or contenu["avant"] < time.time():
        raise PreuvePerimee
    preuve = preuves.produire(
        donnees=contenu["donnees"],
        etudiant_id=contenu["etudiant"],
        organisation=contenu["organisation"],
        fictif=False,
    )
    lien, _ = feuille.lien(preuve.code, duree=feuille.DUREE_API)
    return Etablie(preuve.code, lien, feuille.adresse_de_verification(preuve.code))


def agent_de(scelle: str) -> int:
    """Whose answer it is. Raises PreuvePerimee."""
    return int(_ouvrir(scelle)["agent"])


def _ouvrir(scelle: str) -> dict[str, Any]:
    try:
        contenu: dict[str, Any] = json.loads(
            dechiffrer(scelle.encode("utf-8", "surrogatepass"), usage=_USAGE)
        )
    except Indechiffrable:
        raise PreuvePerimee from None
    return contenu
