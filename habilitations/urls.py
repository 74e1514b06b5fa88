from django.urls import path

from habilitations.views import compte, connexion, demonstration, second_facteur_a_la_connexion
from habilitations.views.instruction import urls as instruction

urlpatterns = [
    path("connexion", connexion.connexion, name="connexion"),
    path("connexion/code", second_facteur_a_la_connexion.code, name="connexion-code"),
    path(
        "connexion/second-facteur",
        second_facteur_a_la_connexion.enrolement,
        name="connexion-second-facteur",
    ),
    path("deconnexion", connexion.deconnexion, name="deconnexion"),
    path("demonstration", demonstration.personnes, name="demonstration"),
    path("compte", compte.compte, name="compte"),
    *instruction.urlpatterns,
]
