"""The bodies of the reading answers, without what the journal keeps of them."""

from typing import Any

from referentiel.dossiers import Trouve
from statut_etudiant.api.v2 import corps as corps_v2
from statut_etudiant.api.v3 import corps as corps_v3


def rendre_v2(trouve: Trouve, scopes: frozenset[str], **options: Any) -> dict[str, Any] | None:
    rendu = corps_v2.rendre(trouve, scopes, **options)
    return None if rendu is None else rendu.corps


def rendre_v3(trouve: Trouve, scopes: frozenset[str], **options: Any) -> dict[str, Any] | None:
    rendu = corps_v3.rendre(trouve, scopes, **options)
    return None if rendu is None else rendu.corps
