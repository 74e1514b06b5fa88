"""Every path of the API. A view without its access rule stops the process here."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path

from statut_etudiant.api.bouquet import vue as bouquet
from statut_etudiant.api.documentation import documents
from statut_etudiant.api.documentation import vue as documentation
from statut_etudiant.api.ecriture import inscription, inscriptions, lots
from statut_etudiant.api.editeur import vue as editeur
from statut_etudiant.api.etablissements import vue as etablissements
from statut_etudiant.api.franceconnect import publication
from statut_etudiant.api.organisation import vue as organisation
from statut_etudiant.api.surveillance import vue as surveillance
from statut_etudiant.api.v2 import introspection
from statut_etudiant.api.v2 import vue as v2
from statut_etudiant.api.v3 import introspection as introspection_v3
from statut_etudiant.api.v3 import vue as v3
from statut_etudiant.api.vues import VueApi


def route(chemin: str, vue: type[VueApi], nom: str, **initiales: Any) -> URLPattern:
    if not getattr(vue, "acces", None):
        raise ImproperlyConfigured(f"{vue.__name__} ne déclare pas qui peut l'appeler (acces)")
    return path(chemin, vue.as_view(**initiales), name=nom)


urlpatterns = [
    route("api/v2/etudiants", v2.EtudiantsV2, "api-v2-etudiants"),
    route("v3/mesri/statut_etudiant/ine", v3.StatutV3ParIne, "api-v3-ine"),
    route("v3/mesri/statut_etudiant/identite", v3.StatutV3ParIdentite, "api-v3-identite"),
    route("v3/mesri/statut_etudiant/france_connect", v3.StatutV3ParFranceConnect, "api-v3-france-connect"),
    route("v3/token/introspect", introspection_v3.IntrospectionV3, "api-v3-introspect"),
    route(editeur.CHEMIN, editeur.Delegations, "api-delegations"),
    route("api/etudiant", bouquet.EtudiantDuBouquet, "api-etudiant"),
    route("api/france_connect_jwks", publication.ClesPubliques, "api-france-connect-jwks"),
    route("api/inscription", inscription.InscriptionUnitaire, "api-inscription"),
    route("api/inscription/<str:id_inscription>", inscriptions.InscriptionDeposee, "api-inscription-deposee"),
    route("api/inscriptions", inscriptions.Inscriptions, "api-inscriptions"),
    route("api/lots/<str:cle>", lots.SuiviDeLot, "api-lot"),
    route("api/v1/demandes", organisation.Demandes, "api-demandes"),
    route("api/v1/demandes/<str:numero>", organisation.UneDemande, "api-demande"),
    route("api/v1/habilitations", organisation.Habilitations, "api-habilitations"),
    route("api/v1/habilitations/<str:numero>", organisation.UneHabilitation, "api-habilitation"),
    route("api/v1/evenements", organisation.Evenements, "api-evenements"),
    route("api/etablissements", etablissements.Etablissements, "api-etablissements"),
    *(route(un.chemin, documentation.OpenApi, un.route, document=un) for un in documents.DOCUMENTS),
    route("api/errors", documentation.Erreurs, "api-errors"),
    route("api/introspect", introspection.Introspection, "api-introspect"),
    route("api/ping", surveillance.Ping, "api-ping"),
    route("api/pings", surveillance.Pings, "api-pings"),
    *(
        route(f"api/{nom}/ping", surveillance.PingFournisseur, f"api-ping-{nom}", cible=nom)
        for nom in surveillance.PINGS
    ),
]
