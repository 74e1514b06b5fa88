"""The children of the demonstration: their log, their death, their end."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from statut_etudiant.embarque import troupe as module
from statut_etudiant.embarque.troupe import Troupe, lisible

# A child that has a child of its own and says both numbers.
AVEC_ENFANT = """
import subprocess, sys, os, time
enfant = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("numéros", os.getpid(), enfant.pid, flush=True)
time.sleep(60)
"""


def vivant(numero: int) -> bool:
    return psutil.pid_exists(numero) and psutil.Process(numero).status() != psutil.STATUS_ZOMBIE


def lire(capsys: pytest.CaptureFixture[str], mot: str) -> str:
    """What the children said, once the word is there."""
    dit, echeance = "", time.monotonic() + 20
    while mot not in dit:
        assert time.monotonic() < echeance, dit
        time.sleep(0.02)
        dit += capsys.readouterr().out
    return dit


def test_each_line_says_who_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    with Troupe(os.environ) as troupe:
        for nom in ("web", "worker"):
            troupe.ajouter(nom, [sys.executable, "-c", f"print('bonjour de {nom}')"])
        dit = ""
        while dit.count("bonjour") < 2:
            dit += lire(capsys, "bonjour")
    assert sorted(dit.splitlines()) == ["web    | bonjour de web", "worker | bonjour de worker"]


def test_the_first_to_leave_is_named_with_its_code() -> None:
    with Troupe(os.environ) as troupe:
        troupe.ajouter("web", [sys.executable, "-c", "import time; time.sleep(60)"])
        troupe.ajouter("beat", [sys.executable, "-c", "raise SystemExit(3)"])
        troupe.processus["beat"].wait(20)
        assert troupe.premier_parti() == ("beat", 3)


def test_the_end_takes_the_children_of_children_along(capsys: pytest.CaptureFixture[str]) -> None:
    with Troupe(os.environ) as troupe:
        troupe.ajouter("web", [sys.executable, "-c", AVEC_ENFANT])
        numeros = [int(mot) for mot in lire(capsys, "numéros").split()[-2:]]
        assert all(map(vivant, numeros))
    # The system buries a killed grandchild in its own time.
    echeance = time.monotonic() + 5
    while any(map(vivant, numeros)):
        assert time.monotonic() < echeance
        time.sleep(0.02)


def test_a_child_that_ignores_the_request_is_forced(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DELAI_ARRET", 0.3)
    sourd = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('sourd'); time.sleep(60)"
    )
    with Troupe({**os.environ, "PYTHONUNBUFFERED": "1"}) as troupe:
        troupe.ajouter("web", [sys.executable, "-c", sourd])
        lire(capsys, "sourd")
    assert "web ne s'arrête pas" in capsys.readouterr().out
    assert troupe.processus["web"].returncode == -signal.SIGKILL


def test_a_json_line_is_shown_as_a_person_reads_it() -> None:
    champs = {
        "instant": "2026-11-21T08:09:10.123+00:00",
        "niveau": "ERROR",
        "origine": "django",
        "requete": "-",
        "message": "échec",
        "duree_ms": 12,
        "exception": "ValueError",
        "pile": ["a.py:1 f", "b.py:2 g"],
    }
    assert lisible(json.dumps(champs)).splitlines() == [
        "08:09:10 ERROR échec duree_ms=12 exception=ValueError",
        "        a.py:1 f",
        "        b.py:2 g",
    ]


@pytest.mark.parametrize("ligne", ["bonjour", "", "{pas du json", '{"message": }', '{"autre": 1}', "[1]"])
def test_any_other_line_is_shown_as_it_is(ligne: str) -> None:
    assert lisible(ligne) == ligne


def test_a_reader_that_left_does_not_prevent_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lecture, ecriture = os.pipe()
    os.close(lecture)
    with os.fdopen(ecriture, "w", buffering=1) as sortie:
        monkeypatch.setattr(sys, "stdout", sortie)
        module.dire("personne n'écoute")
        monkeypatch.undo()
        # The text that could not leave stays in the buffer: let the closing find a willing reader.
        os.dup2(os.open(tmp_path / "rebut", os.O_CREAT | os.O_WRONLY), ecriture)
    assert (tmp_path / "rebut").read_text() == "personne n'écoute\n"
