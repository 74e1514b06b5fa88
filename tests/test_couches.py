"""No import cycle; which layer may import which is in pyproject.toml and checked by `make lint`."""

import tomllib
from pathlib import Path

import grimp
import pytest

from tests.couches import cycles

RACINE = Path(__file__).parent.parent
PAQUETS = ("statut_etudiant", "habilitations", "referentiel")
#: `documentation` gives each door the pieces of its schema, and gathers what they all declare.
DOSSIERS_MELES = ("statut_etudiant.api",)


def _tolerees() -> list[tuple[str, str]]:
    contrats = tomllib.loads((RACINE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lignes = [ligne for contrat in contrats for ligne in contrat.get("ignore_imports", ())]
    return [(de, vers) for de, vers in (ligne.split(" -> ") for ligne in lignes)]


def test_no_module_nor_folder_imports_its_way_back_to_itself() -> None:
    graphe = grimp.build_graph(*PAQUETS, cache_dir=None)
    for de, vers in _tolerees():
        for importation in graphe.find_matching_direct_imports(f"{de} -> {vers}"):
            graphe.remove_import(importer=importation["importer"], imported=importation["imported"])
    assert cycles(graphe, sauf=DOSSIERS_MELES) == []


def test_a_cycle_hidden_in_a_function_and_one_between_folders_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paquet = tmp_path / "invente"
    for chemin, texte in {
        "__init__.py": "",
        "haut.py": "from invente import bas",
        "bas.py": "def f():\n    from invente import haut",
        "droit.py": "from invente import bas",
        "un/__init__.py": "",
        "un/a.py": "from invente.deux import b",
        "un/c.py": "",
        "deux/__init__.py": "",
        "deux/b.py": "from invente.un import c",
    }.items():
        (paquet / chemin).parent.mkdir(parents=True, exist_ok=True)
        (paquet / chemin).write_text(texte)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert cycles(grimp.build_graph("invente", cache_dir=None)) == [
        ["invente.bas", "invente.haut"],
        ["invente.deux", "invente.un"],
    ]
