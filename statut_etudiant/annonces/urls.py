from django.urls import path

from statut_etudiant.annonces import views

urlpatterns = [
    path("annonces", views.liste, name="annonces"),
    path("annonces/bandeaux/nouveau", views.nouveau_bandeau, name="bandeau-nouveau"),
    path("annonces/bandeaux/<int:pk>", views.bandeau, name="bandeau"),
    path("annonces/bandeaux/<int:pk>/retirer", views.retirer_bandeau, name="bandeau-retirer"),
    path("annonces/maintenances/nouvelle", views.nouvelle_maintenance, name="maintenance-nouvelle"),
    path("annonces/maintenances/<int:pk>", views.maintenance, name="maintenance"),
    path("annonces/maintenances/<int:pk>/annuler", views.annuler_maintenance, name="maintenance-annuler"),
]
