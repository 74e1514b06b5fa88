"""Reading pages as a browser does, enough for what the tests assert."""

from html.parser import HTMLParser
from typing import Any

from django.urls import get_resolver


def plat(texte: str) -> str:
    """With plain single spaces, where French typography has unbreakable ones."""
    return " ".join(texte.split())


def source(response: Any) -> str:
    """The HTML of a page, with plain spaces where `PonctuationTenue` put unbreakable ones."""
    return str(response.content.decode()).replace("\xa0", " ")


class Page(HTMLParser):
    """Title, language, elements with their attributes, visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.titre = ""
        self.textes: list[str] = []
        #: What is said in sentences: neither code nor what a person types.
        self.phrases: list[str] = []
        self._ouvert: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {nom: valeur or "" for nom, valeur in attrs}))
        self._ouvert.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._ouvert and self._ouvert.pop() != tag:
            pass  # void elements are never closed

    def handle_data(self, data: str) -> None:
        if "title" in self._ouvert and "svg" in self._ouvert:
            return  # what a drawing shows under the pointer
        if "title" in self._ouvert:
            self.titre = " ".join(f"{self.titre} {data}".split())
        elif not {"script", "style"} & set(self._ouvert):
            self.textes.append(data)
            if not {"code", "pre", "textarea"} & set(self._ouvert):
                self.phrases.append(data)

    @property
    def texte(self) -> str:
        return plat(" ".join(self.textes))

    def tous(self, tag: str, **attributs: str) -> list[dict[str, str]]:
        return [
            valeurs
            for nom, valeurs in self.elements
            if nom == tag and all(valeurs.get(cle) == valeur for cle, valeur in attributs.items())
        ]

    def liens(self) -> list[str]:
        return [attributs["href"] for attributs in self.tous("a") if "href" in attributs]


def lire(response: Any) -> Page:
    return Page(response.content.decode())


#: How the address of what is no page ends.
FICHIERS = (".csv", ".json", ".atom", ".xml", ".txt")


def chemins_publics() -> list[str]:
    """The address of every public page and file of the portal that takes no parameter."""
    from statut_etudiant.portail import urls

    assert get_resolver().url_patterns  # the project's URLs load
    return [
        f"/{motif.pattern._route}"
        for motif in urls.urlpatterns
        if "<" not in motif.pattern._route and not getattr(motif.callback, "login_required", True)
    ]


#: Pages whose content depends on their address, besides those of `chemins_publics`.
VARIANTES = (
    "/eligibilite?acteur=administration",
    "/eligibilite?acteur=administration&etape=franceconnect",
    "/eligibilite?acteur=administration&franceconnect=parfois&donnees=oui&technique=personne",
    "/eligibilite?acteur=etudiant",
    "/etablissements-couverts?q=introuvable",
    "/habilitations-publiques?q=introuvable",
    "/rechercher?q=jeton",
)


def pages_publiques() -> list[str]:
    """The address of every page that a visitor may open without having been sent there: the portal's, and the site
    map's, which has those of the other applications."""
    from statut_etudiant.portail.plan import RUBRIQUES

    du_portail = [chemin for chemin in chemins_publics() if not chemin.endswith(FICHIERS)]
    du_plan = [page.adresse for rubrique in RUBRIQUES for page in rubrique.pages]
    return list(dict.fromkeys([*du_portail, *du_plan]))


PAGES = [*pages_publiques(), *VARIANTES, "/introuvable"]
