"""« Quotation marks » keep to what they quote, on every page; what a person typed is left as it is."""

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

from statut_etudiant.middleware import GuillemetsTenus
from tests.habilitations import scenes
from tests.portail.pages import chemins_publics

N = "\u00a0"


def passer(response: HttpResponse) -> HttpResponse:
    return GuillemetsTenus(lambda request: response)(HttpRequest())


def test_no_line_ends_inside_quotation_marks() -> None:
    assert (
        passer(HttpResponse("<p>« Lu » et « vu »</p>")).content.decode() == f"<p>«{N}Lu{N}» et «{N}vu{N}»</p>"
    )


@pytest.mark.parametrize(
    "champ",
    ['<textarea name="t">« ici »\n« là »</textarea>', '<input name="q" value="« ici »">'],
)
def test_what_a_person_typed_comes_back_as_it_was(champ: str) -> None:
    page = passer(HttpResponse(f"<p>« a »</p>{champ}<p>« b »</p>")).content.decode()
    assert page == f"<p>«{N}a{N}»</p>{champ}<p>«{N}b{N}»</p>"


def test_what_is_no_page_is_left_alone() -> None:
    assert passer(JsonResponse({"m": "« a »"}, json_dumps_params={"ensure_ascii": False})).content == (
        '{"m": "« a »"}'.encode()
    )
    flux = passer(StreamingHttpResponse(["« a »"], content_type="text/html"))
    assert b"".join(flux.streaming_content) == "« a »".encode()


@pytest.mark.django_db
def test_every_public_page_and_a_signed_in_one_keep_them(client) -> None:
    vus = 0
    for chemin in chemins_publics():
        page = client.get(chemin).content.decode(errors="replace")
        vus += page.count(f"«{N}")
        assert "« " not in page, chemin
        assert " »" not in page, chemin
    assert vus
    demande = scenes.demande("soumise")
    client.force_login(demande.demandeur)
    assert "« " not in client.get(f"/demandes/{demande.pk}").content.decode()
