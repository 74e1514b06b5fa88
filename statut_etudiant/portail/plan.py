"""Where everything is: the site map for people, sitemap.xml and robots.txt for search engines, from one table."""

from typing import NamedTuple
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from statut_etudiant.portail.descriptions import DESCRIPTIONS
from statut_etudiant.portail.fiches import FICHES


class Page(NamedTuple):
    libelle: str
    nom: str  # of its URL

    @property
    def adresse(self) -> str:
        return reverse(self.nom)

    @property
    def description(self) -> str:
        return DESCRIPTIONS[self.nom]


class Rubrique(NamedTuple):
    titre: str
    pages: tuple[Page, ...]


#: Every page that a visitor may open without having been sent there (a test compares it with the addresses).
RUBRIQUES = (
    Rubrique(
        "Découvrir",
        (
            Page("Accueil", "accueil"),
            Page("Les API", "catalogue"),
            *(Page(fiche.nom, fiche.page) for fiche in FICHES),
            Page("Établissements couverts", "etablissements-couverts"),
            Page("Carte de couverture", "couverture"),
            Page("Habilitations publiques", "habilitations-publiques"),
            Page("Statistiques", "statistiques"),
            Page("Disponibilité", "disponibilite"),
            Page("Données ouvertes", "donnees-ouvertes"),
            Page("Nouveautés", "nouveautes"),
            Page("Nouveautés par courriel", "abonnement"),
        ),
    ),
    Rubrique(
        "Demander un accès",
        (
            Page("Suis-je éligible ?", "eligibilite"),
            Page("Formulaires tout prêts", "cas-d-usage"),
            Page("Se connecter", "connexion"),
            Page("Créer un compte", "ouverture-de-compte"),
        ),
    ),
    Rubrique(
        "Développer",
        (
            Page("Documentation de l'API", "api-docs"),
            Page("Démarrage rapide", "demarrer"),
            Page("Webhooks", "webhooks-documentation"),
            Page("API de vos demandes", "api-organisation-documentation"),
            Page("Essayer l'API", "essayer"),
            Page("Essayer avec FranceConnect", "essayer-franceconnect"),
            Page("Essayer l'écriture", "essayer-ecriture"),
            Page("Bac à sable", "bac-a-sable"),
            Page("Erreurs de l'API", "erreurs"),
            Page("Guide des établissements", "guide-etablissements"),
            Page("Migrer depuis API Particulier", "migrer"),
            Page("Passer à la version 3", "version-3"),
        ),
    ),
    Rubrique(
        "Étudiants et certificats",
        (
            Page("Mon statut étudiant", "mon-espace"),
            Page("Vérifier un certificat", "verifier"),
            Page("L'attestation numérique", "attestation-numerique"),
        ),
    ),
    Rubrique(
        "Aide et informations légales",
        (
            Page("Questions fréquentes", "questions"),
            Page("Contact", "contact"),
            Page("Accessibilité", "accessibilite"),
            Page("Schéma pluriannuel d'accessibilité", "schema-pluriannuel"),
            Page("Mentions légales", "mentions-legales"),
            Page("Conditions générales d'utilisation", "conditions"),
            Page("Données personnelles", "donnees-personnelles"),
            Page("Rechercher", "rechercher"),
            Page("Plan du site", "plan"),
        ),
    ),
)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/plan.html", {"rubriques": RUBRIQUES})


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    adresses = "".join(
        f"<url><loc>{escape(settings.ADRESSE_PUBLIQUE + page.adresse)}</loc></url>\n"
        for rubrique in RUBRIQUES
        for page in rubrique.pages
    )
    return HttpResponse(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{adresses}</urlset>\n',
        content_type="application/xml; charset=utf-8",
    )


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Only what is really in service is to be found by search engines: never a demonstration."""
    if settings.ENVIRONNEMENT != "production":
        regles = "Disallow: /\n"
    else:
        regles = (
            "Allow: /api/docs\nDisallow: /api/\nDisallow: /v3/\n\n"
            f"Sitemap: {settings.ADRESSE_PUBLIQUE}{reverse('sitemap')}\n"
        )
    return HttpResponse(f"User-agent: *\n{regles}", content_type="text/plain; charset=utf-8")
