"""`GET /editeur/api/v1/delegations`: what administrations delegate to the editor whose token this is (contract §8)."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from habilitations.jetons.ouverture import OUVERT
from habilitations.models import Delegation, Jeton
from statut_etudiant.api.appel import Appel, Parametres
from statut_etudiant.api.authentification import jeton_dans_url, ouvrir
from statut_etudiant.api.delegations import decrire
from statut_etudiant.api.filtres import FiltreRefuse, curseur_refuse, lire_limite
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.parametres import scalaire
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.api.v3.erreurs import erreurs
from statut_etudiant.api.v3.vue import REFUS, preparer_v3
from statut_etudiant.api.vues import JETON_EDITEUR, PorteDeLecture

CHEMIN = "editeur/api/v1/delegations"


async def lister(appel: Appel, moyens: Moyens) -> Reponse:
    if await jeton_dans_url(appel, moyens):
        return preparer_v3(*erreurs("00401"))
    ouverture, _ = await ouvrir(appel, moyens, appel.bearer or appel.cle_api, ouvrants=None)
    if ouverture.etat != OUVERT:
        return preparer_v3(*erreurs(REFUS[ouverture.etat]), ouverture=ouverture)
    if ouverture.type != Jeton.Type.EDITEUR:
        return preparer_v3(*erreurs("00100"), ouverture=ouverture)
    try:
        corps = await moyens.a_cote(_page, ouverture.jeton_id, appel.parametres)
    except FiltreRefuse:
        return preparer_v3(*erreurs("00214"), ouverture=ouverture)
    return preparer_v3(200, corps, ouverture=ouverture)


def _page(jeton_id: int, parametres: Parametres) -> dict[str, Any]:
    limite = lire_limite({nom: valeurs[-1] for nom, valeurs in parametres.items()})
    siennes = Delegation.objects.filter(editeur__jetons=jeton_id)
    en_cours = siennes.en_cours().select_related("habilitation__organisation").order_by("-pk")
    total = en_cours.count()
    if (apres := _curseur(parametres)) is not None:
        # The last of a page may have been taken back since: it still tells where the next one begins.
        derniere = siennes.filter(cle=apres).values_list("pk", flat=True).first()
        if derniere is None:
            raise curseur_refuse()
        en_cours = en_cours.filter(pk__lt=derniere)
    page = list(en_cours[: limite + 1])
    liens = {}
    if len(page) > limite:
        suite = urlencode({"limite": limite, "curseur": page[limite - 1].cle})
        liens["next"] = f"{settings.ADRESSE_PUBLIQUE}/{CHEMIN}?{suite}"
    return {"data": [decrire(une) for une in page[:limite]], "links": liens, "meta": {"total": total}}


def _curseur(parametres: Parametres) -> UUID | None:
    try:
        brut = scalaire(parametres, "curseur")
        return UUID(brut) if brut else None
    except ValueError:
        raise curseur_refuse() from None


class Delegations(PorteDeLecture):
    """Les délégations que des administrations ont confiées à l'éditeur."""

    acces = JETON_EDITEUR
    servir = lister
