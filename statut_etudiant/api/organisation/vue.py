"""`/api/v1/`: an organisation's own requests, habilitations and events, for its software, by a key of its own.

Every list is cut to the organisation of the key before anything else is looked at: another's object answers like an
absent one. Answers have an ETag, compared after the key has opened the call.
"""

import hashlib
from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django_filters import FilterSet

from habilitations.integrateurs import cles
from habilitations.integrateurs.corps import decrire
from habilitations.models import CleApi, Demande, Fait, Habilitation
from statut_etudiant.api.appel import Appel
from statut_etudiant.api.authentification import jeton_dans_url
from statut_etudiant.api.filtres import FiltreRefuse, filtrer, lire_limite
from statut_etudiant.api.moyens import DIRECTS, conduire
from statut_etudiant.api.organisation.commencer import commencer
from statut_etudiant.api.organisation.corps import decrire_demande, decrire_habilitation
from statut_etudiant.api.organisation.parametres import (
    PAGINATION,
    FiltreDemandes,
    FiltreEvenements,
    FiltreHabilitations,
    PremiereEnCours,
    apres_la_position,
    apres_le_numero,
    lire_numero,
    position,
)
from statut_etudiant.api.reponse import JSON, repondre
from statut_etudiant.api.v2.erreurs import erreur, parametre_refuse
from statut_etudiant.api.vues import CLE_D_ORGANISATION, VueDirecte

#: `cles.Refus` → a case of `v2.erreurs`.
_REFUS = {cles.Refus.QUOTA: "quota_de_cle"}
#: Kept by the caller alone, and asked for again each time at the price of a header.
CACHE = "private, no-cache"


class _VueDOrganisation(VueDirecte):
    acces = CLE_D_ORGANISATION
    portee: ClassVar[CleApi.Portee]

    def get(self, request: HttpRequest, **chemin: str) -> HttpResponse:
        def lire(ouverte: cles.Ouverte) -> HttpResponse:
            corps = self.lire(request, ouverte.organisation_id, **chemin)
            return repondre(*erreur("objet_inconnu")) if corps is None else _conditionnelle(request, corps)

        return servir(request, self.portee, lire)

    def lire(self, request: HttpRequest, organisation_id: int, **chemin: str) -> dict[str, Any] | None:
        """What is answered; None: there is no such object."""
        raise NotImplementedError


def servir(
    request: HttpRequest, portee: CleApi.Portee, repondre_a: Callable[[cles.Ouverte], HttpResponse]
) -> HttpResponse:
    """Answer the call that a key of this right opens; say why it is refused."""
    appel = Appel.de_django(request)
    if conduire(jeton_dans_url(appel, DIRECTS)):
        return repondre(*erreur("jeton_dans_url"))
    try:
        return repondre_a(cles.ouvrir(appel.cle_api or appel.bearer, portee=portee))
    except cles.CleRefusee as refusee:
        nom = _REFUS.get(refusee.refus, refusee.refus.value)
        return repondre(*erreur(nom), retry_after=refusee.attente)
    except FiltreRefuse as refus:
        return repondre(*parametre_refuse(refus.parametre, refus.message))


def _conditionnelle(request: HttpRequest, corps: dict[str, Any]) -> HttpResponse:
    octets = orjson.dumps(corps)
    etag = f'"{hashlib.sha256(octets).hexdigest()[:32]}"'
    response = HttpResponse(octets, content_type=JSON)
    response = get_conditional_response(request, etag=etag, response=response) or response
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE
    response.headers["Vary"] = "X-Api-Key, Authorization"
    return response


class _Numerotes(_VueDOrganisation):
    """A list of numbered objects, from the newest to the oldest."""

    nom: ClassVar[str]
    lettre: ClassVar[str]
    filtre: ClassVar[type[FilterSet]]

    def lire(self, request: HttpRequest, organisation_id: int, **chemin: str) -> dict[str, Any]:
        liste = filtrer(self.filtre, request.GET, self.objets(organisation_id), autres=PAGINATION)
        limite = lire_limite(request.GET)
        liste = apres_le_numero(liste.order_by("-pk"), request.GET.get("curseur", ""), self.lettre)
        page = list(liste[: limite + 1])
        corps: dict[str, Any] = {self.nom: [self.decrire(un) for un in page[:limite]]}
        if len(page) > limite:
            corps["suivant"] = f"{self.lettre}{page[limite - 1].pk}"
        return corps

    @staticmethod
    def objets(organisation_id: int) -> QuerySet[Any]:
        raise NotImplementedError

    @staticmethod
    def decrire(objet: Any) -> dict[str, Any]:
        raise NotImplementedError


class Demandes(_Numerotes):
    """Les demandes de l'organisation."""

    portee = CleApi.Portee.DEMANDES
    nom, lettre, filtre = "demandes", "D", FiltreDemandes

    @staticmethod
    def decrire(objet: Demande) -> dict[str, Any]:
        return decrire_demande(objet)

    def post(self, request: HttpRequest) -> HttpResponse:
        return servir(request, CleApi.Portee.COMMENCER, lambda ouverte: commencer(request, ouverte))

    @staticmethod
    def objets(organisation_id: int) -> QuerySet[Any]:
        return Demande.objects.filter(organisation=organisation_id)


class Habilitations(_Numerotes):
    """Les habilitations de l'organisation."""

    portee = CleApi.Portee.HABILITATIONS
    nom, lettre, filtre = "habilitations", "H", FiltreHabilitations

    @staticmethod
    def decrire(objet: Habilitation) -> dict[str, Any]:
        return decrire_habilitation(objet)

    @staticmethod
    def objets(organisation_id: int) -> QuerySet[Any]:
        return Habilitation.objects.filter(organisation=organisation_id)


class _Un(_VueDOrganisation):
    """One object of such a list."""

    liste: ClassVar[type[_Numerotes]]

    def lire(self, request: HttpRequest, organisation_id: int, **chemin: str) -> dict[str, Any] | None:
        pk = lire_numero(chemin["numero"], self.liste.lettre)
        objet = None if pk is None else self.liste.objets(organisation_id).filter(pk=pk).first()
        return None if objet is None else self.liste.decrire(objet)


class UneDemande(_Un):
    """Une demande de l'organisation."""

    portee = CleApi.Portee.DEMANDES
    liste = Demandes


class UneHabilitation(_Un):
    """Une habilitation de l'organisation."""

    portee = CleApi.Portee.HABILITATIONS
    liste = Habilitations


class Evenements(_VueDOrganisation):
    """Ce qui arrive aux demandes, aux jetons et aux délégations de l'organisation."""

    portee = CleApi.Portee.EVENEMENTS

    def lire(self, request: HttpRequest, organisation_id: int, **chemin: str) -> dict[str, Any]:
        # In the order in which they were made, and none before all that come ahead of it are there: who resumes
        # after the last one that they read misses nothing.
        faits: QuerySet[Fait] = (
            Fait.objects.publics()
            .filter(organisation=organisation_id, transaction__lt=PremiereEnCours())
            .select_related("organisation")
            .order_by("transaction", "id")
        )
        faits = filtrer(FiltreEvenements, request.GET, faits, autres=PAGINATION)
        limite = lire_limite(request.GET)
        curseur = request.GET.get("curseur", "")
        page = list(apres_la_position(faits, curseur)[:limite])
        corps: dict[str, Any] = {"evenements": [decrire(fait) for fait in page]}
        if page or curseur:
            corps["suivant"] = position(page[-1]) if page else curseur
        return corps
