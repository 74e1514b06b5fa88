"""One verification: opened, searched, cut to the scopes and journaled by the very functions of the API, then given.

`conclure` journals before it returns: nobody is shown an answer of which there is no trace.
"""

from typing import Any, NamedTuple

import orjson

from habilitations.jetons.ouverture import OUVERT, Ouverture
from statut_etudiant.api.interrogation import Agent as Trace
from statut_etudiant.api.interrogation import Corps, Recherche, conclure, lire_criteres
from statut_etudiant.api.moyens import DIRECTS, conduire
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.api.v3.vue import V3
from statut_etudiant.guichet import ouverture as ouvertures
from statut_etudiant.guichet.journal import INTERFACE


class Demandeur(NamedTuple):
    """Who verifies, and for what: the designation, its account, the case number or reason."""

    agent: int
    compte: int
    dossier: str


class Verdict(NamedTuple):
    """`etat`: of the opening. `donnees`: the answer; None when nobody was found, or looked for."""

    etat: str
    donnees: dict[str, Any] | None = None
    etudiant_id: int | None = None
    organisation: str = ""
    #: Calls a second that this habilitation may make.
    limite: int = 0


def _taire(statut: int, corps: Corps, *, ouverture: Ouverture) -> Reponse:
    """The pages say it in their own words."""
    return Reponse(statut, {}, orjson.dumps(corps))


VERSION = V3._replace(nom=INTERFACE, preparer=_taire)


def verifier(demandeur: Demandeur, recherche: Recherche, *, requete: str, en_liste: bool = False) -> Verdict:
    """`requete`: the identifier of the request, in the journal."""
    voie, criteres = conduire(lire_criteres(DIRECTS, recherche))
    ouverture, trouves = ouvertures.ouvrir(
        ouvertures.Entree(demandeur.agent, demandeur.compte, en_liste, voie, criteres)
    )
    if ouverture.etat != OUVERT:
        return Verdict(ouverture.etat, limite=ouverture.limite or 0)
    donnes: list[tuple[dict[str, Any], int]] = []

    async def retenir(corps: Corps, ouverture: Ouverture, etudiant_id: int) -> Corps:
        donnes.append((corps["data"], etudiant_id))
        return corps

    conduire(
        conclure(
            requete,
            DIRECTS,
            VERSION,
            ouverture,
            trouves,
            recipient=ouverture.siret or "",
            voie=voie,
            prouver=retenir,
            agent=Trace(demandeur.compte, demandeur.dossier),
        )
    )
    verdict = Verdict(OUVERT, organisation=ouverture.organisation or "", limite=ouverture.limite or 0)
    if not donnes:
        return verdict
    ((donnees, etudiant_id),) = donnes
    return verdict._replace(donnees=donnees, etudiant_id=etudiant_id)


def etat(agent: int, compte: int) -> str:
    """Whether this agent may verify now: of an opening that looks for nobody."""
    return ouvertures.ouvrir(ouvertures.Entree(agent, compte)).ouverture.etat
