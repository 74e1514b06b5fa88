"""`GET` and `POST /api/etudiant`: the door by which a bouquet of APIs reads the register (contract §8).

Its tokens are of a type of their own, which an operator's command alone makes: no scope cuts the answer.
"""

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from habilitations.jetons.ouverture import PERIMETRE
from habilitations.models import Jeton
from statut_etudiant import maintenance
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.authentification import jeton_dans_url
from statut_etudiant.api.bouquet.corps import rendre
from statut_etudiant.api.bouquet.parametres import ParametreRefuse, lire_appelant, lire_identite, lire_ine
from statut_etudiant.api.interrogation import Question, QuestionRefusee, Version, interroger
from statut_etudiant.api.jours import aujourdhui
from statut_etudiant.api.moyens import Moyens
from statut_etudiant.api.reponse import Reponse, preparer
from statut_etudiant.api.v2.erreurs import erreur, parametre_refuse
from statut_etudiant.api.v2.vue import REFUS
from statut_etudiant.api.vues import JETON_BOUQUET, PorteDeLecture

REFUS_BOUQUET = REFUS | {PERIMETRE: "type_de_jeton"}

BOUQUET = Version(
    nom="bouquet",
    porte=None,
    rendre=rendre,
    introuvable=partial(erreur, "introuvable"),
    refuser=lambda etat: erreur(REFUS_BOUQUET[etat]),
    preparer=preparer,
    type_exige=Jeton.Type.BOUQUET.value,
    quota=lambda: settings.QUOTA_BOUQUET_PAR_SECONDE,
)


async def etudiant(appel: Appel, moyens: Moyens) -> Reponse:
    if await jeton_dans_url(appel, moyens):
        return preparer(*erreur("jeton_dans_url"))
    if (attente := maintenance.attente()) is not None:
        return preparer(*erreur("maintenance"), retry_after=attente)
    jeton = appel.cle_api or appel.bearer
    if not jeton:
        return preparer(*erreur("jeton_absent"))

    async def lire() -> Question:
        try:
            appelant = lire_appelant(appel.appelant)
            if appel.methode == "GET":
                return Question("", lire_ine(appel.parametres), appelant)
            return Question("", lire_identite(appel.corps, aujourdhui=aujourdhui()), appelant)
        except ParametreRefuse as refus:
            raise QuestionRefusee(*parametre_refuse(refus.parametre, refus.message)) from None

    return await interroger(appel, moyens, BOUQUET, jeton=jeton, lire=lire)


class EtudiantDuBouquet(PorteDeLecture):
    """Statut d'un étudiant, pour un bouquet d'API."""

    acces = JETON_BOUQUET
    servir = etudiant

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._servir(Appel.de_django(request, corps=request.body))
