"""The request of somebody signed in, as every view that is not marked public receives it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from habilitations.models import Compte


class RequeteConnectee(HttpRequest):
    """For type checkers. `user` is never anonymous, `connexion_exigee` sees to it."""

    user: Compte


def compte_connecte(request: HttpRequest) -> Compte:
    """Who is signed in. Raises PermissionDenied."""
    if not isinstance(request.user, Compte):
        raise PermissionDenied
    return request.user
