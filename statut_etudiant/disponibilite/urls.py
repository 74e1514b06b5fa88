from django.urls import path

from statut_etudiant.disponibilite import views

urlpatterns = [
    path("disponibilite", views.page, name="disponibilite"),
    path("disponibilite.atom", views.atom, name="disponibilite-atom"),
]
