"""The communes are read once for all the threads of a process, however many ask at once."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from referentiel import communes, complements
from referentiel.index_des_communes import IndexDesCommunes

FILS = 16
PREMIERE, SECONDE = object(), object()


@pytest.fixture(autouse=True)
def horloge(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """As in a process that starts; the minute passes when told."""
    maintenant = [1000.0]
    monkeypatch.setattr(complements, "monotonic", lambda: maintenant[0])
    complements.oublier()
    yield maintenant
    complements.oublier()


def ensemble(appel: Callable[[], Any]) -> list[Any]:
    depart = threading.Barrier(FILS)

    def partir(_: int) -> Any:
        depart.wait()
        return appel()

    with ThreadPoolExecutor(FILS) as fils:
        return list(fils.map(partir, range(FILS)))


def test_one_thread_reads_the_communes_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    lectures: list[float] = []

    def version() -> None:
        lectures.append(time.monotonic())
        time.sleep(0.05)

    monkeypatch.setattr(complements, "_version", version)
    assert len(set(map(id, ensemble(complements.reference)))) == 1
    assert len(lectures) == 1


def test_while_one_thread_looks_the_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch, horloge: list[float]
) -> None:
    en_cours, suite = threading.Event(), threading.Event()
    versions = iter((1, 2))
    connues = iter((PREMIERE, SECONDE))

    def version() -> int:
        trouvee = next(versions)
        if trouvee == 2:
            en_cours.set()
            assert suite.wait(10)
        return trouvee

    monkeypatch.setattr(complements, "_version", version)
    monkeypatch.setattr(complements, "_charger", lambda: next(connues))
    assert complements.reference() is PREMIERE
    horloge[0] += complements.SECONDES + 1
    with ThreadPoolExecutor(1) as fil:
        regarde = fil.submit(complements.reference)
        assert en_cours.wait(10)
        assert complements.reference() is PREMIERE
        suite.set()
        assert regarde.result(10) is SECONDE
    assert complements.reference() is SECONDE


def test_what_is_shipped_and_the_index_of_names_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    communes._livree.cache_clear()
    par_departement, faits = IndexDesCommunes._par_departement, []

    def compter(self: IndexDesCommunes) -> Any:
        faits.append(self)
        return par_departement(self)

    monkeypatch.setattr(IndexDesCommunes, "_par_departement", compter)
    codes = ensemble(lambda: communes.reference().resoudre("Toulouse", "31", 2004))
    assert set(codes) == {"31555"}
    assert len(faits) == 1
    assert communes._livree.cache_info().misses == 1


@pytest.mark.django_db
def test_what_is_at_hand_is_still_served_when_it_is_called(monkeypatch):
    """Asked at the last instant, then called a moment later: nothing is read, which the reading loop would refuse."""
    complements.oublier()
    complements.reference()
    instant = complements._connue.verifiee
    for ecart, attendu in ((57.9, True), (58.0, False), (59.9, False)):
        monkeypatch.setattr("referentiel.complements.monotonic", lambda ecart=ecart: instant + ecart)
        assert complements.sous_la_main() is attendu
    monkeypatch.setattr("referentiel.complements.monotonic", lambda: instant + 59.9)
    monkeypatch.setattr("referentiel.complements._version", lambda: pytest.fail("the database was read"))
    complements.reference()
