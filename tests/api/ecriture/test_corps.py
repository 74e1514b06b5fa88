"""Bodies that arrive by halves, by pieces, or that announce more than they may hold."""

import gzip
from io import BytesIO

import orjson
import pytest

from referentiel.models import Inscription, Lot
from tests.api.ecriture.aides import IDENTITE, enregistrement

pytestmark = pytest.mark.django_db

LOTS = "/api/inscriptions"
NDJSON = "application/x-ndjson"


class FluxSansFin(BytesIO):
    """A sender that never ends: nothing may wait for it."""

    def read(self, taille: int | None = -1) -> bytes:
        raise AssertionError("what is refused by its length must not be read")


def poster(appelant, flux, *, chemin, type_="application/json", longueur=None, **entetes):
    extra = {"wsgi.input": flux, "wsgi.input_terminated": True, **entetes}
    extra |= {"CONTENT_TYPE": type_}
    extra["CONTENT_LENGTH"] = "" if longueur is None else str(longueur)
    return appelant.client.generic("POST", chemin, b"", content_type=type_, headers=appelant.entetes, **extra)


def deux_lignes() -> bytes:
    return b"".join(
        orjson.dumps(enregistrement(ine=f"{1234567890 + n}A", identite=IDENTITE)) + b"\n" for n in range(2)
    )


def test_an_interrupted_batch_is_not_taken(appelant):
    recu = deux_lignes()
    response = poster(
        appelant,
        BytesIO(recu),
        chemin=f"{LOTS}?toutOuRien=true",
        type_=NDJSON,
        longueur=len(recu) * 2,
    )
    assert response.status_code == 400
    details = response.json()["details"]
    assert details["parameter"] == "corps"
    assert details["explication"].startswith(f"Corps interrompu : {len(recu)} octets reçus")
    assert not Lot.objects.exists()


def test_an_interrupted_record_is_not_taken(appelant):
    recu = orjson.dumps(enregistrement(identite=IDENTITE))
    response = poster(appelant, BytesIO(recu), chemin="/api/inscription", longueur=len(recu) + 1)
    assert response.status_code == 400
    assert not Inscription.objects.exists()


@pytest.mark.parametrize(("chemin", "maximum"), [("/api/inscription", "16 ko"), (LOTS, "32 Mo")])
def test_an_excessive_length_is_refused_without_waiting(appelant, chemin, maximum):
    response = poster(appelant, FluxSansFin(), chemin=chemin, longueur=99_999_999_999)
    assert response.status_code == 413
    assert maximum in response.json()["details"]["explication"]


def test_a_chunked_body_is_read(appelant):
    recu = orjson.dumps(enregistrement(identite=IDENTITE))
    response = poster(appelant, BytesIO(recu), chemin="/api/inscription", HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 200, response.content
    assert Inscription.objects.count() == 1


def test_too_large_a_chunked_body_is_refused(appelant):
    response = poster(
        appelant, BytesIO(b" " * 20_000), chemin="/api/inscription", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert response.status_code == 413


def test_a_batch_of_lines_without_length_is_refused(appelant):
    """Nothing would tell that its end is missing."""
    response = poster(
        appelant, BytesIO(deux_lignes()), chemin=LOTS, type_=NDJSON, HTTP_TRANSFER_ENCODING="chunked"
    )
    assert response.status_code == 400
    assert "Content-Length" in response.json()["details"]["explication"]
    assert not Lot.objects.exists()


def test_a_chunked_array_is_taken(appelant):
    recu = orjson.dumps([enregistrement(identite=IDENTITE)])
    response = poster(appelant, BytesIO(recu), chemin=LOTS, HTTP_TRANSFER_ENCODING="chunked")
    assert response.status_code == 202, response.content
    assert Lot.objects.get().lignes == 1


def test_a_compressed_body_is_refused_for_what_it_is(appelant):
    """And never inflated: a few bytes may stand for gigabytes."""
    recu = gzip.compress(orjson.dumps(enregistrement(identite=IDENTITE)))
    response = poster(
        appelant, BytesIO(recu), chemin="/api/inscription", longueur=len(recu), HTTP_CONTENT_ENCODING="gzip"
    )
    assert response.status_code == 400
    assert "Content-Encoding" in response.json()["details"]["explication"]
