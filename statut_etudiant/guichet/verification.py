"""One verification: opened, searched, cut to the scopes and journaled by the very functions of the API, then given.

`conclure` journals before it returns: nobody is shown an answer of which there is no trace.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from habilitations.jetons.ouverture import OUVERT, Ouverture
from referentiel.enonces_prepares import executer
from statut_etudiant.api.enonces import ECHANGES, Echange, Sortie
from statut_etudiant.api.interrogation import Agent as Trace
from statut_etudiant.api.interrogation import Corps, Recherche, conclure, lire_criteres
from statut_etudiant.api.moyens import DIRECTS, Directs, conduire
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


class Question(NamedTuple):
    """`requete`: the identifier of the request, in the journal."""

    recherche: Recherche
    requete: str


def verifier(demandeur: Demandeur, question: Question) -> Verdict:
    (verdict,) = _verifier(DIRECTS, demandeur, [question], en_liste=False)
    return verdict


def verifier_ensemble(demandeur: Demandeur, questions: Sequence[Question]) -> list[Verdict]:
    """Lines of a list: opened together, journaled together. To be called in the transaction that keeps the answers."""
    moyens = _Ensemble()
    verdicts = _verifier(moyens, demandeur, questions, en_liste=True)
    moyens.ecrire()
    return verdicts


class _Ensemble(Directs):
    """Gathers the rows of the journal, to write them in one statement."""

    def __init__(self) -> None:
        self._echanges: list[Echange] = []

    async def journaliser(self, echange: Echange) -> None:
        self._echanges.append(echange)

    def ecrire(self) -> None:
        if self._echanges:
            executer(ECHANGES.sql, [ECHANGES.ecrire(self._echanges)], rejouable=False)


def _verifier(
    moyens: Directs, demandeur: Demandeur, questions: Sequence[Question], *, en_liste: bool
) -> list[Verdict]:
    entrees = [
        ouvertures.Entree(
            demandeur.agent,
            demandeur.compte,
            en_liste,
            *conduire(lire_criteres(moyens, question.recherche)),
        )
        for question in questions
    ]
    return [
        _conclure(moyens, demandeur, question, entree.voie, sortie)
        for question, entree, sortie in zip(questions, entrees, ouvertures.ouvrir(entrees), strict=True)
    ]


def _conclure(
    moyens: Directs, demandeur: Demandeur, question: Question, voie: str | None, sortie: Sortie
) -> Verdict:
    ouverture, trouves = sortie
    if ouverture.etat != OUVERT:
        return Verdict(ouverture.etat, limite=ouverture.limite or 0)
    donnes: list[tuple[dict[str, Any], int]] = []

    async def retenir(corps: Corps, ouverture: Ouverture, etudiant_id: int) -> Corps:
        donnes.append((corps["data"], etudiant_id))
        return corps

    conduire(
        conclure(
            question.requete,
            moyens,
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
    (sortie,) = ouvertures.ouvrir([ouvertures.Entree(agent, compte)])
    return sortie.ouverture.etat
