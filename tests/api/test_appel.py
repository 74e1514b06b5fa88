"""The query string and the paths, as the doors read them."""

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from statut_etudiant.api.appel import lire_requete
from statut_etudiant.api.porte import normaliser

morceaux = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b"&", b"=", b"%", b"+", b"ine", b"prenoms%5B%5D", b"%C3%A9", b"%E9", b"\xc3\xa9", b"\xe9", b"%00"]
    ),
)


@settings(max_examples=2_000, deadline=None, database=None)
@given(requete=st.lists(morceaux, max_size=12).map(b"".join))
def test_the_query_string_is_read_as_django_reads_it(requete):
    attendu = QueryDict(requete)
    lue = lire_requete(requete)
    assert dict(lue) == dict(attendu.lists())
    assert lue.getlist("absent") == []


def test_too_many_parameters_are_refused(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    assert lire_requete(b"&".join([b"a=1"] * 10)).getlist("a") == ["1"] * 10
    with pytest.raises(TooManyFieldsSent):
        lire_requete(b"&".join([b"a=1"] * 11))


@pytest.mark.parametrize(
    ("ecrit", "servi"),
    [
        ("/api/v2/etudiants", "/api/v2/etudiants"),
        ("//api/v2/etudiants", "/api/v2/etudiants"),
        ("/api//v2///etudiants//", "/api/v2/etudiants"),
        ("/api/v2/etudiants/", "/api/v2/etudiants"),
        ("/api/v3/mesri/statut_etudiant/ine", "/v3/mesri/statut_etudiant/ine"),
        ("//api//v3//mesri/statut_etudiant/ine/", "/v3/mesri/statut_etudiant/ine"),
        ("/api/v3", "/v3"),
        ("/api/v3x", "/api/v3x"),
        ("/api/v30/x", "/api/v30/x"),
        ("/", "/"),
        ("//", "/"),
        ("", ""),
    ],
)
def test_the_paths_are_those_of_the_contract(ecrit, servi):
    assert normaliser(ecrit) == servi
