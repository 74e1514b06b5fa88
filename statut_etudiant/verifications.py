"""What `manage.py check --deploy` looks at besides Django's own list."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from statut_etudiant import roles


@register(Tags.security, deploy=True)
def role_de_la_base(**_: Any) -> list[CheckMessage]:
    """The application must not be able to rewrite the journals."""
    try:
        trouves = roles.defauts()
    except DatabaseError:
        return [Warning("La base ne répond pas : son rôle n'est pas vérifié.", id="statut_etudiant.W001")]
    return [Error(roles.refus(trouves), id="statut_etudiant.E001")] if trouves else []
