"""The way of a reading call, common to v2 and v3: token and search in one statement, scopes, journal, answer.

Gates in the contract's order (§3): token → scopes → quota → recipient → parameters → search. The parameters are read
first, because it costs nothing and lets the search travel with the opening of the call; what is wrong with them is
said only once the gates before are passed. With an editor's token the recipient comes before the scopes: it chooses the
delegation whose scopes they are (§8).
"""

from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from habilitations.jetons.ouverture import OUVERT, PERIMETRE, Ouverture
from referentiel.calendrier import debut_historique
from referentiel.complements import sous_la_main
from referentiel.dossiers import Trouve
from referentiel.models import Echange
from referentiel.recherche import parametres_identite, parametres_ine
from statut_etudiant.api.appel import Appel, Parametres
from statut_etudiant.api.authentification import d_un_editeur, ouvrir, ouvrir_par_delegation
from statut_etudiant.api.champs import Rendu
from statut_etudiant.api.jours import aujourdhui
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.parametres import RechercheIdentite, RechercheIne
from statut_etudiant.api.perimetre import Porte, ouvrants
from statut_etudiant.api.reponse import Reponse

Corps = dict[str, Any]
Recherche = RechercheIne | RechercheIdentite

INE, IDENTITE = Echange.Voie.INE.value, Echange.Voie.IDENTITE.value
DONNEES, NON_TROUVE = Echange.Issue.DONNEES.value, Echange.Issue.NON_TROUVE.value


class QuestionRefusee(Exception):
    """The parameters are refused: what to answer once the gates before are passed."""

    def __init__(self, statut: int, corps: Corps) -> None:
        super().__init__(statut)
        self.reponse = (statut, corps)


class Question(NamedTuple):
    """A call's parameters, read and valid."""

    recipient: str
    recherche: Recherche
    #: Who the caller says that it calls for: the provider door alone (contract §8).
    appelant: str = ""


class Agent(NamedTuple):
    """Who asks by a page: their account, and the case number or reason that they gave. Nobody, for software."""

    compte_id: int | None = None
    dossier: str = ""


SANS_AGENT = Agent()

#: Adds a verifiable proof to the body of an answer, of whom it is about.
Prouver = Callable[[Corps, Ouverture, int], Coroutine[Any, Any, Corps]]
#: Reads a call's parameters. Raises QuestionRefusee.
Lecteur = Callable[[], Coroutine[Any, Any, Question]]


class Version(NamedTuple):
    """What differs between the doors once the parameters are read."""

    nom: str
    #: What tells the scopes that open it; None: no scope does, the type of the token decides.
    porte: Porte | None
    rendre: Callable[[Trouve, frozenset[str]], Rendu | None]
    introuvable: Callable[[], tuple[int, Corps]]
    #: From the state of an opening (`habilitations.jetons.ouverture`) to what is answered.
    refuser: Callable[[str], tuple[int, Corps]]
    preparer: Callable[..., Reponse]
    #: The one type of token that opens it, when scopes do not.
    type_exige: str = ""
    #: Calls a second, when they are not those of every token.
    quota: Callable[[], int] | None = None
    #: Reads whom a call by an editor's token is made for; None: such tokens open nothing here. Raises QuestionRefusee.
    lire_recipient: Callable[[Parametres], str] | None = None


