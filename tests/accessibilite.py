"""axe in a page of a real browser: what it finds wrong, once for each document."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

#: The rules that a theme can break where another theme does not.
COULEURS = ("color-contrast", "link-in-text-block")

# The violations alone come back: carrying the rest, which describes the whole page, costs as much as finding them. No
# `preload`: it would put the style sheets in the page again, which the security policy refuses.
_JUGER = """async (regles) => {
    const options = { resultTypes: ["violations"], preload: false };
    if (regles.length) options.runOnly = regles;
    const { violations } = await axe.run(options);
    return violations.map((v) => `${v.id} ${v.nodes.slice(0, 5).map((n) => n.html.slice(0, 200)).join(" ; ")}`);
}"""


def emporter_axe(contexte: "BrowserContext") -> None:
    """Have axe in each page from the start, which costs a quarter of sending it to each."""
    contexte.add_init_script(AXE_SCRIPT)


def manquements(page: "Page", *, regles: Sequence[str] = ()) -> list[str]:
    """The violations of every rule, or of these; one line each, with where."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    trouves: list[Any] = page.evaluate(_JUGER, list(regles))
    return [str(trouve) for trouve in trouves]


def deborde(page: "Page", largeur: int) -> bool:
    """Put the window at this width: is the page wider?"""
    page.set_viewport_size({"width": largeur, "height": 900})
    # Fonts, and scripts that lay out the page anew, come a moment after the size: what stays too wide is told.
    for _ in range(20):
        if int(page.evaluate("document.documentElement.scrollWidth")) <= largeur:
            return False
        page.wait_for_timeout(100)
    return True
