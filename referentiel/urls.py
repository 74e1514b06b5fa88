"""The establishments' admin, and its pages that are not lists of a table."""

from django.urls import path

from referentiel.admin import (  # noqa: F401 (each registers its table)
    anomalies,
    communes,
    couverture,
    doublons,
    etablissements,
    etudiants,
    inscriptions,
    traces,
)
from referentiel.site.gestion import gestion
from referentiel.views import anomalies as pages_anomalies
from referentiel.views import fusions, imports, tableau
from referentiel.views.depots import actes, depot, envoi, liste, modele

urlpatterns = [
    # Before `gestion.urls`: in place of Django's index.
    path("gestion/", gestion.admin_view(tableau.tableau), name="gestion"),
    path("gestion/imports/<uuid:cle>", imports.apercu, name="gestion-import"),
    path("gestion/imports/<slug:objet>", imports.envoyer, name="gestion-importer"),
    path("gestion/depots", liste.liste, name="gestion-depots"),
    path("gestion/depots/nouveau", envoi.nouveau, name="gestion-depot-nouveau"),
    path("gestion/depots/modele", modele.explications, name="gestion-depot-modele"),
    path("gestion/depots/modele.csv", modele.modele_csv, name="gestion-depot-modele-csv"),
    path("gestion/depots/modele.xlsx", modele.modele_xlsx, name="gestion-depot-modele-xlsx"),
    path("gestion/depots/exemple.csv", modele.exemple, name="gestion-depot-exemple"),
    path("gestion/depots/<uuid:cle>", depot.depot, name="gestion-depot"),
    path("gestion/depots/<uuid:cle>/avancement", depot.avancement, name="gestion-depot-avancement"),
    path("gestion/depots/<uuid:cle>/rejets", depot.rejets, name="gestion-depot-rejets"),
    path("gestion/depots/<uuid:cle>/changements.csv", depot.changements, name="gestion-depot-changements"),
    path("gestion/depots/<uuid:cle>/verifier", actes.verifier, name="gestion-depot-verifier"),
    *(
        path(f"gestion/depots/<uuid:cle>/{nom}", actes.acte, {"nom": nom}, name=f"gestion-depot-{nom}")
        for nom in actes.ACTES_SUR_LE_DEPOT
    ),
    path("gestion/anomalies/<str:numero>/garder", pages_anomalies.garder, name="gestion-anomalie-garder"),
    path(
        "gestion/anomalies/<str:numero>/corriger",
        pages_anomalies.corriger_l_identite,
        name="gestion-anomalie-corriger",
    ),
    path("gestion/fusion", fusions.fusion, name="gestion-fusion"),
    path("gestion/fusion/choisir", fusions.choisir, name="gestion-fusion-choisir"),
    path("gestion/", gestion.urls),
]
