"""What the pages of « Essayer » show, read as a visitor reads them: the call is made again from the command alone."""

import html
import re
import shlex
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client


class Montre(NamedTuple):
    """`appel`: the command's words, as a shell reads them once `JETON` has its value."""

    statut: int
    commande: str
    corps: str

    def refaire(self, **jetons: str) -> HttpResponse:
        """The same call, to the API itself."""
        texte = self.commande
        for nom, valeur in jetons.items():
            texte = texte.replace(f"${nom}", valeur)
        mots = shlex.split(texte)
        assert mots[:3] == ["curl", "--include", "--globoff"]
        methode, entetes, corps, adresse = "GET", {}, "", ""
        suite = iter(mots[3:])
        for mot in suite:
            if mot == "--request":
                methode = next(suite)
            elif mot == "--header":
                nom, _, valeur = next(suite).partition(": ")
                entetes[nom] = valeur
            elif mot == "--data-raw":
                corps = next(suite)
            else:
                adresse = mot
        vise = urlsplit(adresse)
        chemin = f"{vise.path}?{vise.query}" if vise.query else vise.path
        type_ = entetes.pop("Content-Type", "application/json")
        return Client().generic(methode, chemin, corps.encode(), type_, headers=entetes)


def lire(reponse: HttpResponse) -> Montre:
    page = reponse.content.decode()
    corps = re.search(r'<textarea[^>]*id="brut"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    statut = re.search(r"Réponse\s:\s*(\d+)", page)
    commande = re.search(r'<code id="commande">(.*?)</code>', page, re.DOTALL)
    assert corps
    assert statut
    assert commande
    return Montre(int(statut[1]), html.unescape(commande[1]), html.unescape(corps[1]))


def corps_prepare(page: Any) -> str:
    """The request's body, as the page offers it to be changed."""
    trouve = re.search(r'<textarea[^>]*id="corps"[^>]*>(.*?)</textarea>', page.content.decode(), re.DOTALL)
    assert trouve
    return html.unescape(trouve[1])
