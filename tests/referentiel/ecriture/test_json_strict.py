"""One body of the write API: one JSON value, with one meaning."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referentiel.ecriture.json_strict import JsonInvalide, lire_json

VALEURS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda dedans: st.lists(dedans, max_size=3) | st.dictionaries(st.text(), dedans, max_size=3),
    max_leaves=4,
)


def profondeur(valeur):
    if not isinstance(valeur, (dict, list)):
        return 0
    return 1 + max(map(profondeur, valeur.values() if isinstance(valeur, dict) else valeur), default=0)


@given(VALEURS)
def test_any_value_is_read_as_everyone_reads_it(valeur):
    octets = json.dumps(valeur).encode()
    if profondeur(valeur) > 7:
        with pytest.raises(JsonInvalide):
            lire_json(octets)
    else:
        assert lire_json(octets) == valeur


@pytest.mark.parametrize("octets", [b'\xef\xbb\xbf{"a": 1}', b' \r\n\t{"a": 1}\n '])
def test_mark_and_outer_blanks_are_no_error(octets):
    assert lire_json(octets) == {"a": 1}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b" ",
        b"{",
        b'{"a": 1} x',
        b'{"a": 1}{"a": 1}',
        b'{"a": 1, "a": 1}',
        b'{"b": {"a": 1, "\\u0061": 1}}',
        b'{"a": NaN}',
        b"Infinity",
        b'{"a": -1e400}',
        b'{"a": 01}',
        b"\xff\xfe{\x00}\x00",
        b'{"a": "\xe9"}',
        b'{"a": "\x00"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 8 + b"]" * 8,
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
    ],
    ids=range(18),
)
def test_what_parsers_disagree_about_is_refused(octets):
    with pytest.raises(JsonInvalide) as refus:
        lire_json(octets)
    assert str(refus.value)
