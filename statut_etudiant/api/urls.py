"""Every path of the API. A view without its access rule stops the process here."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path

from statut_etudiant.api import (
    documents,
    ecriture,
    etablissements,
    inscriptions,
    introspection,
    lecture_v2,
    lecture_v3,
    lots,
)
from statut_etudiant.api.vues import VueApi


def route(chemin: str, vue: type[VueApi], nom: str, **initiales: Any) -> URLPattern:
    if not getattr(vue, "acces", None):
        raise ImproperlyConfigured(f"{vue.__name__} ne déclare pas qui peut l'appeler (acces)")
    return path(chemin, vue.as_view(**initiales), name=nom)


urlpatterns = [
    route("api/v2/etudiants", lecture_v2.LectureV2, "api-v2-etudiants"),
    route("v3/mesri/statut_etudiant/ine", lecture_v3.LectureV3Ine, "api-v3-ine"),
    route("v3/mesri/statut_etudiant/identite", lecture_v3.LectureV3Identite, "api-v3-identite"),
    route(
        "v3/mesri/statut_etudiant/france_connect", lecture_v3.LectureV3FranceConnect, "api-v3-france-connect"
    ),
    route("api/inscription", ecriture.InscriptionUnitaire, "api-inscription"),
    route("api/inscription/<str:id_inscription>", inscriptions.InscriptionDeposee, "api-inscription-deposee"),
    route("api/inscriptions", inscriptions.Inscriptions, "api-inscriptions"),
    route("api/lots/<str:cle>", lots.SuiviDeLot, "api-lot"),
    route("api/etablissements", etablissements.Etablissements, "api-etablissements"),
    route("api/open-api.yml", documents.OpenApi, "api-open-api"),
    route("api/docs", documents.Docs, "api-docs"),
    route("api/introspect", introspection.Introspection, "api-introspect"),
    route("api/ping", introspection.Ping, "api-ping"),
    route("api/pings", introspection.Pings, "api-pings"),
    *(
        route(f"api/{nom}/ping", introspection.PingFournisseur, f"api-ping-{nom}", cible=nom)
        for nom in introspection.PINGS
    ),
]
