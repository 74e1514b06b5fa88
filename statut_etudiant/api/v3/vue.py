"""`GET /v3/mesri/statut_etudiant/{ine | identite | france_connect}` (contract §3)."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from habilitations.jetons.ouverture import ADRESSE, EXPIRE, INCONNU, PERIMETRE, QUOTA, REVOQUE
from referentiel.complements import reference
from statut_etudiant.api import maintenance
from statut_etudiant.api.authentification import bearer, cle_api, jeton_dans_url
from statut_etudiant.api.interrogation import Question, QuestionRefusee, Recherche, Version, servir
from statut_etudiant.api.perimetre import Porte, ouvrants
from statut_etudiant.api.reponse import JSON_API, repondre
from statut_etudiant.api.v3.corps import rendre
from statut_etudiant.api.v3.erreurs import erreurs
from statut_etudiant.api.v3.parametres import ParametresRefuses, lire_identite, lire_ine, lire_recipient
from statut_etudiant.api.vues import VueDirecte

REFUS = {
    INCONNU: "00101",
    EXPIRE: "00103",
    REVOQUE: "00105",
    ADRESSE: "00107",
    PERIMETRE: "00100",
    QUOTA: "00429",
}

repondre_v3 = partial(repondre, type_contenu=JSON_API)

V3 = Version(
    nom="v3",
    porte=Porte.V3,
    rendre=rendre,
    introuvable=partial(erreurs, "25003"),
    refuser=lambda etat: erreurs(REFUS[etat]),
    repondre=repondre_v3,
)


def _servir(request: HttpRequest, lire_recherche: Callable[[], Recherche]) -> HttpResponse:
    if jeton_dans_url(request):
        return repondre_v3(*erreurs("00400"))
    if (attente := maintenance.attente()) is not None:
        return repondre_v3(*erreurs("25020", retry_in=attente), retry_after=attente)
    jeton = bearer(request) or cle_api(request)

    def lire() -> Question:
        try:
            return Question(lire_recipient(request.GET), lire_recherche())
        except ParametresRefuses as refus:
            raise QuestionRefusee(*erreurs(*refus.codes)) from None

    return servir(request, V3, jeton=jeton, lire=lire)


class StatutV3ParIne(VueDirecte):
    """Admissions et inscriptions d'un étudiant, par INE."""

    acces = ouvrants(Porte.V3)

    def get(self, request: HttpRequest) -> HttpResponse:
        return _servir(request, lambda: lire_ine(request.GET))


class StatutV3ParIdentite(VueDirecte):
    """Admissions et inscriptions d'un étudiant, par identité."""

    acces = ouvrants(Porte.V3)

    def get(self, request: HttpRequest) -> HttpResponse:
        return _servir(
            request,
            lambda: lire_identite(
                request.GET, aujourdhui=timezone.localdate(), resoudre=reference().resoudre
            ),
        )


class StatutV3ParFranceConnect(VueDirecte):
    """Admissions et inscriptions de la personne connectée par FranceConnect."""

    acces = ouvrants(Porte.V3_FC)

    def get(self, request: HttpRequest) -> HttpResponse:
        if jeton_dans_url(request):
            return repondre_v3(*erreurs("00400"))
        if not bearer(request):
            return repondre_v3(*erreurs("00101"))
        return repondre_v3(
            *erreurs("51001", retry_in=maintenance.FRANCE_CONNECT), retry_after=maintenance.FRANCE_CONNECT
        )
