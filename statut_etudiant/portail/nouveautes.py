"""« Nouveautés »: what changed for who uses the APIs, as a page and as an Atom feed.

To announce a change is to add it at the head of `NOUVEAUTES`, in the commit that makes it.
"""

import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from habilitations.eligibilite.genres import ECRITURE, FRANCE_CONNECT, LECTURE


class Nouveaute(NamedTuple):
    """`cle`: its anchor, and its identity in the feed: never changes. `apis`: those it is about. `page`: the name of
    the URL where it is used or told, `lien` its label."""

    cle: str
    jour: datetime.date
    titre: str
    texte: str
    apis: tuple[str, ...]
    page: str
    lien: str


#: The latest first.
NOUVEAUTES = (
    Nouveaute(
        "guichet-de-verification",
        datetime.date(2026, 11, 28),
        "Vérifier un statut sans logiciel",
        "Une administration habilitée désigne des agents, qui vérifient une personne ou une liste dans une page du "
        "site, avec une preuve imprimable. Il n'y a rien à développer, ni jeton à protéger.",
        (LECTURE,),
        "eligibilite",
        "Vérifier mon éligibilité",
    ),
    Nouveaute(
        "editeurs-delegations",
        datetime.date(2026, 11, 28),
        "Un seul jeton pour les éditeurs de logiciels",
        "Une administration délègue son habilitation de lecture à l'éditeur de son logiciel, et la reprend quand elle "
        "veut, dès l'appel suivant. L'éditeur appelle pour tous ses clients avec un seul jeton, prépare leur "
        "formulaire de demande, et en suit l'avancement s'ils l'acceptent.",
        (LECTURE,),
        "questions",
        "Lire les questions fréquentes",
    ),
    Nouveaute(
        "disponibilite-statistiques-couverture",
        datetime.date(2026, 11, 28),
        "Disponibilité, statistiques et couverture, au grand jour",
        "L'état du service est mesuré chaque minute, avec ses incidents et leur flux Atom. Deux mois d'appels, la "
        "carte de couverture et la liste des habilitations se lisent en ligne et se téléchargent avec leur schéma.",
        (LECTURE, FRANCE_CONNECT, ECRITURE),
        "disponibilite",
        "Voir l'état du service",
    ),
    Nouveaute(
        "documents-openapi-par-lecteur",
        datetime.date(2026, 11, 28),
        "Un document OpenAPI par usage",
        "La lecture en version 2, en version 3, par FranceConnect, et l'écriture ont chacune leur document OpenAPI. Le "
        "catalogue des erreurs se lit aussi par un programme, à l'adresse /api/errors.",
        (LECTURE, FRANCE_CONNECT, ECRITURE),
        "api-docs",
        "Ouvrir la documentation",
    ),
    Nouveaute(
        "jeton-jwt",
        datetime.date(2026, 11, 28),
        "Des jetons au format JWT",
        "Le jeton de lecture existe aussi au format JWT, pour les logiciels qui l'exigent. Le format court reste celui "
        "par défaut.",
        (LECTURE,),
        "demarrer",
        "Faire un premier appel",
    ),
    Nouveaute(
        "certificats",
        datetime.date(2026, 11, 28),
        "Des certificats que chacun peut vérifier",
        "Un étudiant établit un certificat, choisit ce qu'il montre et le retire quand il veut. En version 3, "
        "l'en-tête X-Generate-Proof joint à une réponse une preuve que d'autres peuvent vérifier.",
        (LECTURE,),
        "verifier",
        "Vérifier un certificat",
    ),
    Nouveaute(
        "premiere-version",
        datetime.date(2026, 11, 21),
        "Ouverture du service",
        "Lecture par jeton en versions 2 et 3, lecture par FranceConnect, écriture par les établissements, et "
        "habilitations en ligne.",
        (LECTURE, FRANCE_CONNECT, ECRITURE),
        "catalogue",
        "Comparer les API",
    ),
)


def derniere(api: str) -> datetime.date:
    """The day of the last change of this API."""
    return max(une.jour for une in NOUVEAUTES if api in une.apis)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/nouveautes.html", {"nouveautes": NOUVEAUTES})


@login_not_required
@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Feed readers ask it without a cookie nor a token."""
    adresse = settings.ADRESSE_PUBLIQUE + reverse("nouveautes")
    flux = Atom1Feed(
        title="API Statut étudiant : nouveautés",
        link=adresse,
        description="",
        language="fr",
        feed_url=settings.ADRESSE_PUBLIQUE + reverse("nouveautes-atom"),
    )
    for une in NOUVEAUTES:
        instant = datetime.datetime.combine(une.jour, datetime.time(), tzinfo=datetime.UTC)
        flux.add_item(
            title=une.titre,
            link=f"{adresse}#{une.cle}",
            unique_id=f"{adresse}#{une.cle}",
            description=une.texte,
            pubdate=instant,
            updateddate=instant,
        )
    return HttpResponse(flux.writeString("utf-8"), content_type=flux.content_type)
