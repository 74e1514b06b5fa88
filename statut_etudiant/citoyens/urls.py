"""The citizens' pages, all under `session.RACINE`; those of who answers them; those that a mail's link opens."""

from django.urls import path

from statut_etudiant.citoyens.views import certificats, demandes, duree, entree, liens, pages, suivi

urlpatterns = [
    path("mon-espace", entree.accueil, name="mon-espace"),
    path("mon-espace/connexion", entree.partir, name="citoyen-connexion"),
    path("mon-espace/retour", entree.revenir, name="citoyen-retour"),
    path("mon-espace/deconnexion", entree.sortir, name="citoyen-deconnexion"),
    path("mon-espace/sorti", entree.sorti, name="citoyen-sorti"),
    path("mon-espace/session", duree.session, name="citoyen-session"),
    path("mon-espace/statut", pages.mon_statut, name="mon-statut"),
    path("mon-espace/consultations", pages.mes_consultations, name="mes-consultations"),
    *(
        path(
            f"mon-espace/consultations.{format_}",
            pages.exporter,
            {"format_": format_},
            name=f"mes-consultations-{format_}",
        )
        for format_ in ("csv", "json", "pdf")
    ),
    path(
        "mon-espace/consultations/<int:echange_id>/contester",
        demandes.contester,
        name="consultation-contester",
    ),
    path("mon-espace/demandes", demandes.mes_demandes, name="mes-demandes"),
    path("mon-espace/demandes/rectification", demandes.rectifier, name="rectification-demander"),
    path("mon-espace/certificats", certificats.mes_certificats, name="mes-certificats"),
    path("mon-espace/certificats/nouveau", certificats.etablir, name="certificat-etablir"),
    path("mon-espace/certificats/<int:pk>/prolonger", certificats.prolonger, name="certificat-prolonger"),
    path("mon-espace/certificats/<int:pk>/retirer", certificats.retirer, name="certificat-retirer"),
    path("mon-espace/certificats/<int:pk>.sd-jwt", certificats.numerique, name="certificat-numerique"),
    path("mon-espace/courriel", demandes.mon_courriel, name="mon-courriel"),
    path("mon-espace/courriel/retirer", demandes.retirer_mon_courriel, name="mon-courriel-retirer"),
    path("mon-espace/courriel/prouver/<str:secret>", liens.prouver, name="citoyen-courriel-prouver"),
    path("mon-espace/courriel/arreter/<str:secret>", liens.arreter, name="citoyen-courriel-arreter"),
    path("contestations/repondre/<str:secret>", liens.repondre, name="contestation-repondre"),
    path("suivi/rectifications", suivi.liste_des_rectifications, name="suivi-rectifications"),
    path("suivi/rectifications/<int:pk>", suivi.rectification, name="suivi-rectification"),
    path("suivi/contestations", suivi.liste_des_contestations, name="suivi-contestations"),
    path("suivi/contestations/<int:pk>", suivi.contestation, name="suivi-contestation"),
]
