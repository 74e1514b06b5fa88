"""The browser in which a person has already signed in: a cookie that says so, signed, worth nothing by itself.

It opens nothing: the password is asked all the same. It only sets its tries apart from everybody else's, so that a
stranger who sends wrong passwords does not keep the person out (OWASP, "device cookies").
"""

from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from habilitations.models import Compte

SEL = "habilitations.navigateur_connu"
DUREE = 180 * 24 * 3600  # seconds


def _nom() -> str:
    """Bound to this host and TLS in production, as the session's."""
    return ("__Host-" if settings.SESSION_COOKIE_SECURE else "") + "navigateur"


def retenir(response: HttpResponse, compte: Compte) -> HttpResponse:
    """This browser has just signed in to this account."""
    response.set_signed_cookie(
        _nom(),
        f"{compte.pk}:{token_urlsafe(12)}",
        salt=SEL,
        max_age=DUREE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def reconnaitre(request: HttpRequest, compte_id: int | None) -> str:
    """What tells this browser apart, when it signed in to this account before; empty otherwise."""
    try:
        valeur = request.get_signed_cookie(_nom(), "", salt=SEL, max_age=DUREE)
    except signing.BadSignature:
        return ""
    pk, _, nom = (valeur or "").partition(":")
    return nom if compte_id is not None and pk == str(compte_id) else ""
