from django.urls import path

from habilitations.views.protection import alertes, journal, personnes

urlpatterns = [
    path("journal", journal.chercher, name="journal-echanges"),
    path("journal/<uuid:cle>", journal.resultats, name="journal-resultats"),
    path("journal/<uuid:cle>/export", journal.exporter, name="journal-export"),
    path("journal/<uuid:cle>/violation", journal.violation, name="journal-violation"),
    path("journal/<uuid:cle>/copie", personnes.copier, name="journal-copie"),
    path("journal/<uuid:cle>/effacement", personnes.effacer, name="journal-effacement"),
    path("comptes", personnes.copier_un_compte, name="copie-de-compte"),
    path("effacements", personnes.liste, name="effacements"),
    path("alertes", alertes.liste, name="alertes"),
    path("alertes/<int:alerte_id>/vue", alertes.voir, name="alerte-vue"),
    path("suspensions/<int:suspension_id>/rendre", alertes.rendre, name="suspension-rendre"),
    path("registre", alertes.registre, name="registre-des-traitements"),
]
