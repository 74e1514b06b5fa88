"""What every sign-in writes in the session that it opens, whatever opened it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from habilitations.comptes import sessions
from habilitations.comptes.preuve import noter_preuve


@receiver(user_logged_in, dispatch_uid="habilitations.session_ouverte")
def marquer(request: HttpRequest, **_: Any) -> None:
    request.session[sessions.OUVERTE_LE] = timezone.now().isoformat()
    request.session[sessions.NAVIGATEUR] = sessions.decrire_navigateur(
        request.META.get("HTTP_USER_AGENT", "")
    )
    noter_preuve(request)
