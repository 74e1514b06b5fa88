"""`GET /api/introspect` (contract §2)."""

from django.http import HttpRequest, HttpResponse

from habilitations.jetons.ouverture import OUVERT
from statut_etudiant.api.authentification import bearer, cle_api, jeton_dans_url, ouvrir
from statut_etudiant.api.reponse import repondre
from statut_etudiant.api.v2.erreurs import erreur
from statut_etudiant.api.v2.vue import REFUS
from statut_etudiant.api.vues import TOUT_JETON, VueDirecte


class Introspection(VueDirecte):
    """Ce qu'ouvre le jeton présenté."""

    acces = TOUT_JETON

    def get(self, request: HttpRequest) -> HttpResponse:
        if jeton_dans_url(request):
            return repondre(*erreur("jeton_dans_url"))
        jeton = cle_api(request) or bearer(request)
        if not jeton:
            return repondre(*erreur("jeton_absent"))
        ouverture = ouvrir(request, jeton, ouvrants=None)
        if ouverture.etat != OUVERT:
            return repondre(*erreur(REFUS[ouverture.etat]), ouverture=ouverture)
        corps = {"_id": str(ouverture.cle), "name": "", "scopes": ouverture.scopes}
        return repondre(200, corps, ouverture=ouverture)
