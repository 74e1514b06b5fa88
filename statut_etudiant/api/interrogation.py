"""The reading path, common to v2 and v3: token and search in one statement, scopes, journal, answer.

Gates in the contract's order (§3): token → scopes → quota → recipient → parameters → search. The parameters are read
first, because it costs nothing and lets the search travel with the opening of the call; what is wrong with them is
said only once the gates before are passed.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from habilitations.jetons import emission
from habilitations.jetons.ouverture import OUVERT, SQL_OUVERTURE, Ouverture
from referentiel.calendrier import debut_historique
from referentiel.dossiers import Trouve
from referentiel.journal.echanges import SQL_ECHANGE
from referentiel.models import Echange
from referentiel.recherche import SQL_IDENTITE, SQL_INE, assembler, parametres_identite, parametres_ine
from statut_etudiant.api.authentification import ABSENT, ouvrir, parametres_ouverture
from statut_etudiant.api.categories import categories
from statut_etudiant.api.enonces import executer
from statut_etudiant.api.parametres import RechercheIdentite, RechercheIne
from statut_etudiant.api.perimetre import Porte, ouvrants

Corps = dict[str, Any]
Recherche = RechercheIne | RechercheIdentite

# A sandbox token sees the fictitious students and only them; a call that is not open finds nobody.
_MONDE = "(o.type = 't') AND o.etat = 'ouvert'"
_SQL = {
    nature: f"""
WITH o AS MATERIALIZED (SELECT * FROM {SQL_OUVERTURE})
SELECT o.*, r.* FROM o LEFT JOIN LATERAL ({sql.format(fictif=_MONDE)}) r ON true
"""  # noqa: S608 (constants only)
    for nature, sql in ((RechercheIne, SQL_INE), (RechercheIdentite, SQL_IDENTITE))
}
_OUVERTURE = len(Ouverture._fields)


class QuestionRefusee(Exception):
    """The parameters are refused: what to answer once the gates before are passed."""

    def __init__(self, statut: int, corps: Corps) -> None:
        super().__init__(statut)
        self.reponse = (statut, corps)


class Question(NamedTuple):
    """A call's parameters, read and valid."""

    recipient: str
    recherche: Recherche


class Version(NamedTuple):
    """What differs between v2 and v3 once the parameters are read."""

    nom: str
    porte: Porte
    rendre: Callable[[Trouve, frozenset[str]], Corps | None]
    introuvable: Callable[[], tuple[int, Corps]]
    #: From the state of an opening (`habilitations.jetons.ouverture`) to what is answered.
    refuser: Callable[[str], tuple[int, Corps]]
    repondre: Callable[..., HttpResponse]


def servir(
    request: HttpRequest, version: Version, *, jeton: str, lire: Callable[[], Question]
) -> HttpResponse:
    """Answer a reading call. `lire` reads the parameters, and raises QuestionRefusee."""
    refus: QuestionRefusee | None = None
    try:
        question = lire()
    except QuestionRefusee as leve:
        refus = leve
        ouverture = ouvrir(request, jeton, ouvrants=ouvrants(version.porte))
        trouves: list[Trouve] = []
    else:
        ouverture, trouves = _ouvrir_et_chercher(request, version.porte, jeton, question.recherche)

    if ouverture.etat != OUVERT:
        return version.repondre(*version.refuser(ouverture.etat), ouverture=ouverture)
    if refus is not None:
        return version.repondre(*refus.reponse, ouverture=ouverture)

    scopes = frozenset(ouverture.scopes or ())
    # A student who has nothing in the opened populations does not exist for this token: not found, and not a
    # homonym of anybody either.
    visibles = [
        (trouve, corps) for trouve in trouves if (corps := version.rendre(trouve, scopes)) is not None
    ]
    if len(visibles) != 1:
        _journaliser(request, version, ouverture, question, etudiant_id=None, donnees=[])
        return version.repondre(*version.introuvable(), ouverture=ouverture)
    ((trouve, corps),) = visibles
    _journaliser(
        request, version, ouverture, question, etudiant_id=trouve.etudiant_id, donnees=list(categories(corps))
    )
    return version.repondre(200, corps, ouverture=ouverture)


def _ouvrir_et_chercher(
    request: HttpRequest, porte: Porte, jeton: str, recherche: Recherche
) -> tuple[Ouverture, list[Trouve]]:
    if not emission.bien_forme(jeton):
        return ABSENT, []
    lignes = executer(
        _SQL[type(recherche)],
        parametres_ouverture(request, jeton, ouvrants(porte)) + _parametres(recherche),
    )
    ouverture = Ouverture(*lignes[0][:_OUVERTURE])
    if lignes[0][_OUVERTURE] is None:
        return ouverture, []
    return ouverture, assembler(ligne[_OUVERTURE:] for ligne in lignes)


def _parametres(recherche: Recherche) -> tuple[object, ...]:
    depuis = debut_historique(timezone.localdate(), settings.HISTORIQUE_ANNEES)
    if isinstance(recherche, RechercheIne):
        return parametres_ine(ine=recherche.ine, depuis=depuis)
    return parametres_identite(
        nom=recherche.nom,
        prenom=recherche.prenom,
        date_naissance=recherche.date_naissance,
        sexe=recherche.sexe,
        lieu=recherche.lieu,
        depuis=depuis,
    )


def _journaliser(
    request: HttpRequest,
    version: Version,
    ouverture: Ouverture,
    question: Question,
    *,
    etudiant_id: int | None,
    donnees: list[str],
) -> None:
    """Write the journal's row; committed when this returns, so before the answer leaves."""
    executer(
        SQL_ECHANGE,
        (
            Echange.Issue.DONNEES.value if donnees else Echange.Issue.NON_TROUVE.value,
            request.identifiant,  # type: ignore[attr-defined]
            ouverture.jeton_id,
            ouverture.habilitation_id,
            ouverture.organisation,
            ouverture.siret,
            question.recipient,
            version.nom,
            (
                Echange.Voie.INE if isinstance(question.recherche, RechercheIne) else Echange.Voie.IDENTITE
            ).value,
            etudiant_id,
            donnees,
        ),
    )
