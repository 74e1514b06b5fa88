"""`GET /v3/token/introspect` (contract §7): what the token presented is, for the software that holds it."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from habilitations.jetons.ouverture import OUVERT
from habilitations.models import Jeton
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.authentification import jeton_dans_url, ouvrir
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.parametres import scalaire
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.api.v3.erreurs import erreurs
from statut_etudiant.api.v3.parametres import ParametresRefuses, lire_recipient
from statut_etudiant.api.v3.vue import REFUS, preparer_v3
from statut_etudiant.api.vues import TOUT_JETON, PorteDeLecture


async def introspecter(appel: Appel, moyens: Moyens) -> Reponse:
    if await jeton_dans_url(appel, moyens):
        return preparer_v3(*erreurs("00401"))
    jeton = appel.bearer or appel.cle_api
    ouverture, _ = await ouvrir(appel, moyens, jeton, ouvrants=None, compter=False)
    if ouverture.etat != OUVERT:
        return preparer_v3(*erreurs(REFUS[ouverture.etat]), ouverture=ouverture)
    try:
        if _present(appel, "recipient"):
            lire_recipient(appel.parametres)
    except ParametresRefuses as refus:
        return preparer_v3(*erreurs(*refus.codes), ouverture=ouverture)
    decrit = await moyens.a_cote(_decrire, ouverture.jeton_id, ouverture.limite)
    return preparer_v3(200, decrit, ouverture=ouverture)


def _present(appel: Appel, parametre: str) -> bool:
    try:
        return bool(scalaire(appel.parametres, parametre))
    except ValueError:
        return True


def _decrire(jeton_id: int, limite: int) -> dict[str, Any]:
    jeton = Jeton.objects.select_related("organisation", "habilitation", "demande").get(pk=jeton_id)
    demande = jeton.demande
    if jeton.habilitation is not None:
        demande = jeton.habilitation.demandes.order_by("-pk").first()
    donnees = {
        "id": str(jeton.cle),
        "type": "standard",
        "scopes": jeton.scopes,
        "datapass_id": demande.numero if demande else None,
        "siret_souscripteur": jeton.organisation.siret,
        "date_emission": jeton.cree_le.isoformat(timespec="seconds"),
        "date_expiration": jeton.expire_le.isoformat(timespec="seconds"),
        "rate_limit_par_minute": limite * 60,
        "delegation": None,
    }
    liens = {}
    if demande is not None:
        liens["datapass"] = settings.ADRESSE_PUBLIQUE + reverse("demande", args=[demande.pk])
    return {"data": donnees, "links": liens, "meta": {}}


class IntrospectionV3(PorteDeLecture):
    """Ce qu'est le jeton présenté."""

    acces = TOUT_JETON
    servir = introspecter
