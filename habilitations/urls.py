from django.urls import path

from habilitations.views import (
    compte,
    connexion,
    demande,
    demonstration,
    espace,
    etapes,
    habilitation,
    jetons,
    retrait_de_jeton,
    second_facteur_a_la_connexion,
)
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
    path("habilitations/<int:pk>/jetons", jetons.jetons, name="habilitation-jetons"),
    path("habilitations/<int:pk>/jetons/lien", jetons.envoyer, name="habilitation-lien"),
    path("jetons/retrait/<str:secret>", retrait_de_jeton.retirer, name="jeton-retrait"),
    path("jetons/<int:pk>/revoquer", jetons.revoquer, name="jeton-revoquer"),
    path("jetons/<int:pk>/prolonger", jetons.prolonger, name="jeton-prolonger"),
    path("jetons/<int:pk>/adresses", jetons.adresses, name="jeton-adresses"),
    path("jetons/<int:pk>/consommation", jetons.consommation, name="jeton-consommation"),
    path("demandes/<int:pk>/bac-a-sable", retrait_de_jeton.essayer, name="demande-bac-a-sable"),
    path("demandes", espace.demandes, name="demandes"),
    path("demandes/nouvelle", espace.creation, name="demande-nouvelle"),
    path("demandes/<int:pk>", demande.demande, name="demande"),
    path("demandes/<int:pk>/etapes/<slug:etape>", etapes.etape, name="demande-etape"),
    path("demandes/<int:pk>/recapitulatif", demande.resume, name="demande-resume"),
    path("demandes/<int:pk>/actes/<slug:nom>", demande.acte, name="demande-acte"),
    path("demandes/<int:pk>/messages", demande.message, name="demande-message"),
    path("demandes/<int:pk>/documents/<int:document_id>", demande.document, name="demande-document"),
    path("habilitations", espace.habilitations, name="habilitations"),
    path("habilitations/<int:pk>", habilitation.habilitation, name="habilitation"),
]