async def interroger(
    appel: Appel,
    moyens: Moyens,
    version: Version,
    *,
    jeton: str,
    lire: Lecteur,
    prouver: Prouver | None = None,
) -> Reponse:
    """Answer a reading call."""
    question, refus = None, None
    voie: str | None = None
    criteres: tuple[object, ...] = ()
    try:
        question = await lire()
    except QuestionRefusee as leve:
        refus = leve
    else:
        voie, criteres = await lire_criteres(moyens, question.recherche)
    exiges = None if version.porte is None else _ouvrants(version.porte)
    if version.lire_recipient is not None and d_un_editeur(jeton):
        destinataire = ""
        try:
            destinataire = version.lire_recipient(appel.parametres)
        except QuestionRefusee as leve:
            refus = leve
        ouverture, trouves = await ouvrir_par_delegation(
            appel, moyens, jeton, destinataire=destinataire, ouvrants=exiges, voie=voie, criteres=criteres
        )
    else:
        ouverture, trouves = await ouvrir(
            appel,
            moyens,
            jeton,
            ouvrants=exiges,
            quota=None if version.quota is None else version.quota(),
            voie=voie,
            criteres=criteres,
        )
    if ouverture.etat != OUVERT:
        return version.preparer(*version.refuser(ouverture.etat), ouverture=ouverture)
    if version.type_exige and ouverture.type != version.type_exige:
        return version.preparer(*version.refuser(PERIMETRE), ouverture=ouverture)
    if refus is not None:
        return version.preparer(*refus.reponse, ouverture=ouverture)
    assert question is not None  # noqa: S101 - tells the type checker what `refus` says
    return await conclure(
        appel.identifiant,
        moyens,
        version,
        ouverture,
        trouves,
        recipient=question.recipient,
        voie=voie,
        prouver=prouver,
        appelant=question.appelant,
    )


async def conclure(
    requete: str,
    moyens: Moyens,
    version: Version,
    ouverture: Ouverture,
    trouves: list[Trouve],
    *,
    recipient: str,
    voie: str | None,
    jti_fc: str = "",
    prouver: Prouver | None = None,
    appelant: str = "",
    agent: Agent = SANS_AGENT,
) -> Reponse:
    """From what was found to the answer, once the gates are passed; journaled before it is given.

    `requete`: the identifier of the request, in the journal.
    """
    scopes = frozenset(ouverture.scopes or ())
    # A student who has nothing in the opened populations does not exist for this token: not found, and not a
    # homonym of anybody either.
    visibles = [
        (trouve, rendu) for trouve in trouves if (rendu := version.rendre(trouve, scopes)) is not None
    ]
    echange = {
        "issue": NON_TROUVE,
        "requete": requete,
        "jeton_id": ouverture.jeton_id,
        "habilitation_id": ouverture.habilitation_id,
        "organisation": ouverture.organisation,
        "siret": ouverture.siret,
        "recipient": recipient,
        "interface": version.nom,
        "voie": voie,
        "etudiant_id": None,
        "categories": (),
        "jti_fc": jti_fc,
        "appelant": appelant,
        **agent._asdict(),
        "editeur": ouverture.editeur,
        "editeur_siret": ouverture.editeur_siret,
    }
    if len(visibles) != 1:
        await moyens.journaliser(echange)
        return version.preparer(*version.introuvable(), ouverture=ouverture)
    ((trouve, rendu),) = visibles
    corps = rendu.corps if prouver is None else await prouver(rendu.corps, ouverture, trouve.etudiant_id)
    await moyens.journaliser(
        echange | {"issue": DONNEES, "etudiant_id": trouve.etudiant_id, "categories": rendu.categories}
    )
    return version.preparer(200, corps, ouverture=ouverture)


async def lire_criteres(moyens: Moyens, recherche: Recherche) -> tuple[str, tuple[object, ...]]:
    """The way of a search in the journal's words, and its parameters (`referentiel.recherche`)."""
    if isinstance(recherche, RechercheIne) or not recherche.lieu or sous_la_main():
        return _recherche(recherche)
    # A place is compared with the communes, which may have to be read again.
    return await moyens.a_cote(_recherche, recherche)


def _recherche(recherche: Recherche) -> tuple[str, tuple[object, ...]]:
    depuis = debut_historique(aujourdhui(), settings.HISTORIQUE_ANNEES)
    if isinstance(recherche, RechercheIne):
        return INE, parametres_ine(ine=recherche.ine, depuis=depuis)
    return IDENTITE, parametres_identite(
        nom=recherche.nom,
        prenom=recherche.prenom,
        date_naissance=recherche.date_naissance,
        sexe=recherche.sexe,
        lieu=recherche.lieu,
        depuis=depuis,
    )


@lru_cache(maxsize=len(Porte))
def _ouvrants(porte: Porte) -> list[str]:
    return sorted(ouvrants(porte))
