"""French punctuation keeps to what it ends, on every page; what a person typed, and code, are left as they are."""

import re

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

from statut_etudiant.middleware import PonctuationTenue
from tests.habilitations import scenes
from tests.portail.pages import FICHIERS, Page, chemins_publics

N = "\u00a0"


def passer(response: HttpResponse) -> HttpResponse:
    return PonctuationTenue(lambda request: response)(HttpRequest())


@pytest.mark.parametrize(
    ("ecrit", "tenu"),
    [
        ("<p>« Lu » et « vu »</p>", f"<p>«{N}Lu{N}» et «{N}vu{N}»</p>"),
        ("<p>Quand ? Demain !</p>", f"<p>Quand{N}? Demain{N}!</p>"),
        ("<p>Trois : un ; deux.</p>", f"<p>Trois{N}: un{N}; deux.</p>"),
        ("<p>« Vraiment ?! »</p>", f"<p>«{N}Vraiment{N}?!{N}»</p>"),
        ("<p><a>Paris</a>\n      : 3</p>", f"<p><a>Paris</a>{N}: 3</p>"),
        ("<b>Reçu :</b>", f"<b>Reçu{N}:</b>"),
        ("<p>(déjà ?)</p>", f"<p>(déjà{N}?)</p>"),
        ("<p>L&#x27;été : a &amp; b ; c</p>", f"<p>L&#x27;été{N}: a &amp; b{N}; c</p>"),
    ],
)
def test_no_line_begins_with_a_sign_nor_ends_inside_quotation_marks(ecrit: str, tenu: str) -> None:
    assert passer(HttpResponse(ecrit)).content.decode() == tenu


@pytest.mark.parametrize(
    "tel_quel",
    [
        '<textarea name="t">« ici » :\n« là » ?</textarea>',
        '<input name="q" value="« ici » : là ?">',
        '<a href="/a?q=b ; c" title="Quoi ? Ceci : cela">',
        '<pre class="c"><code>{"a" : 1} ? « b »</code></pre>',
        "<code>a ? b : c ;</code>",
        '<script type="application/json">{"a" : "« b » !"}</script>',
        "<style>p { color : red ; }</style>",
        "<p>À 10:30, sur https://exemple.fr/?a=b :8000 ou :tel ?quoi.</p>",
    ],
)
def test_what_a_person_typed_and_what_a_program_reads_come_back_as_they_were(tel_quel: str) -> None:
    page = passer(HttpResponse(f"<p>« a » :</p>{tel_quel}<p>b ?</p>")).content.decode()
    assert page == f"<p>«{N}a{N}»{N}:</p>{tel_quel}<p>b{N}?</p>"


def test_what_is_no_page_is_left_alone() -> None:
    assert passer(JsonResponse({"m": "« a » !"}, json_dumps_params={"ensure_ascii": False})).content == (
        '{"m": "« a » !"}'.encode()
    )
    flux = passer(StreamingHttpResponse(["« a » !"], content_type="text/html"))
    assert b"".join(flux.streaming_content) == "« a » !".encode()


def test_the_length_that_was_announced_is_that_of_what_is_sent() -> None:
    response = HttpResponse("<p>Quoi ?</p>", headers={"Content-Length": "13"})
    assert int(passer(response).headers["Content-Length"]) == len(response.content)


LACHE = re.compile(r"«[ \n]|[ \n](?:»|[:;?!](?=\s|$))")


@pytest.mark.django_db
def test_every_public_page_and_a_signed_in_one_keep_them(client) -> None:
    tenus: set[str] = set()
    for chemin in chemins_publics():
        if not chemin.endswith(FICHIERS):
            phrases = Page(client.get(chemin).content.decode()).phrases
            assert [phrase for phrase in phrases if LACHE.search(phrase)] == [], chemin
            tenus |= set(re.findall(rf"{N}[»:;?!]", " ".join(phrases)))
    assert tenus == {f"{N}{signe}" for signe in "»:;?!"} - {f"{N}!"}
    demande = scenes.demande("soumise")
    client.force_login(demande.demandeur)
    phrases = Page(client.get(f"/demandes/{demande.pk}").content.decode()).phrases
    assert [phrase for phrase in phrases if LACHE.search(phrase)] == []
