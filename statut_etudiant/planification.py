"""What beat sends, and when. Each task finds its work in the database: a message lost or doubled changes nothing."""

from typing import Any

from celery.schedules import crontab

from statut_etudiant.environnement import env

#: Tasks that a declared maintenance does not hold back: their message is the work, or they write nothing.
PENDANT_LA_MAINTENANCE = {
    "statut_etudiant.disponibilite.tasks.sonder",
    "statut_etudiant.disponibilite.tasks.enregistrer",
}

Planification = dict[str, dict[str, Any]]

CELERY_BEAT_SCHEDULE: Planification = {
    "lots en attente": {"task": "referentiel.tasks.traiter_lots", "schedule": 10, "options": {"expires": 10}},
    "courriels à envoyer": {
        "task": "habilitations.tasks.envoyer_courriels",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "webhooks à appeler": {
        "task": "habilitations.tasks.appeler_webhooks",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "formulaires envoyés": {
        "task": "referentiel.tasks.oublier_formulaires",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "échéances": {"task": "habilitations.tasks.prevenir", "schedule": crontab(hour=7, minute=30)},
    "documents à analyser": {
        "task": "habilitations.tasks.analyser_documents",
        "schedule": 120,
        "options": {"expires": 120},
    },
    "accès": {"task": "habilitations.tasks.nettoyer_acces", "schedule": crontab(hour=2, minute=50)},
    "rattachements": {
        "task": "habilitations.tasks.verifier_rattachements",
        "schedule": crontab(hour=2, minute=55),
    },
    "journal des échanges": {
        "task": "referentiel.tasks.entretenir_journal",
        "schedule": crontab(hour=3, minute=10),
    },
    "durées de conservation": {
        "task": "habilitations.tasks.conserver",
        "schedule": crontab(hour=3, minute=40),
    },
    "usages anormaux": {
        "task": "habilitations.tasks.surveiller",
        "schedule": crontab(minute=5),
        "options": {"expires": 1800},
    },
    "effacements demandés": {
        "task": "referentiel.tasks.effacer_etudiants",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "sceaux des journaux": {
        "task": "referentiel.tasks.sceller_journaux",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "contenu des dépôts": {
        "task": "referentiel.tasks.entretenir_lots",
        "schedule": crontab(hour=3, minute=20),
    },
    "bac à sable": {
        "task": "referentiel.tasks.restaurer_bac_a_sable",
        "schedule": crontab(hour=3, minute=30),
    },
    "doublons possibles": {
        "task": "referentiel.tasks.reperer_doublons",
        "schedule": crontab(hour=4, minute=15),
    },
    "couverture du référentiel": {
        "task": "referentiel.tasks.rafraichir_couverture",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 600},
    },
    "disponibilité": {
        "task": "statut_etudiant.disponibilite.tasks.sonder",
        "schedule": crontab(),
        "options": {"expires": 50},
    },
    "certificat de l'adresse publique": {
        "task": "statut_etudiant.disponibilite.tasks.relever_le_certificat",
        "schedule": crontab(minute=17),
        "options": {"expires": 3000},
    },
    "mesures anciennes": {
        "task": "statut_etudiant.disponibilite.tasks.oublier",
        "schedule": crontab(hour=3, minute=50),
    },
    "annonces anciennes": {
        "task": "statut_etudiant.annonces.tasks.entretenir",
        "schedule": crontab(hour=3, minute=55),
    },
    "nouveautés par courriel": {
        "task": "statut_etudiant.abonnements.tasks.annoncer",
        "schedule": crontab(hour=9, minute=7, day_of_week="mon-fri"),
    },
    "abonnements anciens": {
        "task": "statut_etudiant.abonnements.tasks.oublier",
        "schedule": crontab(hour=3, minute=57),
    },
    "statistiques publiques": {
        "task": "habilitations.tasks.calculer_statistiques",
        "schedule": crontab(minute="2-59/15"),
        "options": {"expires": 600},
    },
    "couvertures périmées": {
        "task": "referentiel.tasks.rafraichir_couvertures_perimees",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "premiers accès aux données d'une personne": {
        "task": "statut_etudiant.citoyens.tasks.annoncer_les_premiers_acces",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "listes du guichet": {
        "task": "statut_etudiant.guichet.tasks.traiter_listes",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "usages anormaux du guichet": {
        "task": "statut_etudiant.guichet.tasks.surveiller",
        # Just before the alerts are announced.
        "schedule": crontab(minute=3),
        "options": {"expires": 1800},
    },
    "guichet de vérification": {
        "task": "statut_etudiant.guichet.tasks.entretenir",
        "schedule": crontab(hour=3, minute=55),
    },
    "demandes des citoyens": {
        "task": "statut_etudiant.citoyens.tasks.entretenir",
        "schedule": crontab(hour=7, minute=40),
    },
}
if env("INES_VERIFICATION_URL"):
    CELERY_BEAT_SCHEDULE["identités à vérifier"] = {
        "task": "referentiel.tasks.verifier_identites",
        "schedule": 60,
        "options": {"expires": 50},
    }
