"""Whose the pages of « Intégrations » are: the verified members of an organisation. Another's object is absent."""

from django.http import Http404, HttpRequest

from habilitations.models import Organisation
from habilitations.views.communs import rattachement_courant, rattachements


def organisations_verifiees(request: HttpRequest) -> list[Organisation]:
    return [lien.organisation for lien in rattachements(request) if lien.verifie]


def organisation_exigee(request: HttpRequest) -> Organisation:
    """The organisation for which the person is working, to which they verifiably belong."""
    lien = rattachement_courant(request)
    if lien is None or not lien.verifie:
        raise Http404
    return lien.organisation
