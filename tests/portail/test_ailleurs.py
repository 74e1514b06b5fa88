"""The pages of other sites that ours lead to: written once, on hosts that we know, and all in use."""

import ast
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from habilitations.ailleurs import ADRESSES
from tests.liens_exterieurs import plainte
from tests.portail.pages import lire, pages_publiques

RACINE = Path(settings.BASE_DIR)
#: The State's own, then the authorities to which the law sends people, then licences and formats where they are kept.
ETAT = ".gouv.fr"
HOTES = {
    "www.cnil.fr",
    "formulaire.defenseurdesdroits.fr",
    "www.defenseurdesdroits.fr",
    "github.com",
    "creativecommons.org",
    "www.standardwebhooks.com",
}
#: Not pages: settings, identifiers of XML and of assurance levels, and hosts reserved for examples.
SAUF = re.compile(r"https?://(?:$|[…{]|127\.0\.0\.1|localhost|[\w.-]+\.(?:example|test)\b)")
REGLAGES = RACINE / "statut_etudiant" / "environnement.py"


def ecrites(source: str) -> list[str]:
    """The addresses that a module holds in its strings, its docstrings apart."""
    arbre = ast.parse(source)
    documentation = {
        noeud.body[0].value
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(noeud)
        if isinstance(noeud.body[0], ast.Expr)
    }
    chaines = (
        noeud.value
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and noeud not in documentation
    )
    return [
        chaine
        for chaine in chaines
        if re.match(r"https?://[\w.-]+\.\w+/?", chaine) and not SAUF.match(chaine)
    ]


def test_every_page_of_another_site_is_https_and_on_a_host_that_we_know() -> None:
    for adresse in ADRESSES.values():
        parties = urlsplit(adresse)
        assert parties.scheme == "https"
        assert parties.netloc.endswith(ETAT) or parties.netloc in HOTES, adresse
        assert (parties.username, parties.query, parties.fragment) == (None, "", "")
    assert len(set(ADRESSES.values())) == len(ADRESSES)


def test_templates_and_modules_write_no_such_address_themselves() -> None:
    gabarits = [
        (gabarit.name, adresse)
        for gabarit in (RACINE / "templates").rglob("*.*")
        for adresse in re.findall(r"""(?:href|action|src)=["']https?://[^"']*""", gabarit.read_text())
    ]
    assert gabarits == []
    modules = [
        (str(module.relative_to(RACINE)), adresse)
        for paquet in ("referentiel", "habilitations", "statut_etudiant")
        for module in (RACINE / paquet).rglob("*.py")
        if module not in {REGLAGES, RACINE / "habilitations" / "ailleurs.py"}
        for adresse in ecrites(module.read_text())
    ]
    assert modules == []


def test_what_is_searched_for_is_found() -> None:
    assert ecrites(
        '"""https://www.cnil.fr/"""\nX = ["https://www.cnil.fr/fr", "https://hooks.example/a", "x"]'
    ) == ["https://www.cnil.fr/fr"]


def test_every_address_declared_is_used() -> None:
    sources = [chemin.read_text() for chemin in (RACINE / "templates").rglob("*.html")]
    sources += [
        chemin.read_text()
        for paquet in ("habilitations", "statut_etudiant")
        for chemin in (RACINE / paquet).rglob("*.py")
    ]
    tout = "\n".join(sources)
    inutiles = [
        nom for nom in ADRESSES if f'ailleurs "{nom}"' not in tout and f'ADRESSES["{nom}"]' not in tout
    ]
    assert inutiles == []


@pytest.mark.django_db
def test_the_public_pages_lead_to_no_other_site_than_these(client: Client) -> None:
    vues = {
        lien
        for chemin in pages_publiques()
        for lien in lire(client.get(chemin)).liens()
        if urlsplit(lien).scheme in {"http", "https"}
    }
    assert vues - {f"{settings.ADRESSE_PUBLIQUE}/"} <= set(ADRESSES.values())
    assert len(vues) > 5


@pytest.mark.django_db
def test_the_check_tells_a_page_that_is_gone_and_a_host_that_is_not_there(live_server) -> None:
    assert plainte(f"{live_server.url}/contact") == ""
    assert plainte(f"{live_server.url}/introuvable") == f"{live_server.url}/introuvable répond 404"
    assert plainte("http://127.0.0.1:9/").startswith("http://127.0.0.1:9/ ne répond pas : ")
