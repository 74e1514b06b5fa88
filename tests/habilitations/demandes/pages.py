"""Forms as a browser without script fills and sends them: what the page holds, and what the person changes."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client

Champs = dict[str, list[str]]


class _Lecteur(HTMLParser):
    """The page's forms with their fields, its links, its identifiers."""

    def __init__(self) -> None:
        super().__init__()
        self.formulaires: list[tuple[dict[str, str | None], Champs]] = []
        self.zone: tuple[str, list[str]] | None = None
        self.choix: str | None = None
        self.identifiants: list[str] = []
        self.liens: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if a.get("id"):
            self.identifiants.append(a["id"] or "")
        if tag == "a" and a.get("href"):
            self.liens.append(a["href"] or "")
        if tag == "form":
            self.formulaires.append((a, {}))
        if not self.formulaires:
            return
        champs = self.formulaires[-1][1]
        nom = a.get("name") or ""
        if tag == "textarea":
            self.zone = (nom, [])
        elif tag == "select":
            self.choix = nom
        elif tag == "option" and self.choix and "selected" in a:
            champs.setdefault(self.choix, []).append(a.get("value") or "")
        elif tag == "input" and nom and a.get("type") not in {"file", "submit"}:
            if a.get("type") in {"checkbox", "radio"} and "checked" not in a:
                return
            champs.setdefault(nom, []).append(a.get("value") or ("on" if "checked" in a else ""))

    def handle_data(self, data: str) -> None:
        if self.zone:
            self.zone[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.zone:
            nom, morceaux = self.zone
            # A browser drops the line feed that opens a text area.
            self.formulaires[-1][1][nom] = ["".join(morceaux).removeprefix("\n")]
            self.zone = None
        elif tag == "select":
            self.choix = None


def lire(response: HttpResponse) -> _Lecteur:
    lecteur = _Lecteur()
    lecteur.feed(response.content.decode())
    return lecteur


def champs(response: HttpResponse, *, marque: str = "data-brouillon") -> Champs:
    """The fields of the form so marked, as they would be sent untouched."""
    trouves = [c for attributs, c in lire(response).formulaires if marque in attributs]
    assert len(trouves) == 1, "un seul formulaire attendu"
    return trouves[0]


def remplir(client: Client, adresse: str, *, suite: str = "suivant", **saisie: Any) -> HttpResponse:
    """Open the page, change these fields, press this button. `__` in a name stands for a dash."""
    return envoyer(client, adresse, champs(client.get(adresse)), suite=suite, **saisie)


def envoyer(
    client: Client, adresse: str, page: Champs, *, suite: str = "suivant", **saisie: Any
) -> HttpResponse:
    """Send what a page opened before holds, with these changes."""
    corps: dict[str, Any] = dict(page)
    for nom, valeur in saisie.items():
        corps[nom.replace("__", "-")] = valeur
    return client.post(adresse, corps | {"suite": suite})


def liens(response: HttpResponse) -> list[str]:
    return lire(response).liens
