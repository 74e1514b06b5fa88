"""What the establishments' admin holds of accounts and habilitations: colleagues, write tokens."""

from django.urls import path

from habilitations.views.gestion import collegues, invitation, jetons

urlpatterns = [
    path("gestion/collegues", collegues.liste, name="gestion-collegues"),
    path("gestion/collegues/ajouter", collegues.ajouter, name="gestion-collegue-ajouter"),
    path("gestion/collegues/<int:pk>/retirer", collegues.retirer, name="gestion-collegue-retirer"),
    path(
        "gestion/invitations/<int:pk>/annuler",
        collegues.annuler_invitation,
        name="gestion-invitation-annuler",
    ),
    path("gestion/invitation/<str:secret>", invitation.ouvrir, name="gestion-invitation"),
    path("gestion/jetons", jetons.liste, name="gestion-jetons"),
    path("gestion/jetons/habilitations/<int:pk>/lien", jetons.envoyer, name="gestion-habilitation-lien"),
    path(
        "gestion/jetons/habilitations/<int:pk>/montrer", jetons.montrer, name="gestion-habilitation-montrer"
    ),
    path("gestion/jetons/<int:pk>/revoquer", jetons.revoquer, name="gestion-jeton-revoquer"),
    path("gestion/jetons/<int:pk>/prolonger", jetons.prolonger, name="gestion-jeton-prolonger"),
    path("gestion/jetons/<int:pk>/adresses", jetons.adresses, name="gestion-jeton-adresses"),
    path("gestion/jetons/<int:pk>/consommation", jetons.consommation, name="gestion-jeton-consommation"),
]
