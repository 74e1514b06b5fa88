"""« Rechercher »: the words of the portal's pages, found by PostgreSQL as French.

Every page of the site map answers by its label and its description. Those that say something by themselves are read
besides, as a visitor reads them, once a day in each process: what they say has no other place to keep true.
Accents and endings do not matter: words are compared without them.
"""

import datetime
import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils import timezone
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from statut_etudiant.portail.plan import RUBRIQUES, Page
from statut_etudiant.portail.saisie import texte

#: Pages of the map that say something by themselves; the others are lists, forms or somebody's own.
LUES = (
    "accueil",
    "catalogue",
    "catalogue-lecture",
    "catalogue-franceconnect",
    "catalogue-ecriture",
    "nouveautes",
    "cas-d-usage",
    "demarrer",
    "webhooks-documentation",
    "api-organisation-documentation",
    "bac-a-sable",
    "erreurs",
    "guide-etablissements",
    "migrer",
    "version-3",
    "questions",
    "contact",
    "accessibilite",
    "schema-pluriannuel",
    "mentions-legales",
    "conditions",
    "donnees-personnelles",
)
LONGUEUR = 100

_INDEXER = """
SELECT (setweight(to_tsvector('french', titre), 'A') || setweight(to_tsvector('french', description), 'B')
        || to_tsvector('french', texte))::text
FROM unnest(%s::text[], %s::text[], %s::text[]) AS p(titre, description, texte)
"""
#: The pages, forty or so, are compared in the order of their relevance; only those that answer are quoted.
_CHERCHER = """
SELECT p.rang, ts_headline('french', p.texte, websearch_to_tsquery('french', %(saisie)s),
                           'StartSel="", StopSel="", MaxWords=30, MinWords=15')
FROM unnest(%(vecteurs)s::tsvector[], %(textes)s::text[]) WITH ORDINALITY AS p(vecteur, texte, rang),
     websearch_to_tsquery('french', %(mots)s) AS mots
WHERE p.vecteur @@ mots
ORDER BY ts_rank(p.vecteur, mots) DESC, p.rang
"""


class Document(NamedTuple):
    page: Page
    texte: str  # empty when the page is known by its description alone
    vecteur: str  # of PostgreSQL, as text


class Resultat(NamedTuple):
    page: Page
    extrait: str


def chercher(saisie: str) -> list[Resultat]:
    """The pages that have every word asked, the most relevant first. `saisie`: as people write in search engines."""
    lus = documents(timezone.localdate())
    parametres: dict[str, Any] = {
        "saisie": saisie,
        "mots": _sans_accent(saisie),
        "vecteurs": [document.vecteur for document in lus],
        "textes": [document.texte for document in lus],
    }
    with connection.cursor() as curseur:
        curseur.execute(_CHERCHER, parametres)
        return [Resultat(lus[rang - 1].page, extrait) for rang, extrait in curseur.fetchall()]


@lru_cache(maxsize=1)
def documents(jour: datetime.date) -> tuple[Document, ...]:
    """`jour`: today; pages of yesterday are read again."""
    pages = [page for rubrique in RUBRIQUES for page in rubrique.pages]
    textes = [_lire(page.adresse) if page.nom in LUES else "" for page in pages]
    colonnes = [page.libelle for page in pages], [page.description for page in pages], textes
    with connection.cursor() as curseur:
        curseur.execute(_INDEXER, [[*map(_sans_accent, colonne)] for colonne in colonnes])
        vecteurs = [vecteur for (vecteur,) in curseur.fetchall()]
    return tuple(
        Document(page, contenu, vecteur)
        for page, contenu, vecteur in zip(pages, textes, vecteurs, strict=True)
    )


def _lire(adresse: str) -> str:
    """As a visitor without an account."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", adresse, adresse
    request.user = AnonymousUser()
    vue = resolve(adresse)
    response: HttpResponse = vue.func(request, *vue.args, **vue.kwargs)
    (contenu,) = re.findall(r"<main\b.*?</main>", response.content.decode(), re.DOTALL)
    # Two cells, or two items, are not one word.
    return " ".join(unescape(strip_tags(contenu.replace("<", " <"))).split())


def _sans_accent(mots: str) -> str:
    decompose = unicodedata.normalize("NFKD", mots)
    return "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    saisie = texte(request, "q")[:LONGUEUR]
    resultats = chercher(saisie) if saisie else []
    return render(request, "portail/recherche.html", {"saisie": saisie, "resultats": resultats})
