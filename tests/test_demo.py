"""The demonstration, before anything is started."""

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from statut_etudiant import demo
from statut_etudiant.embarque.troupe import Troupe


@pytest.fixture
def port_pris() -> Iterator[int]:
    with socket.socket() as prise:
        prise.bind((demo.HOTE, 0))
        prise.listen()
        yield prise.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_refused_with_what_to_do(port_pris: int) -> None:
    with pytest.raises(demo.Echec, match=rf"Le port {port_pris} est déjà pris : make demo PORT="):
        demo.choisir_port(str(port_pris))


def test_without_a_wish_the_next_free_port_is_taken_and_said(
    port_pris: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "PORT", port_pris)
    choisi = demo.choisir_port("")
    assert port_pris < choisi < port_pris + 100
    assert f"prend le {choisi}" in capsys.readouterr().out


@pytest.mark.parametrize("demande", ["abc", "0", "65536", "-1", "8000 ", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(demande: str) -> None:
    with pytest.raises(demo.Echec, match="de 1 à 65535"):
        demo.choisir_port(demande)


def test_starting_afresh_never_touches_a_server_of_someone_else(monkeypatch: pytest.MonkeyPatch) -> None:
    effaces: list[object] = []
    monkeypatch.setattr(demo.shutil, "rmtree", lambda *arguments, **_: effaces.append(arguments))
    monkeypatch.setenv("DATABASE_URL", "postgresql://ailleurs/base")
    with pytest.raises(demo.Echec, match="DATABASE_URL"):
        demo.repartir_de_zero()
    assert effaces == []


def test_the_death_of_one_process_ends_the_run_and_is_said() -> None:
    with Troupe(os.environ) as troupe:
        for nom in ("web", "beat"):
            troupe.ajouter(nom, [sys.executable, "-c", "import time; time.sleep(60)"])
        demo.surveiller(troupe)
        troupe.processus["beat"].kill()
        troupe.processus["beat"].wait(20)
        with pytest.raises(demo.Echec, match=r"« beat » s'est arrêté \(tué par le signal 9\)"):
            demo.surveiller(troupe)
