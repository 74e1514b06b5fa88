"""What every template and every public page must be, whoever writes it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import loader
from django.urls import URLResolver, get_resolver

from tests.portail.pages import VARIANTES, chemins_publics, lire

GABARITS = Path(settings.BASE_DIR) / "templates"
#: Pages alone: the frame of the mails is no page of the site.
PAGES = sorted(
    chemin for chemin in GABARITS.rglob("*.html") if chemin != GABARITS / "courriels" / "_enveloppe.html"
)
ERREURS = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html")
PUBLIQUES = [chemin for chemin in chemins_publics() if not chemin.endswith(".csv")]

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
def test_les_interdits_sont_reconnus(html):
    assert fautes(html)


@pytest.mark.parametrize("gabarit", PAGES, ids=lambda chemin: str(chemin.relative_to(GABARITS)))
def test_aucun_gabarit_n_a_de_script_ni_de_style_en_ligne(gabarit):
    assert fautes(gabarit.read_text()) == []


@pytest.mark.parametrize("gabarit", PAGES, ids=lambda chemin: str(chemin.relative_to(GABARITS)))
def test_chaque_formulaire_post_porte_le_jeton_csrf(gabarit):
    formulaires = re.findall(r"<form\b.*?</form>", gabarit.read_text(), re.S | re.I)
    posts = [un for un in formulaires if re.search(r"method\s*=\s*[\"']?post", un, re.I)]
    assert all("{% csrf_token %}" in un for un in posts)


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


def test_chaque_adresse_qu_un_gabarit_nomme_existe():
    """`{% url "page" as adresse %}` says nothing of a page that does not exist: the link would just be missing."""
    connues = _noms_de_pages(get_resolver())
    nommees = {
        (gabarit.name, nom)
        for gabarit in GABARITS.rglob("*.html")
        for nom in re.findall(r"""{%\s*url\s+["']([^"']+)["']""", gabarit.read_text())
    }
    assert len(nommees) > 100
    assert [(gabarit, nom) for gabarit, nom in sorted(nommees) if nom not in connues] == []


def test_le_texte_des_courriels_ne_se_protege_pas_mot_par_mot():
    """Their engine escapes nothing: a mark for it would be a leftover, or a mail that counts on another engine."""
    for gabarit in (GABARITS / "courriels").glob("*.txt"):
        assert not re.search(r"\|\s*safe\b|autoescape", gabarit.read_text()), gabarit.name


@pytest.mark.parametrize("gabarit", PAGES, ids=lambda chemin: str(chemin.relative_to(GABARITS)))
def test_chaque_page_a_un_titre(gabarit):
    source = gabarit.read_text()
    if gabarit.name.startswith("_") or '{% extends "base.html" %}' not in source:
        return
    assert re.search(r"{% block titre %}\s*\S", source)


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", [*PUBLIQUES, *VARIANTES])
def test_chaque_page_publique_est_lisible_par_tous(client, chemin):
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
def test_deux_pages_n_ont_jamais_le_meme_titre(client):
    titres = [lire(client.get(chemin)).titre for chemin in [*PUBLIQUES, *VARIANTES[:4]]]
    assert len(titres) == len(set(titres))


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", [*PUBLIQUES, "/introuvable", "/habilitations-publiques.csv"])
def test_chaque_reponse_porte_les_protections_du_navigateur(client, chemin):
    entetes = client.get(chemin).headers
    assert {nom: entetes[nom] for nom in PROTECTIONS} == PROTECTIONS
    csp = entetes["Content-Security-Policy"]
    assert "unsafe" not in csp
    assert "default-src 'none'" in csp
    assert "frame-ancestors 'none'" in csp
    assert entetes["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", PUBLIQUES)
def test_une_page_publique_ne_se_lit_que_par_get_ou_head(client, chemin):
    assert client.post(chemin).status_code == 405
    assert client.head(chemin).status_code == 200


@pytest.mark.parametrize("nom", ERREURS)
def test_les_pages_d_erreur_tiennent_sans_contexte_ni_base(nom, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        html = loader.get_template(nom).render()
    assert fautes(html) == []
    assert 'lang="fr"' in html
    assert "Revenir à l'accueil" in html


@pytest.mark.parametrize(
    "feuille", sorted((settings.BASE_DIR / "statut_etudiant" / "static").rglob("*.css")), ids=lambda f: f.name
)
def test_chaque_feuille_de_style_ferme_ses_accolades(feuille):
    profondeur = 0
    for ligne in re.sub(r"/\*.*?\*/", "", feuille.read_text(), flags=re.S).splitlines():
        profondeur += ligne.count("{") - ligne.count("}")
        # A rule inside a rule is a merge gone wrong; inside @media it is not.
        assert 0 <= profondeur <= 2, ligne
    assert profondeur == 0
