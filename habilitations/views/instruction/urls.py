"""The ministry's pages, under /instruction/."""

from django.urls import path

from habilitations.views.instruction import (
    actes,
    dossier,
    filtres,
    habilitations,
    liste,
    modeles,
    statistiques,
)

urlpatterns = [
    path("instruction/demandes", liste.liste, name="instruction"),
    path("instruction/demandes.csv", liste.export, name="instruction-export"),
    path("instruction/demandes/<int:pk>", dossier.dossier, name="instruction-demande"),
    path("instruction/demandes/<int:pk>/messages", dossier.ecrire, name="instruction-message"),
    path("instruction/demandes/<int:pk>/rattachement", dossier.attester, name="instruction-rattachement"),
    path(
        "instruction/demandes/<int:pk>/documents/<int:document_id>",
        dossier.document,
        name="instruction-document",
    ),
    path("instruction/demandes/<int:pk>/actes/<slug:nom>", actes.acte, name="instruction-acte"),
    path("instruction/filtres", filtres.enregistrer, name="instruction-filtre-enregistrer"),
    path("instruction/filtres/<int:pk>/supprimer", filtres.supprimer, name="instruction-filtre-supprimer"),
    path("instruction/habilitations", habilitations.liste, name="instruction-habilitations"),
    path("instruction/habilitations.csv", habilitations.export, name="instruction-habilitations-export"),
    path("instruction/statistiques", statistiques.page, name="instruction-statistiques"),
    path("instruction/modeles", modeles.liste, name="modeles"),
    path("instruction/modeles/nouveau", modeles.nouveau, name="modele-nouveau"),
    path("instruction/modeles/<int:pk>", modeles.modele, name="modele"),
    path("instruction/modeles/<int:pk>/actif", modeles.activer, name="modele-actif"),
]
