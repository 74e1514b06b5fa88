import re
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from referentiel.generation.numeros import FORMES, Numeros
from referentiel.identifiants import cle_ine_valide, normaliser_ine


@given(st.sampled_from(FORMES), st.data())
def test_each_shape_gives_a_well_formed_ine_with_a_right_key(forme, data) -> None:
    ecrire, taille, _ = forme
    ine = ecrire(data.draw(st.integers(0, taille - 1)))
    assert normaliser_ine(ine) == ine
    assert cle_ine_valide(ine)


def test_the_four_shapes_are_there() -> None:
    ines = [Numeros(0).ine(i) for i in range(1000)]
    for motif in (r"\d{9}[A-K]{2}", r"\d{10}[A-Z]", r"[0-9A-Z]{10}\d", r"\d{4}A\d{5}[A-Z]"):
        assert sum(bool(re.fullmatch(motif, ine)) for ine in ines) > 20


def test_the_same_ine_never_comes_twice() -> None:
    numeros = Numeros(7)
    assert len({numeros.ine(i) for i in range(200_000)}) == 200_000


def test_the_seed_decides_of_what_follows() -> None:
    def debut(graine: int) -> list[str]:
        numeros = Numeros(graine)
        return list(islice((numeros.ine(i) for i in range(50)), 50))

    assert debut(1) == debut(1)
    assert set(debut(1)).isdisjoint(debut(2))
