"""The pages about software editors: the ministry's, the editor's own, those of the administrations that delegate."""

from django.urls import path

from habilitations.views.editeurs import delegations, espace, formulaires, instruction, suivi

urlpatterns = [
    path("instruction/editeurs", instruction.liste, name="editeurs"),
    path("instruction/editeurs/designer", instruction.designer, name="editeur-designer"),
    path("instruction/editeurs/<int:pk>/retirer", instruction.retirer, name="editeur-retirer"),
    path("editeur", espace.espace, name="editeur"),
    path("editeur/jeton", espace.montrer, name="editeur-jeton"),
    path("editeur/jetons/<int:pk>/revoquer", espace.revoquer, name="editeur-jeton-revoquer"),
    path("editeur/jetons/<int:pk>/adresses", espace.adresses, name="editeur-jeton-adresses"),
    path("editeur/formulaires", formulaires.liste, name="editeur-formulaires"),
    path("editeur/formulaires/nouveau", formulaires.preparer, name="editeur-formulaire-nouveau"),
    path("editeur/formulaires/<uuid:cle>", formulaires.changer, name="editeur-formulaire"),
    path("editeur/formulaires/<uuid:cle>/retirer", formulaires.retirer, name="editeur-formulaire-retirer"),
    path("editeur/demandes", formulaires.demandes, name="editeur-demandes"),
    path("demandes/<int:pk>/editeur", suivi.suivi, name="demande-editeur"),
    path("habilitations/<int:pk>/delegations", delegations.liste, name="habilitation-delegations"),
    path("habilitations/<int:pk>/delegations/nouvelle", delegations.donner, name="habilitation-deleguer"),
    path("delegations/<uuid:cle>/reprendre", delegations.reprendre, name="delegation-reprendre"),
    path("delegations/<uuid:cle>/adresses", delegations.adresses, name="delegation-adresses"),
]
