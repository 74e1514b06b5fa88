"""Signing in, accounts, organisations, people."""

from django.urls import path

from habilitations.views.comptes import (
    compte,
    connexion,
    demonstration,
    mot_de_passe,
    organisations,
    ouverture_de_compte,
    personnes,
    proconnect,
    second_facteur,
    second_facteur_a_la_connexion,
    session,
)

urlpatterns = [
    path("connexion", connexion.connexion, name="connexion"),
    path("connexion/code", second_facteur_a_la_connexion.code, name="connexion-code"),
    path(
        "connexion/second-facteur",
        second_facteur_a_la_connexion.enrolement,
        name="connexion-second-facteur",
    ),
    path("connexion/proconnect", proconnect.partir, name="proconnect"),
    path("connexion/proconnect/retour", proconnect.revenir, name="proconnect-retour"),
    path("deconnexion/proconnect", proconnect.sorti, name="proconnect-sorti"),
    path("deconnexion", connexion.deconnexion, name="deconnexion"),
    path("session", session.session, name="session"),
    path("demonstration", demonstration.personnes, name="demonstration"),
    path("inscription", ouverture_de_compte.demander, name="ouverture-de-compte"),
    path("inscription/<str:jeton>", ouverture_de_compte.terminer, name="ouverture-de-compte-terminer"),
    path("mot-de-passe/oublie", mot_de_passe.oublie, name="mot-de-passe-oublie"),
    path(
        "mot-de-passe/nouveau/<str:uidb64>/<str:token>",
        mot_de_passe.Nouveau.as_view(),
        name="mot-de-passe-nouveau",
    ),
    path("compte", compte.compte, name="compte"),
    path("compte/nom", compte.nom, name="compte-nom"),
    path("compte/courriel", compte.courriel, name="compte-courriel"),
    path("compte/courriel/<str:jeton>", compte.confirmer_courriel, name="compte-courriel-confirmer"),
    path("compte/mot-de-passe", mot_de_passe.changer, name="compte-mot-de-passe"),
    path("compte/second-facteur", second_facteur.activer, name="second-facteur"),
    path("compte/second-facteur/retirer", second_facteur.retirer, name="second-facteur-retirer"),
    path("compte/second-facteur/codes", second_facteur.codes, name="second-facteur-codes"),
    path("compte/organisations/ajouter", organisations.ajouter, name="organisation-ajouter"),
    path(
        "compte/organisations/<int:organisation_id>/choisir",
        organisations.choisir,
        name="organisation-choisir",
    ),
    path(
        "compte/organisations/<int:organisation_id>/retirer",
        organisations.retirer,
        name="organisation-retirer",
    ),
    path("personnes", personnes.liste, name="roles"),
    path("personnes/<int:compte_id>", personnes.personne, name="personne"),
    path("personnes/<int:compte_id>/roles/<str:nom>/donner", personnes.donner, name="role-donner"),
    path("personnes/<int:compte_id>/roles/<str:nom>/retirer", personnes.retirer, name="role-retirer"),
    path(
        "personnes/<int:compte_id>/second-facteur",
        personnes.second_facteur_perdu,
        name="second-facteur-perdu",
    ),
    path("personnes/<int:compte_id>/incarner", personnes.incarner, name="incarnation"),
    path("incarnation/quitter", personnes.redevenir, name="incarnation-quitter"),
]
