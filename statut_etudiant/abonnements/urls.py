from django.urls import path

from statut_etudiant.abonnements import views

urlpatterns = [
    path("nouveautes/abonnement", views.demander, name="abonnement"),
    path("nouveautes/abonnement/confirmer/<str:secret>", views.confirmer, name="abonnement-confirmer"),
    path("nouveautes/abonnement/arreter/<str:secret>", views.arreter, name="abonnement-arreter"),
]
