"""What every template and every public page must be, whoever writes it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import loader
from django.urls import URLResolver, get_resolver

from tests.portail.pages import FICHIERS, VARIANTES, chemins_publics, lire

GABARITS = Path(settings.BASE_DIR) / "templates"
#: Pages alone: the frame of the mails is no page of the site.
PAGES = sorted(
    chemin for chemin in GABARITS.rglob("*.html") if chemin != GABARITS / "courriels" / "_enveloppe.html"
)
ERREURS = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html")
PUBLIQUES = [chemin for chemin in chemins_publics() if not chemin.endswith(FICHIERS)]

#: What every answer tells the browser.
PROTECTIONS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Frame-Options": "DENY",
}

INTERDITS = {
    "script en ligne": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I),
    "feuille de style en ligne": re.compile(r"<style\b", re.I),
    "attribut style": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "gestionnaire en attribut": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "adresse javascript:": re.compile(r"=\s*[\"']?\s*javascript:", re.I),
    "ressource d'un autre site": re.compile(
        r"<(?:script|img|iframe|source|use)\b[^>]*\s(?:src|href)=[\"'](?:https?:)?//|<link\b[^>]*\shref=[\"'](?:https?:)?//",
        re.I,
    ),
}


def fautes(html: str) -> list[str]:
    return [f"{nom} : {trouve[0][:80]}" for nom, motif in INTERDITS.items() if (trouve := motif.search(html))]


JETON = "{% csrf_token %}"


def formulaires_post(source: str) -> list[str]:
    formulaires = re.findall(r"<form\b.*?</form>", source, re.S | re.I)
    return [un for un in formulaires if re.search(r"method\s*=\s*[\"']?post", un, re.I)]


@pytest.mark.parametrize(
    "html",
    [
        "<script>x()</script>",
        '<script type="module">x()</script>',
        "<style>p{}</style>",
        '<p class="a" style="color:red">',
        "<p\n   style='x'>",
        '<button onclick="x()">',
        '<a href="javascript:x()">',
        '<img alt="" src="https://ailleurs.test/x.png">',
        '<link rel="stylesheet" href="//ailleurs.test/x.css">',
    ],
)
def test_inline_scripts_and_styles_are_recognised(html):
    assert fautes(html)


def test_no_template_has_an_inline_script_or_style():
    assert {str(un): trouvees for un in PAGES if (trouvees := fautes(un.read_text()))} == {}


@pytest.mark.parametrize(
    ("source", "protege"),
    [
        ('<form method="post">{% csrf_token %}<input name="q"></form>', True),
        ('<form method="post"><input name="q"></form>{% csrf_token %}', False),
        ("<form\n class='a' method=POST></form>", False),
        ('<form method="get"></form>', None),
    ],
)
def test_a_form_that_posts_without_csrf_token_is_recognised(source, protege):
    posts = formulaires_post(source)
    assert ([JETON in un for un in posts] or [None]) == [protege]


def test_every_form_that_posts_has_its_csrf_token():
    posts = {str(un): trouves for un in PAGES if (trouves := formulaires_post(un.read_text()))}
    assert len(posts) > 30
    assert [nom for nom, trouves in posts.items() if not all(JETON in un for un in trouves)] == []


#: The pages where a visitor types what no address may hold.
SAISIES = {"/essayer/ecriture"}


def test_every_page_has_a_title():
    pages = [
        un for un in PAGES if not un.name.startswith("_") and '{% extends "base.html" %}' in un.read_text()
    ]
    assert len(pages) > 30
    assert [str(un) for un in pages if not re.search(r"{% block titre %}\s*\S", un.read_text())] == []


def _noms_de_pages(resolveur: URLResolver, prefixe: str = "") -> set[str]:
    noms = set()
    for motif in resolveur.url_patterns:
        if isinstance(motif, URLResolver):
            # A site of administration answers to its own name and to that of its application.
            for espace in {motif.namespace, motif.app_name}:
                noms |= _noms_de_pages(motif, f"{prefixe}{espace}:" if espace else prefixe)
        elif motif.name:
            noms.add(prefixe + motif.name)
    return noms


def test_every_address_that_a_template_names_exists():
    """`{% url "page" as adresse %}` says nothing of a page that does not exist: the link would just be missing."""
    connues = _noms_de_pages(get_resolver())
    nommees = {
        (gabarit.name, nom)
        for gabarit in GABARITS.rglob("*.html")
        for nom in re.findall(r"""{%\s*url\s+["']([^"']+)["']""", gabarit.read_text())
    }
    assert len(nommees) > 100
    assert [(gabarit, nom) for gabarit, nom in sorted(nommees) if nom not in connues] == []


def test_the_text_of_mails_is_not_escaped_word_by_word():
    """Their engine escapes nothing: a mark for it would be a leftover, or a mail that counts on another engine."""
    for gabarit in (GABARITS / "courriels").glob("*.txt"):
        assert not re.search(r"\|\s*safe\b|autoescape", gabarit.read_text()), gabarit.name


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", [*PUBLIQUES, *VARIANTES])
def test_a_visitor_reads_every_public_page(client, chemin):
    response = client.get(chemin)
    assert response.status_code == 200, response.headers
    page = lire(response)
    assert fautes(response.content.decode()) == []
    assert page.tous("html")[0]["lang"] == "fr"
    assert page.titre.endswith("— API Statut étudiant")
    assert len(page.tous("h1")) == 1
    assert len(page.tous("main")) == 1
    identifiants = [attributs["id"] for _, attributs in page.elements if "id" in attributs]
    assert len(identifiants) == len(set(identifiants))
    # Skip links, and every other link within the page, lead somewhere.
    internes = {lien[1:] for lien in page.liens() if lien.startswith("#")}
    assert {"contenu", "navigation", "pied"} <= internes <= set(identifiants)


@pytest.mark.django_db
def test_two_pages_never_have_the_same_title(client):
    titres = [lire(client.get(chemin)).titre for chemin in [*PUBLIQUES, *VARIANTES[:4]]]
    assert len(titres) == len(set(titres))


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", [*PUBLIQUES, "/introuvable", "/habilitations-publiques.csv"])
def test_every_answer_has_the_headers_that_protect_the_browser(client, chemin):
    entetes = client.get(chemin).headers
    assert {nom: entetes[nom] for nom in PROTECTIONS} == PROTECTIONS
    csp = entetes["Content-Security-Policy"]
    assert "unsafe" not in csp
    assert "default-src 'none'" in csp
    assert "frame-ancestors 'none'" in csp
    assert entetes["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", PUBLIQUES)
def test_a_visitor_reads_a_public_page_by_get_and_head_only(client, chemin):
    if chemin not in SAISIES:
        assert client.post(chemin).status_code == 405
    assert client.head(chemin).status_code == 200


@pytest.mark.parametrize("nom", ERREURS)
def test_error_pages_need_neither_context_nor_database(nom, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        html = loader.get_template(nom).render()
    assert fautes(html) == []
    assert 'lang="fr"' in html
    assert "Revenir à l'accueil" in html


@pytest.mark.parametrize(
    "feuille", sorted((settings.BASE_DIR / "statut_etudiant" / "static").rglob("*.css")), ids=lambda f: f.name
)
def test_every_style_sheet_closes_its_braces(feuille):
    profondeur = 0
    for ligne in re.sub(r"/\*.*?\*/", "", feuille.read_text(), flags=re.S).splitlines():
        profondeur += ligne.count("{") - ligne.count("}")
        # A rule inside a rule is a merge gone wrong; inside @media it is not.
        assert 0 <= profondeur <= 2, ligne
    assert profondeur == 0
