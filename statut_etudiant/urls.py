from django.urls import include, path

from statut_etudiant import sante

urlpatterns = [
    path("", include("statut_etudiant.api.urls")),
    path("sante/vivant", sante.vivant, name="sante-vivant"),
    path("sante/pret", sante.pret, name="sante-pret"),
]
