"""What an organisation's software is connected to: its webhooks, its keys."""

from django.urls import path

from habilitations.views.integrations import accueil, cles, webhooks

urlpatterns = [
    path("integrations", accueil.accueil, name="integrations"),
    path("integrations/cles/nouvelle", cles.nouvelle, name="cle-nouvelle"),
    path("integrations/cles/<uuid:cle>/revoquer", cles.revoquer, name="cle-revoquer"),
    path("integrations/webhooks/nouveau", webhooks.nouveau, name="webhook-nouveau"),
    path("integrations/webhooks/<uuid:cle>", webhooks.page, name="webhook"),
    path("integrations/webhooks/<uuid:cle>/evenements", webhooks.choisir, name="webhook-choisir"),
    path("integrations/webhooks/<uuid:cle>/essayer", webhooks.essayer, name="webhook-essayer"),
    path("integrations/webhooks/<uuid:cle>/activer", webhooks.activer, name="webhook-activer"),
    path("integrations/webhooks/<uuid:cle>/arreter", webhooks.arreter, name="webhook-arreter"),
    path("integrations/webhooks/<uuid:cle>/secret", webhooks.secret, name="webhook-secret"),
    path("integrations/webhooks/<uuid:cle>/supprimer", webhooks.supprimer, name="webhook-supprimer"),
    path("integrations/webhooks/<uuid:cle>/envois/<int:pk>", webhooks.envoi, name="webhook-envoi"),
    path(
        "integrations/webhooks/<uuid:cle>/envois/<int:pk>/rejouer", webhooks.rejouer, name="webhook-rejouer"
    ),
]
