from django.urls import path

from statut_etudiant.portail import (
    apercu,
    bac_a_sable,
    carte,
    catalogue,
    couverture,
    demarrer,
    documentation,
    donnees_ouvertes,
    eligibilite,
    essai,
    habilitations,
    migration,
    nouveautes,
    plan,
    recherche,
    statistiques,
    views,
    webhooks,
)

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("catalogue", catalogue.page, name="catalogue"),
    *(
        path(f"catalogue/{fiche.type}", catalogue.fiche, {"type_": fiche.type}, name=fiche.page)
        for fiche in catalogue.FICHES
    ),
    path("nouveautes", nouveautes.page, name="nouveautes"),
    path("nouveautes.atom", nouveautes.atom, name="nouveautes-atom"),
    path("questions-frequentes", views.questions, name="questions"),
    path("rechercher", recherche.page, name="rechercher"),
    path("plan-du-site", plan.page, name="plan"),
    path("sitemap.xml", plan.sitemap, name="sitemap"),
    path("robots.txt", plan.robots, name="robots"),
    path("eligibilite", eligibilite.questionnaire, name="eligibilite"),
    path("bac-a-sable", bac_a_sable.page, name="bac-a-sable"),
    path("api/docs", documentation.page, name="api-docs"),
    path("demarrer", demarrer.page, name="demarrer"),
    path("documentation/webhooks", webhooks.page, name="webhooks-documentation"),
    path("essayer", essai.page, name="essayer"),
    path("migrer-depuis-api-particulier", migration.page, name="migrer"),
    path("etablissements-couverts", couverture.page, name="etablissements-couverts"),
    path("couverture", carte.page, name="couverture"),
    path("couverture.csv", carte.en_csv, name="couverture-csv"),
    path("habilitations-publiques", habilitations.page, name="habilitations-publiques"),
    path("habilitations-publiques.csv", habilitations.en_csv, name="habilitations-publiques-csv"),
    path("habilitations-publiques/H<int:numero>", habilitations.une, name="habilitation-publique"),
    path("statistiques", statistiques.page, name="statistiques"),
    path("statistiques.csv", statistiques.en_csv, name="statistiques-csv"),
    path("donnees-ouvertes", donnees_ouvertes.page, name="donnees-ouvertes"),
    path("donnees-ouvertes/<slug:nom>.schema.json", donnees_ouvertes.schema, name="donnees-ouvertes-schema"),
    path("donnees-ouvertes/<slug:nom>.json", donnees_ouvertes.ressource, name="donnees-ouvertes-ressource"),
    path(
        "mentions-legales", views.page, {"gabarit": "portail/mentions_legales.html"}, name="mentions-legales"
    ),
    path("accessibilite", views.page, {"gabarit": "portail/accessibilite.html"}, name="accessibilite"),
    path("donnees-personnelles", views.donnees_personnelles, name="donnees-personnelles"),
    path("contact", views.page, {"gabarit": "portail/contact.html"}, name="contact"),
    path(
        "conditions-generales",
        views.page,
        {"gabarit": "portail/conditions_generales.html"},
        name="conditions",
    ),
    path("demandes/apercu", apercu.apercu, name="apercu-scopes"),
]
