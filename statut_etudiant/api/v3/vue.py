"""`GET /v3/mesri/statut_etudiant/{ine | identite | france_connect}` (contract §3)."""

from collections.abc import Callable
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
from referentiel.complements import reference
from referentiel.lieux_nommes import resoudre_commune
from statut_etudiant import maintenance
from statut_etudiant.api.appel import Appel, Parametres
from statut_etudiant.api.authentification import jeton_dans_url
from statut_etudiant.api.franceconnect.interrogation import PorteFranceConnect, interroger_par_franceconnect
from statut_etudiant.api.interrogation import (
    Lecteur,
    Question,
    QuestionRefusee,
    Recherche,
    Version,
    interroger,
)
from statut_etudiant.api.jours import aujourdhui
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.perimetre import Porte, ouvrants
from statut_etudiant.api.reponse import JSON_API, Reponse, preparer
from statut_etudiant.api.v3.corps import rendre
from statut_etudiant.api.v3.erreurs import erreurs, preuve_refusee
from statut_etudiant.api.v3.parametres import (
    ParametresRefuses,
    commune_nommee,
    lire_identite,
    lire_ine,
    lire_recipient,
)
from statut_etudiant.api.v3.preuve import PreuveRefusee, prouveur
from statut_etudiant.api.vues import PorteDeLecture

REFUS = {
    INCONNU: "00101",
    EXPIRE: "00103",
    REVOQUE: "00105",
    ADRESSE: "00107",
    PERIMETRE: "00100",
    QUOTA: "00429",
    SANS_DELEGATION: "00213",
    DELEGATION_A_CHOISIR: "00212",
}

preparer_v3 = partial(preparer, type_contenu=JSON_API)


def _recipient_seul(parametres: Parametres) -> str:
    try:
        return lire_recipient(parametres)
    except ParametresRefuses as refus:
        raise QuestionRefusee(*erreurs(*refus.codes)) from None


V3 = Version(
    nom="v3",
    porte=Porte.V3,
    rendre=rendre,
    introuvable=partial(erreurs, "25003"),
    refuser=lambda etat: erreurs(REFUS[etat]),
    preparer=preparer_v3,
    lire_recipient=_recipient_seul,
)


PORTE_FRANCE_CONNECT = PorteFranceConnect(
    version=V3._replace(porte=Porte.V3_FC, rendre=partial(rendre, france_connect=True)),
    echouer=lambda code, retenter: erreurs(code, retry_in=retenter),
    lire_recipient=_recipient_seul,
)


async def par_ine(appel: Appel, moyens: Moyens) -> Reponse:
    async def lire() -> Question:
        return _question(appel.parametres, lire_ine)

    return await _servir(appel, moyens, lire)


async def par_identite(appel: Appel, moyens: Moyens) -> Reponse:
    async def lire() -> Question:
        if commune_nommee(appel.parametres):
            # Looking a commune up may read the whole reference, or ask the database for what was added to it.
            return await moyens.a_cote(_question, appel.parametres, _lire_identite)
        return _question(appel.parametres, _lire_identite)

    return await _servir(appel, moyens, lire)


async def par_france_connect(appel: Appel, moyens: Moyens) -> Reponse:
    if await jeton_dans_url(appel, moyens):
        return preparer_v3(*erreurs("00401"))
    if (attente := maintenance.attente()) is not None:
        return preparer_v3(*erreurs("25020", retry_in=attente), retry_after=attente)
    if not appel.bearer:
        return preparer_v3(*erreurs("51504"))
    return await interroger_par_franceconnect(appel, moyens, PORTE_FRANCE_CONNECT)


async def _servir(appel: Appel, moyens: Moyens, lire: Lecteur) -> Reponse:
    if await jeton_dans_url(appel, moyens):
        return preparer_v3(*erreurs("00401"))
    if (attente := maintenance.attente()) is not None:
        return preparer_v3(*erreurs("25020", retry_in=attente), retry_after=attente)
    prouver = None
    if appel.preuve:
        try:
            prouver = prouveur(appel.preuve, moyens)
        except PreuveRefusee:
            # Said in its turn, like what is wrong with the parameters: the token comes first.
            lire = _refuser_la_preuve
    return await interroger(
        appel, moyens, V3, jeton=appel.bearer or appel.cle_api, lire=lire, prouver=prouver
    )


async def _refuser_la_preuve() -> Question:
    raise QuestionRefusee(*preuve_refusee())


def _question(parametres: Parametres, lire_recherche: Callable[[Parametres], Recherche]) -> Question:
    try:
        return Question(lire_recipient(parametres), lire_recherche(parametres))
    except ParametresRefuses as refus:
        raise QuestionRefusee(*erreurs(*refus.codes)) from None


def _lire_identite(parametres: Parametres) -> Recherche:
    return lire_identite(
        parametres,
        aujourdhui=aujourdhui(),
        resoudre=lambda *commune: resoudre_commune(*commune, communes=reference()),
    )


class StatutV3ParIne(PorteDeLecture):
    """Admissions et inscriptions d'un étudiant, par INE."""

    acces = ouvrants(Porte.V3)
    servir = par_ine


class StatutV3ParIdentite(PorteDeLecture):
    """Admissions et inscriptions d'un étudiant, par identité."""

    acces = ouvrants(Porte.V3)
    servir = par_identite


class StatutV3ParFranceConnect(PorteDeLecture):
    """Admissions et inscriptions de la personne connectée par FranceConnect."""

    acces = ouvrants(Porte.V3_FC)
    servir = par_france_connect
