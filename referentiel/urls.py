"""The establishments' admin, and its pages that are not lists of a table."""

from django.urls import path

from referentiel.admin import etablissements, etudiants, inscriptions  # noqa: F401 (each registers its table)
from referentiel.admin.site import gestion

urlpatterns = [
    path("gestion/", gestion.admin_view(gestion.index), name="gestion"),
    path("gestion/", gestion.urls),
]
