from django.urls import path

from statut_etudiant.portail import eligibilite, views

urlpatterns = [
    path("", views.page, {"gabarit": "portail/accueil.html"}, name="accueil"),
    path("eligibilite", eligibilite.questionnaire, name="eligibilite"),
    path(
        "mentions-legales", views.page, {"gabarit": "portail/mentions_legales.html"}, name="mentions-legales"
    ),
    path("accessibilite", views.page, {"gabarit": "portail/accessibilite.html"}, name="accessibilite"),
    path(
        "donnees-personnelles",
        views.page,
        {"gabarit": "portail/donnees_personnelles.html"},
        name="donnees-personnelles",
    ),
    path("contact", views.page, {"gabarit": "portail/contact.html"}, name="contact"),
]
