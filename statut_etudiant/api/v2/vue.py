"""`GET /api/v2/etudiants` (contract §2)."""

from functools import partial

from habilitations.jetons.ouverture import (
    ADRESSE,
    DELEGATION_A_CHOISIR,
    EXPIRE,
    INCONNU,
    PERIMETRE,
    QUOTA,
    REVOQUE,
    SANS_DELEGATION,
)
from statut_etudiant import maintenance
from statut_etudiant.api.appel import Appel, Parametres
from statut_etudiant.api.authentification import jeton_dans_url
from statut_etudiant.api.franceconnect.interrogation import PorteFranceConnect, interroger_par_franceconnect
from statut_etudiant.api.interrogation import Question, QuestionRefusee, Version, interroger
from statut_etudiant.api.jours import aujourdhui
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.perimetre import Porte, ouvrants
from statut_etudiant.api.reponse import Reponse, preparer
from statut_etudiant.api.v2.corps import rendre
from statut_etudiant.api.v2.erreurs import erreur, parametre_refuse
from statut_etudiant.api.v2.parametres import ParametreRefuse, lire_recherche, lire_recipient
from statut_etudiant.api.vues import PorteDeLecture

REFUS = {
    INCONNU: "jeton_inconnu",
    EXPIRE: "jeton_expire",
    REVOQUE: "jeton_revoque",
    ADRESSE: "ip_refusee",
    PERIMETRE: "scopes_insuffisants",
    QUOTA: "quota",
    SANS_DELEGATION: "sans_delegation",
    DELEGATION_A_CHOISIR: "delegation_a_choisir",
}


def _recipient_obligatoire(parametres: Parametres) -> str:
    try:
        return lire_recipient(parametres, obligatoire=True) or ""
    except ParametreRefuse as refus:
        raise QuestionRefusee(*parametre_refuse(refus.parametre, refus.message)) from None


V2 = Version(
    nom="v2",
    porte=Porte.V2,
    rendre=rendre,
    introuvable=partial(erreur, "introuvable"),
    refuser=lambda etat: erreur(REFUS[etat]),
    preparer=preparer,
    lire_recipient=_recipient_obligatoire,
)

#: From the codes of v3 to the names of v2.
ECHECS_FRANCE_CONNECT = {
    "51501": "fc_jeton_invalide",
    "51502": "fc_jeton_inconnu",
    "51503": "fc_identite_absente",
    "51564": "fc_identite_inutilisable",
    "51999": "fc_incoherent",
    "51002": "fc_delai",
    "51001": "fc_indisponible",
}
REFUS_FRANCE_CONNECT = REFUS | {INCONNU: "fc_service_inconnu", REVOQUE: "fc_service_revoque"}


PORTE_FRANCE_CONNECT = PorteFranceConnect(
    version=V2._replace(
        porte=Porte.V2_FC,
        rendre=partial(rendre, france_connect=True),
        refuser=lambda etat: erreur(REFUS_FRANCE_CONNECT[etat]),
    ),
    echouer=lambda code, retenter: erreur(ECHECS_FRANCE_CONNECT[code]),
    lire_recipient=_recipient_obligatoire,
)


async def etudiants(appel: Appel, moyens: Moyens) -> Reponse:
    if await jeton_dans_url(appel, moyens):
        return preparer(*erreur("jeton_dans_url"))
    if (attente := maintenance.attente()) is not None:
        return preparer(*erreur("maintenance"), retry_after=attente)
    if appel.bearer:
        # On this path a Bearer is always a FranceConnect access token, never one of ours.
        return await interroger_par_franceconnect(appel, moyens, PORTE_FRANCE_CONNECT)
    if not appel.cle_api:
        return preparer(*erreur("jeton_absent"))
    return await interroger(appel, moyens, V2, jeton=appel.cle_api, lire=partial(_lire, appel.parametres))


class EtudiantsV2(PorteDeLecture):
    """Statut d'un étudiant, par INE ou par identité."""

    acces = ouvrants(Porte.V2)
    servir = etudiants


async def _lire(parametres: Parametres) -> Question:
    try:
        recipient = lire_recipient(parametres, obligatoire=False) or ""
        return Question(recipient, lire_recherche(parametres, aujourdhui=aujourdhui()))
    except ParametreRefuse as refus:
        raise QuestionRefusee(*parametre_refuse(refus.parametre, refus.message)) from None
