"""The way of a reading call that brings FranceConnect's access token, common to v2 and v3.

Gates in the contract's order (§3): FranceConnect's token → the service's habilitation, address, scopes, quota →
recipient → pivot identity → search. A token of ours beside FranceConnect's only adds its list of addresses and its
quota.
"""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings

from habilitations.jetons import emission
from habilitations.jetons.ouverture import OUVERT
from habilitations.scopes import canoniques
from referentiel.models import Echange
from statut_etudiant.api.appel import Appel, Parametres
from statut_etudiant.api.enonces_franceconnect import EntreeFranceConnect
from statut_etudiant.api.franceconnect import pivot
from statut_etudiant.api.interrogation import Corps, QuestionRefusee, Version, conclure, lire_criteres
from statut_etudiant.api.jours import aujourdhui
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.parametres import RechercheIdentite
from statut_etudiant.api.perimetre import ouvrants
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.franceconnect.echecs import EchecFranceConnect, Injoignable, PivotInutilisable

VOIE = Echange.Voie.FRANCE_CONNECT.value


class PorteFranceConnect(NamedTuple):
    """What differs between v2 and v3. `echouer`: from a code of the contract (§3, 515xx) and the seconds before a
    retry, if any, to what is answered; `lire_recipient` raises QuestionRefusee."""

    version: Version
    echouer: Callable[[str, int | None], tuple[int, Corps]]
    lire_recipient: Callable[[Parametres], str]


async def interroger_par_franceconnect(appel: Appel, moyens: Moyens, porte: PorteFranceConnect) -> Reponse:
    version = porte.version
    try:
        introspection = await moyens.verifier_franceconnect(appel.bearer)
        recherche, inutilisable = _chercher(introspection.identite)
    except EchecFranceConnect as echec:
        retenter = echec.retenter if isinstance(echec, Injoignable) else None
        return version.preparer(*porte.echouer(echec.code, retenter), retry_after=retenter)
    try:
        recipient, refus = porte.lire_recipient(appel.parametres), None
    except QuestionRefusee as leve:
        recipient, refus = "", leve.reponse
    if refus is None and inutilisable is not None:
        refus = porte.echouer(inutilisable.code, None)
    criteres = None
    if refus is None and recherche is not None:
        _, criteres = await lire_criteres(moyens, recherche)
    ouverture, trouves = await moyens.ouvrir_franceconnect(
        EntreeFranceConnect(
            client_id=introspection.client_id,
            scopes=sorted(canoniques(introspection.scopes)),
            empreintes=emission.empreintes(appel.cle_api) if emission.bien_forme(appel.cle_api) else [],
            adresse=appel.adresse,
            ouvrants=sorted(ouvrants(version.porte)),
            quota=settings.QUOTA_PAR_SECONDE,
            criteres=criteres,
        )
    )
    if ouverture.etat != OUVERT:
        return version.preparer(*version.refuser(ouverture.etat), ouverture=ouverture)
    if refus is not None:
        return version.preparer(*refus, ouverture=ouverture)
    return await conclure(
        appel.identifiant,
        moyens,
        version,
        ouverture,
        trouves,
        recipient=recipient,
        voie=VOIE,
        jti_fc=hashlib.sha256(introspection.jti.encode()).hexdigest(),
    )


def _chercher(identite: dict[str, object]) -> tuple[RechercheIdentite | None, PivotInutilisable | None]:
    """The search, or why there is none to make: said after the gates. Raises PivotAbsent: said before them."""
    try:
        return pivot.lire(identite, aujourdhui=aujourdhui()), None
    except PivotInutilisable as echec:
        return None, echec
