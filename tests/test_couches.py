"""No import cycle; which layer may import which is in pyproject.toml and checked by `make lint`."""

from pathlib import Path

import grimp
import pytest

from tests.couches import cycles

PAQUETS = ("statut_etudiant", "habilitations", "referentiel")
#: `documentation` gives each door the pieces of its schema, and gathers what they all declare.
DOSSIERS_MELES = ("statut_etudiant.api",)


def test_no_module_nor_folder_imports_its_way_back_to_itself() -> None:
    graphe = grimp.build_graph(*PAQUETS, cache_dir=None)
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
