"""A person in front of a real Chromium: what they look at is held to axe and to narrow screens."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.accessibilite import deborde, emporter_axe, manquements

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: The last is the one that stays.
LARGEURS = (375, 1280)
#: Where to leave what was seen, for who wants to look.
CAPTURES = os.environ.get("CAPTURES")


class Personne:
    """`with Personne(navigateur, adresse, "chloe") as chloe: chloe.va("/demandes"); chloe.page.…; chloe.regarde("…")`

    Whatever the console or a script complains of is kept in `plaintes`, violations of axe too.
    """

    def __init__(self, navigateur: "Browser", adresse: str, prenom: str) -> None:
        self.prenom = prenom
        self.plaintes: list[str] = []
        self.contexte = navigateur.new_context(
            base_url=adresse,
            viewport={"width": 1280, "height": 900},
            reduced_motion="reduce",
            color_scheme="light",
        )
        emporter_axe(self.contexte)
        self.page: Page = self.contexte.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda erreur: self.plaintes.append(str(erreur)))
        self.page.on(
            "console", lambda ligne: self.plaintes.append(ligne.text) if ligne.type == "error" else None
        )
        self._vues = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.contexte.close()

    def va(self, adresse: str) -> None:
        """Type an address."""
        self.page.goto(adresse)

    def suit(self, nom: str | re.Pattern[str], *, exact: bool = False) -> None:
        """Click the first link so named of the page itself, not of its header."""
        self.page.locator("main").get_by_role("link", name=nom, exact=exact).first.click()

    def presse(self, nom: str, *, exact: bool = True) -> None:
        self.page.locator("main").get_by_role("button", name=nom, exact=exact).first.click()

    def lit(self, texte: str) -> None:
        """The page says so."""
        self.page.locator("main").get_by_text(texte).first.wait_for()

    def ecrit(self, **champs: str) -> None:
        """Fill fields by name; `__` stands for a dash."""
        for nom, valeur in champs.items():
            self.page.locator(f"main [name='{nom.replace('__', '-')}']").fill(valeur)

    def coche(self, nom: str, valeur: str) -> None:
        self.page.locator(f"label[for='{self._identifiant(nom, valeur)}']").click()

    def regarde(self, nom: str) -> None:
        """Hold the page as it stands to the width of a phone, then to axe as on a desk."""
        # A click does not always wait for the page that it leads to.
        self.page.wait_for_load_state("load")
        self._vues += 1
        for largeur in LARGEURS:
            self._mesurer(nom, largeur)
            if CAPTURES:
                connues = list(self.plaintes)
                fichier = f"{self.prenom}-{self._vues:02}-{nom}-{largeur}.png"
                self.page.screenshot(path=Path(CAPTURES) / fichier, full_page=True)
                self.plaintes = connues  # a capture puts a style of its own in the page, which is refused
        self._juger(nom)

    def regarde_au_telephone(self, nom: str) -> None:
        """The same at the width of a phone alone: for who has many pages to see."""
        self._mesurer(nom, min(LARGEURS))
        self._juger(nom)

    def _mesurer(self, nom: str, largeur: int) -> None:
        if deborde(self.page, largeur):
            self.plaintes.append(f"{nom} : plus large que {largeur} pixels")

    def _juger(self, nom: str) -> None:
        self.plaintes += [f"{nom} : {manquement}" for manquement in manquements(self.page)]

    def _identifiant(self, nom: str, valeur: str) -> str:
        identifiant = self.page.locator(f"[name='{nom}'][value='{valeur}']").get_attribute("id")
        assert identifiant is not None, nom
        return identifiant
