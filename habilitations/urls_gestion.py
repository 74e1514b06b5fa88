"""What the establishments' admin holds of accounts and habilitations: colleagues, write tokens."""

from django.urls import path

from habilitations.views.gestion import collegues, invitation

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
]
