"""One act for one form: a second click, or a second window's, shows the result of the first instead of acting again.

    @require_http_methods(["GET", "POST"])
    @une_seule_fois
    def creer(request): …                     # and in the form of its page: {% load une_fois %}{% cle_d_envoi %}

Each form carries a key drawn when it is shown. The first to arrive with it reserves it, in the transaction of the act:
if that fails, the key is free again. The second waits for the first, then receives the same answer. What is kept of an
answer is encrypted under a key drawn from the form's own, which the database never holds.

An answer that sends elsewhere (302) is the result of an act. Any other is taken as « not done: correct and send
again », unless the page says otherwise with `montrable`: a secret, shown for a minute to who clicked twice, and to
nobody else.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from referentiel.models import FormulaireEnvoye

CHAMP = "cle_d_envoi"  # the name of the hidden field
MOTIF = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits
#: How long an answer is shown again to the same form: a page with a secret, a redirection.
SECRET = timedelta(seconds=60)
SUITE = timedelta(hours=1)
#: How long a form that was sent is known as such.
MEMOIRE = timedelta(days=1)

_MONTRABLE = "_montrable_de_nouveau"

Vue = Callable[..., HttpResponse]


def tirer_une_cle() -> str:
    return secrets.token_urlsafe(32)


def montrable(response: HttpResponse) -> HttpResponse:
    """This page is the result of the act: for a minute, a second click on the same form shows it again."""
    setattr(response, _MONTRABLE, True)
    return response


def une_seule_fois(vue: Vue) -> Vue:
    """For a view that acts on POST. A form without a key acts each time that it is sent."""

    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cle = request.POST.get(CHAMP, "") if request.method == "POST" else ""
        if not MOTIF.fullmatch(cle):
            return vue(request, *args, **kwargs)
        empreinte = _empreinte(request, cle)
        with transaction.atomic():
            if not _reserver(empreinte):
                return _rejouer(request, cle, empreinte)
            response = vue(request, *args, **kwargs)
            _garder(request, response, cle, empreinte)
        return response

    return gardee


def oublier() -> int:
    """Erase the answers that are not to be shown any more, and the forms sent long ago; how many rows changed."""
    maintenant = timezone.now()
    effaces = FormulaireEnvoye.objects.filter(
        reponse_chiffree__isnull=False, montrable_jusqu_a__lte=maintenant
    ).update(reponse_chiffree=None)
    return effaces + FormulaireEnvoye.objects.filter(recu_le__lt=maintenant - MEMOIRE).delete()[0]


def _reserver(empreinte: bytes) -> bool:
    """Whether this form is sent for the first time. Waits while another request does the same."""
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO referentiel_formulaireenvoye (cle) VALUES (%s) ON CONFLICT DO NOTHING RETURNING true",
            [empreinte],
        )
        return curseur.fetchone() is not None


def _garder(request: HttpRequest, response: HttpResponse, cle: str, empreinte: bytes) -> None:
    """Keep the answer of an act; forget a form that has to be corrected and sent again."""
    secret = getattr(response, _MONTRABLE, False)
    trace = FormulaireEnvoye.objects.filter(cle=empreinte)
    if response.status_code != 302 and not secret:
        trace.delete()
        return
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    # What the act wrote in the session is there before anybody is shown the same result.
    if request.session.modified:
        # One that was closed meanwhile does not undo the act: the session's own middleware tells it.
        with suppress(UpdateError):
            request.session.save()
    dits = [(dit.level, str(dit.message), dit.extra_tags) for dit in _dits(request)]
    gardee = {
        "status": response.status_code,
        "entetes": dict(response.items()),
        "corps": base64.b64encode(response.content).decode(),
        "dits": dits,
    }
    duree = SECRET if secret else SUITE
    trace.update(
        reponse_chiffree=_serrure(cle).encrypt(json.dumps(gardee).encode()),
        montrable_jusqu_a=timezone.now() + duree,
    )


def _rejouer(request: HttpRequest, cle: str, empreinte: bytes) -> HttpResponse:
    trace = FormulaireEnvoye.objects.get(cle=empreinte)
    jusqu_a = trace.montrable_jusqu_a
    if trace.reponse_chiffree is None or jusqu_a is None or jusqu_a <= timezone.now():
        return render(request, "deja_envoye.html", status=409)
    gardee = json.loads(_serrure(cle).decrypt(bytes(trace.reponse_chiffree)))
    # Another request has written in the session since this one read it.
    request.session = type(request.session)(request.session.session_key)
    deja = {str(dit.message) for dit in _lus(request)}
    for niveau, dit, balises in gardee["dits"]:
        if dit not in deja:
            messages.add_message(request, niveau, dit, extra_tags=balises or "")
    return HttpResponse(base64.b64decode(gardee["corps"]), status=gardee["status"], headers=gardee["entetes"])


def _dits(request: HttpRequest) -> list[Any]:
    """What this request says on the next page."""
    return list(_boite(request)._queued_messages)


def _lus(request: HttpRequest) -> list[Any]:
    """What waits to be said since earlier requests. Reading it here does not count as showing it."""
    boite = _boite(request)
    attendent = list(boite)
    boite.used = False
    return attendent


def _boite(request: HttpRequest) -> Any:
    """The storage of the messages' middleware, whose queue has no public name."""
    return messages.get_messages(request)


def _empreinte(request: HttpRequest, cle: str) -> bytes:
    """The browser's: its session, or its CSRF cookie for who has none. Another browser's form is another form."""
    navigateur = request.session.session_key or request.META.get("CSRF_COOKIE", "")
    return hashlib.sha256(f"{navigateur}\n{request.path}\n{cle}".encode()).digest()


def _serrure(cle: str) -> Fernet:
    """Both are needed to read what is kept: the form's key, and the server's secret."""
    secret = hmac.digest(settings.CLE_CHIFFREMENT.encode(), cle.encode(), "sha256")
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"referentiel.une_fois")
    return Fernet(base64.urlsafe_b64encode(derivation.derive(secret)))
