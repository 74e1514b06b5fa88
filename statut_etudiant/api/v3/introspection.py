"""`GET /v3/token/introspect` (contract §7): what the token presented is, for the software that holds it."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from habilitations.jetons.ouverture import OUVERT, Ouverture
from habilitations.models import Delegation, Jeton
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.authentification import d_un_editeur, jeton_dans_url, ouvrir, ouvrir_par_delegation
from statut_etudiant.api.delegations import decrire
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
    recipient, refus = "", None
    try:
        if _present(appel, "recipient"):
            recipient = lire_recipient(appel.parametres)
    except ParametresRefuses as leve:
        refus = leve
    if d_un_editeur(jeton):
        ouverture, _ = await ouvrir_par_delegation(
            appel,
            moyens,
            jeton,
            destinataire=recipient,
            ouvrants=None,
            delegation_suffit=refus is None,
            compter=False,
        )
    else:
        ouverture, _ = await ouvrir(appel, moyens, jeton, ouvrants=None, compter=False)
    if ouverture.etat != OUVERT:
        return preparer_v3(*erreurs(REFUS[ouverture.etat]), ouverture=ouverture)
    if refus is not None:
        return preparer_v3(*erreurs(*refus.codes), ouverture=ouverture)
    decrit = await moyens.a_cote(_decrire, ouverture)
    return preparer_v3(200, decrit, ouverture=ouverture)


def _present(appel: Appel, parametre: str) -> bool:
    try:
        return bool(scalaire(appel.parametres, parametre))
    except ValueError:
        return True


def _decrire(ouverture: Ouverture) -> dict[str, Any]:
    assert ouverture.cle is not None  # noqa: S101 - tells the type checker that the call is open
    jeton = Jeton.objects.select_related("habilitation", "demande").get(cle=ouverture.cle)
    delegation = None
    if ouverture.delegation_id is not None:
        delegation = Delegation.objects.select_related("habilitation__organisation").get(
            pk=ouverture.delegation_id
        )
    demande, habilitation = jeton.demande, delegation.habilitation if delegation else jeton.habilitation
    if habilitation is not None:
        demande = habilitation.demandes.order_by("-pk").first()
    donnees = {
        "id": str(jeton.cle),
        "type": "editeur" if jeton.type == Jeton.Type.EDITEUR else "standard",
        "scopes": ouverture.scopes,
        "datapass_id": demande.numero if demande else None,
        "siret_souscripteur": ouverture.siret,
        "date_emission": jeton.cree_le.isoformat(timespec="seconds"),
        "date_expiration": jeton.expire_le.isoformat(timespec="seconds"),
        "rate_limit_par_minute": (ouverture.limite or 0) * 60,
        "delegation": decrire(delegation) if delegation else None,
    }
    liens = {}
    # Its page is its holders', and not the editor's whose token this is.
    if demande is not None and delegation is None:
        liens["datapass"] = settings.ADRESSE_PUBLIQUE + reverse("demande", args=[demande.pk])
    return {"data": donnees, "links": liens, "meta": {}}


class IntrospectionV3(PorteDeLecture):
    """Ce qu'est le jeton présenté."""

    acces = TOUT_JETON
    servir = introspecter
