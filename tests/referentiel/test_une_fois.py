"""One act for one form: a second click shows the first's result, at the same time or after; a secret, for a minute."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory

from referentiel import une_fois
from referentiel.models import FormulaireEnvoye
from referentiel.une_fois import montrable, tirer_une_cle, une_seule_fois

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> SessionStore:
    ouverte = SessionStore()
    ouverte.create()
    return ouverte


def envoyer(
    vue: Callable[..., HttpResponse], session: SessionStore, cle: str, *, page: str = "/page"
) -> HttpResponse:
    """What the middlewares would do of it, as far as this concerns."""
    request = RequestFactory().post(page, {une_fois.CHAMP: cle})
    request.session = SessionStore(session.session_key)
    request._messages = SessionStorage(request)
    response = vue(request)
    request._messages.update(response)
    if request.session.modified:
        request.session.save()
    response.dits = [str(dit) for dit in SessionStorage(request)]
    return response


class Vue:
    """Counts its acts, and says so."""

    def __init__(self, repondre: Callable[[HttpRequest, int], HttpResponse]) -> None:
        self.actes = 0
        self.repondre = repondre

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.actes += 1
        return self.repondre(request, self.actes)


def partir(request: HttpRequest, rang: int) -> HttpResponse:
    messages.success(request, f"Fait n° {rang}")
    request.session["choix"] = rang
    return redirect(f"/suite/{rang}")


def montrer(request: HttpRequest, rang: int) -> HttpResponse:
    reponse = HttpResponse(f"secret n° {rang}")
    reponse["Referrer-Policy"] = "strict-origin"
    return montrable(reponse)


def test_the_second_sending_shows_the_result_of_the_first(session: SessionStore) -> None:
    vue = Vue(partir)
    cle = tirer_une_cle()
    premier, second = (envoyer(une_seule_fois(vue), session, cle) for _ in range(2))
    assert (vue.actes, premier["Location"], second["Location"]) == (1, "/suite/1", "/suite/1")
    # Said once, even when both answers were on their way; and what the act chose is kept.
    assert (premier.dits, second.dits) == (["Fait n° 1"], ["Fait n° 1"])
    assert SessionStore(session.session_key)["choix"] == 1


def test_another_page_another_browser_or_another_form_acts(session: SessionStore) -> None:
    vue, cle, autre = Vue(partir), tirer_une_cle(), SessionStore()
    autre.create()
    envoyer(une_seule_fois(vue), session, cle)
    envoyer(une_seule_fois(vue), session, tirer_une_cle())
    envoyer(une_seule_fois(vue), session, cle, page="/autre")
    envoyer(une_seule_fois(vue), autre, cle)
    for sans in ("", "courte", "x" * 44):
        envoyer(une_seule_fois(vue), session, sans)
    assert vue.actes == 7


def test_a_refused_form_is_corrected_and_sent_again(session: SessionStore) -> None:
    cle = tirer_une_cle()
    vue = Vue(
        lambda request, rang: partir(request, rang) if rang == 2 else HttpResponse("à corriger", status=422)
    )
    assert envoyer(une_seule_fois(vue), session, cle).status_code == 422
    assert not FormulaireEnvoye.objects.exists()
    assert envoyer(une_seule_fois(vue), session, cle)["Location"] == "/suite/2"


def test_an_act_that_fails_frees_the_form(session: SessionStore) -> None:
    def tomber(request: HttpRequest, rang: int) -> HttpResponse:
        if rang == 1:
            raise ConnectionError
        return partir(request, rang)

    vue, cle = Vue(tomber), tirer_une_cle()
    with pytest.raises(ConnectionError):
        envoyer(une_seule_fois(vue), session, cle)
    assert envoyer(une_seule_fois(vue), session, cle)["Location"] == "/suite/2"


def test_a_secret_is_shown_for_one_minute_to_the_same_form_then_is_erased(
    session: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    vue, cle = Vue(montrer), tirer_une_cle()
    assert envoyer(une_seule_fois(vue), session, cle).content == "secret n° 1".encode()
    encore = envoyer(une_seule_fois(vue), session, cle)
    assert (encore.content, encore["Referrer-Policy"]) == ("secret n° 1".encode(), "strict-origin")
    trace = FormulaireEnvoye.objects.get()
    # What is kept tells nothing without the form's key, which is nowhere in the database.
    assert "secret" not in bytes(trace.reponse_chiffree).decode()
    assert cle.encode() not in bytes(trace.cle) + bytes(trace.reponse_chiffree)
    assert trace.montrable_jusqu_a - trace.recu_le < timedelta(seconds=61)
    assert une_fois.oublier() == 0
    plus_tard = trace.montrable_jusqu_a
    monkeypatch.setattr("referentiel.une_fois.timezone.now", lambda: plus_tard)
    tard = envoyer(une_seule_fois(vue), session, cle)
    assert tard.status_code == 409
    assert "déjà été envoyé" in tard.content.decode()
    assert (une_fois.oublier(), vue.actes) == (1, 1)
    trace.refresh_from_db()
    assert trace.reponse_chiffree is None
    monkeypatch.setattr("referentiel.une_fois.timezone.now", lambda: plus_tard + timedelta(days=1))
    assert (une_fois.oublier(), FormulaireEnvoye.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_the_same_instant_make_one_act_and_ten_times_the_same_answer(
    session: SessionStore,
) -> None:
    vue, cle, depart = Vue(montrer), tirer_une_cle(), Barrier(10)

    def cliquer(_: Any) -> bytes:
        try:
            depart.wait(timeout=30)
            return envoyer(une_seule_fois(vue), session, cle).content
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as fils:
        reponses = set(fils.map(cliquer, range(10)))
    assert (vue.actes, reponses) == (1, {"secret n° 1".encode()})
