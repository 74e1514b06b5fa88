"""`GET /api/introspect` (contract §2)."""

from habilitations.jetons.ouverture import OUVERT
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.authentification import jeton_dans_url, ouvrir
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.reponse import Reponse, preparer
from statut_etudiant.api.v2.erreurs import erreur
from statut_etudiant.api.v2.vue import REFUS
from statut_etudiant.api.vues import TOUT_JETON, PorteDeLecture


async def introspecter(appel: Appel, moyens: Moyens) -> Reponse:
    if await jeton_dans_url(appel, moyens):
        return preparer(*erreur("jeton_dans_url"))
    jeton = appel.cle_api or appel.bearer
    if not jeton:
        return preparer(*erreur("jeton_absent"))
    ouverture, _ = await ouvrir(appel, moyens, jeton, ouvrants=None, compter=False)
    if ouverture.etat != OUVERT:
        return preparer(*erreur(REFUS[ouverture.etat]), ouverture=ouverture)
    corps = {"_id": str(ouverture.cle), "name": "", "scopes": ouverture.scopes}
    return preparer(200, corps, ouverture=ouverture)


class Introspection(PorteDeLecture):
    """Ce qu'ouvre le jeton présenté."""

    acces = TOUT_JETON
    servir = introspecter
