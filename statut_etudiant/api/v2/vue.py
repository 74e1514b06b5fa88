"""`GET /api/v2/etudiants` (contract §2)."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from habilitations.jetons.ouverture import ADRESSE, EXPIRE, INCONNU, PERIMETRE, QUOTA, REVOQUE
from statut_etudiant.api import maintenance
from statut_etudiant.api.authentification import bearer, cle_api, jeton_dans_url
from statut_etudiant.api.interrogation import Question, QuestionRefusee, Version, servir
from statut_etudiant.api.perimetre import Porte, ouvrants
from statut_etudiant.api.reponse import repondre
from statut_etudiant.api.v2.corps import rendre
from statut_etudiant.api.v2.erreurs import erreur, parametre_refuse
from statut_etudiant.api.v2.parametres import ParametreRefuse, lire_recherche, lire_recipient
from statut_etudiant.api.vues import VueDirecte

REFUS = {
    INCONNU: "jeton_inconnu",
    EXPIRE: "jeton_expire",
    REVOQUE: "jeton_revoque",
    ADRESSE: "ip_refusee",
    PERIMETRE: "scopes_insuffisants",
    QUOTA: "quota",
}

V2 = Version(
    nom="v2",
    porte=Porte.V2,
    rendre=rendre,
    introuvable=partial(erreur, "introuvable"),
    refuser=lambda etat: erreur(REFUS[etat]),
    repondre=repondre,
)


class EtudiantsV2(VueDirecte):
    """Statut d'un étudiant, par INE ou par identité."""

    acces = ouvrants(Porte.V2)

    def get(self, request: HttpRequest) -> HttpResponse:
        if jeton_dans_url(request):
            return repondre(*erreur("jeton_dans_url"))
        if (attente := maintenance.attente()) is not None:
            return repondre(*erreur("maintenance"), retry_after=attente)
        jeton = cle_api(request)
        if not jeton:
            if bearer(request):
                # On this path a Bearer is always a FranceConnect access token, never one of ours.
                return repondre(*erreur("fc_indisponible"), retry_after=maintenance.FRANCE_CONNECT)
            return repondre(*erreur("jeton_absent"))
        return servir(request, V2, jeton=jeton, lire=lambda: _lire(request))


def _lire(request: HttpRequest) -> Question:
    try:
        recipient = lire_recipient(request.GET, obligatoire=False) or ""
        return Question(recipient, lire_recherche(request.GET, aujourdhui=timezone.localdate()))
    except ParametreRefuse as refus:
        raise QuestionRefusee(*parametre_refuse(refus.parametre, refus.message)) from None
