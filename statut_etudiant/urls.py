from django.urls import include, path

from statut_etudiant import mesures, sante

handler500 = "statut_etudiant.portail.erreurs.anomalie"

urlpatterns = [
    path("", include("statut_etudiant.api.urls")),
    path("", include("statut_etudiant.portail.urls")),
    path("", include("statut_etudiant.abonnements.urls")),
    path("", include("statut_etudiant.citoyens.urls")),
    path("", include("statut_etudiant.certificats.urls")),
    path("", include("statut_etudiant.disponibilite.urls")),
    path("", include("statut_etudiant.annonces.urls")),
    path("", include("statut_etudiant.guichet.urls")),
    path("", include("habilitations.urls")),
    path("", include("referentiel.urls")),
    path("sante/vivant", sante.vivant, name="sante-vivant"),
    path("sante/ouvert", sante.ouvert, name="sante-ouvert"),
    path("sante/pret", sante.pret, name="sante-pret"),
    path("metrics", mesures.metrics, name="metrics"),
]
