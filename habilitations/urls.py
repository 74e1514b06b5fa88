from django.urls import include, path

from habilitations.admin import site
from habilitations.views import courriels
from habilitations.views.demandes import demande, espace, etapes, habilitation, non_informe
from habilitations.views.editeurs import urls as editeurs
from habilitations.views.instruction import urls as instruction
from habilitations.views.jetons import jetons, retrait_de_jeton
from habilitations.views.protection import urls as protection

urlpatterns = [
    path("", include("habilitations.urls_comptes")),
    path("", include("habilitations.urls_gestion")),
    path("", include("habilitations.urls_integrations")),
    path("compte/courriels", courriels.choisir, name="compte-courriels"),
    path("courriels/desabonnement/<str:jeton>", courriels.se_desabonner, name="courriels-desabonnement"),
    path("demonstration/courriels", courriels.boite, name="courriels-demonstration"),
    path("demonstration/courriels/<int:pk>", courriels.lire, name="courriel-demonstration"),
    *instruction.urlpatterns,
    *editeurs.urlpatterns,
    path("protection/", include(protection.urlpatterns)),
    path("administration/", site.admin_view(site.index), name="administration"),
    path("administration/", site.urls),
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
    path("demandes/non-informe/<str:jeton>", non_informe.page, name="demande-non-informe"),
    path("demandes/<int:pk>/reprendre", demande.reprendre, name="demande-reprendre"),
    path("demandes/<int:pk>", demande.demande, name="demande"),
    path("demandes/<int:pk>/etapes/<slug:etape>", etapes.etape, name="demande-etape"),
    path("demandes/<int:pk>/recapitulatif", demande.resume, name="demande-resume"),
    path("demandes/<int:pk>/actes/<slug:nom>", demande.acte, name="demande-acte"),
    path("demandes/<int:pk>/messages", demande.message, name="demande-message"),
    path("demandes/<int:pk>/documents/<int:document_id>", demande.document, name="demande-document"),
    path("habilitations", espace.habilitations, name="habilitations"),
    path("habilitations/<int:pk>", habilitation.habilitation, name="habilitation"),
]
