"""Addresses in the HTML of mails: each a link, and not a sign of the sentence lost or taken with it."""

import html
import re

import pytest
from django.template.loader import render_to_string

from habilitations.courriels.liens import lier
from habilitations.models import Courriel
from tests.habilitations import scenes

SIMPLE = "https://api.example/demandes/12"
PARAMETRES = "https://api.example/retrait?cle=a-b_c&page=2&lt=3"
ANCREE = "http://127.0.0.1:8000/demandes/12/etapes/projet?verifier=1#id_intitule"
COURRIEL = "prenom.nom+api@ville.example"


def lus(rendu: str) -> tuple[str, list[str]]:
    """What one reads, and where the links lead."""
    return html.unescape(re.sub(r"<[^>]+>", "", rendu)), [
        html.unescape(cible) for cible in re.findall(r'<a href="([^"]*)">', rendu)
    ]


@pytest.mark.parametrize("adresse", [SIMPLE, PARAMETRES, ANCREE, COURRIEL])
@pytest.mark.parametrize(
    "phrase",
    [
        "Voir {}, puis revenir.", "Voir {}.", "(voir {})", "(voir {}).", "Voir ({}), puis", "Voir {} ;", "Voir {};",
        "« {} »", "«{}».", "« {}\xa0».", "Voir {}\u202f; puis", "« {}\u202f», puis", "Est-ce {}?", "Est-ce {}\xa0?",
        "Voir {}…", "Voir {}\n\nBonjour", "\"{}\",", "'{}'.", "<{}>,", "[{}];", "{}", "D'un côté {}, de l'autre {}.",
        "Lien :{}, fin",
    ],
)  # fmt: skip
def test_an_address_is_a_link_and_its_sentence_is_whole(phrase: str, adresse: str) -> None:
    texte = phrase.replace("{}", adresse)
    cible = f"mailto:{adresse}" if adresse == COURRIEL else adresse
    assert lus(lier(texte)) == (texte, [cible] * phrase.count("{}"))


@pytest.mark.parametrize(
    ("texte", "cibles"),
    [
        ("https://fr.wikipedia.example/Statut_(droit), et", ["https://fr.wikipedia.example/Statut_(droit)"]),
        ("(https://fr.wikipedia.example/Statut_(droit))", ["https://fr.wikipedia.example/Statut_(droit)"]),
        ("Notre site.com et ville.fr, javascript:alert(1)", []),
        ("<script>alert('https')</script>", []),
        ("https://[::1/ ou https://", ["https://[::1/"]),
        ("a@b, @c.fr", []),
    ],
)
def test_only_what_is_written_as_an_address_is_one(texte: str, cibles: list[str]) -> None:
    assert lus(lier(texte)) == (texte, cibles)
    assert "<script" not in lier(texte)


def test_an_address_does_not_leave_its_attribute() -> None:
    rendu = lier("https://api.example/?a='onclick=x&b=<b>\"c")
    assert rendu.count("<a ") == 1
    assert re.findall(r'<a href="([^"]*)">', rendu) == ["https://api.example/?a=&#x27;onclick=x&amp;b="]


@pytest.mark.django_db
def test_a_mail_s_html_says_what_its_text_says() -> None:
    scenes.demande("soumise")
    assert Courriel.objects.exists()
    for courriel in Courriel.objects.all():
        corps = re.sub(r"<br>|</p>", "\n", courriel.html.partition("</h1>")[2])
        assert html.unescape(re.sub(r"<[^>]+>", "", corps)).split() == courriel.texte.split()


def test_a_long_address_may_break_on_a_telephone() -> None:
    """As links to be taken once are: a signed key of two hundred letters."""
    corps = render_to_string("courriels/_enveloppe.html", {"objet": "Objet", "texte": "Lisez."})
    assert re.search(r"body \{[^}]*overflow-wrap: anywhere", corps)
