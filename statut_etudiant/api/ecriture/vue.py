"""The base of the views that establishments call with a writing token (contract §6).

The gates come before the method runs: token → address → quota → kind of token. What a view raises is answered in the
family's shape, and every answer to a token holder carries where its quota stands.
"""

from functools import cached_property
from typing import Any, NoReturn

from django.http import HttpResponse
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from habilitations.jetons.ouverture import ADRESSE, EXPIRE, INCONNU, OUVERT, QUOTA, REVOQUE, Ouverture
from habilitations.models import Jeton
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.authentification import ABSENT, jeton_dans_url, ouvrir
from statut_etudiant.api.ecriture.erreurs import erreur
from statut_etudiant.api.ecriture.json import AnalyseJson, RenduJson
from statut_etudiant.api.ecriture.reception import CorpsTropGros, preparer_corps
from statut_etudiant.api.moyens import DIRECTS, conduire
from statut_etudiant.api.reponse import repondre
from statut_etudiant.api.vues import JETON_ECRITURE, VueApi

#: What `details.parameter` says when the body as a whole is at fault.
CORPS = "corps"


class EcritureRefusee(Exception):
    """The call is refused: a case of `erreurs_ecriture.ERREURS`, and what is said with it."""

    def __init__(
        self, nom: str, *, parametre: str = "", retry_after: int | None = None, **complements: Any
    ) -> None:
        super().__init__(nom)
        self.nom = nom
        self.parametre = parametre
        self.retry_after = retry_after
        self.complements = complements


#: From the state of an opening to the refusal.
_REFUS = {
    INCONNU: ("authentification", "Le jeton n'est pas reconnu : vérifiez qu'il a été recopié en entier."),
    EXPIRE: ("authentification", "Le jeton a expiré : renouvelez-le depuis votre espace."),
    REVOQUE: ("authentification", "Le jeton a été révoqué : obtenez-en un nouveau depuis votre espace."),
    ADRESSE: ("acces", "Votre adresse IP n'est pas dans la liste autorisée pour ce jeton."),
    QUOTA: ("quota", "L'en-tête Retry-After indique le délai avant un nouvel essai."),
}


class VueEcriture(VueApi):
    acces = JETON_ECRITURE
    parser_classes = [AnalyseJson]
    ouverture: Ouverture = ABSENT

    # --- what the methods use

    @cached_property
    def appel(self) -> Appel:
        return Appel.de_django(self.request._request)

    @property
    def uais(self) -> frozenset[str]:
        """The establishments that the token writes for."""
        return frozenset(self.ouverture.uais or ())

    @property
    def auteur(self) -> str:
        """Who the history says has written."""
        return f"jeton:{self.ouverture.jeton_id}"

    def repondre(self, statut: int, corps: Any, *, retry_after: int | None = None) -> HttpResponse:
        return repondre(statut, corps, ouverture=self.ouverture, retry_after=retry_after)

    # --- the life of a call

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[RenduJson, str]:
        """JSON, whatever the client says that it accepts: some parse without looking at the status."""
        return RenduJson(), RenduJson.media_type

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if conduire(jeton_dans_url(self.appel, DIRECTS)):
            raise EcritureRefusee(
                "parametre",
                parametre="token",
                explication="Un jeton ne se transmet pas dans l'adresse, que de nombreux intermédiaires "
                "enregistrent. Il est considéré comme divulgué : s'il est l'un des nôtres, il est révoqué.",
            )
        self.ouverture = self._ouvrir()
        preparer_corps(request._request)

    def _ouvrir(self) -> Ouverture:
        jeton = self.appel.cle_api or self.appel.bearer
        if not jeton:
            raise EcritureRefusee(
                "authentification", explication="Aucun jeton : transmettez-le dans l'en-tête X-API-Key."
            )
        # Kept before it is judged: a refusal too tells the holder where the quota stands.
        self.ouverture = ouverture = conduire(ouvrir(self.appel, DIRECTS, jeton, ouvrants=None)).ouverture
        if ouverture.etat != OUVERT:
            nom, explication = _REFUS[ouverture.etat]
            raise EcritureRefusee(nom, explication=explication)
        if ouverture.type not in (Jeton.Type.ECRITURE, Jeton.Type.BAC_A_SABLE) or not ouverture.uais:
            raise EcritureRefusee("authentification", explication="Ce jeton ne permet pas d'écrire.")
        return ouverture

    def handle_exception(self, exc: Exception) -> HttpResponse:
        refus = _traduire(exc, self)
        if refus is None:
            self.raise_uncaught_exception(exc)
        return self.repondre(
            *erreur(refus.nom, self.appel, parametre=refus.parametre, **refus.complements),
            retry_after=refus.retry_after,
        )

    def raise_uncaught_exception(self, exc: Exception) -> NoReturn:
        raise exc  # the API's door logs it and answers


def _traduire(exc: Exception, vue: VueEcriture) -> EcritureRefusee | None:
    if isinstance(exc, EcritureRefusee):
        return exc
    if isinstance(exc, ParseError):
        return EcritureRefusee("parametre", parametre=CORPS, explication=str(exc.detail))
    if isinstance(exc, CorpsTropGros):
        return EcritureRefusee("trop_gros", parametre=CORPS, explication=str(exc.detail))
    if isinstance(exc, UnsupportedMediaType):
        acceptes = " ou ".join(parser.media_type for parser in vue.parser_classes)
        return EcritureRefusee("type_contenu", parametre="Content-Type", explication=f"Envoyez {acceptes}.")
    return None
