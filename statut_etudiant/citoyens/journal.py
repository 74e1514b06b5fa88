"""What citizens do on their pages is journaled like the rest: before it is shown."""

from collections.abc import Iterable

from django.db import connection
from django.http import HttpRequest

from referentiel.models import Echange

#: Of the journal's rows that the citizens' pages write.
INTERFACE = "citoyen"

_CONSIGNER = """
INSERT INTO referentiel_echange
    (issue, requete, organisation, siret, recipient, interface, voie, etudiant_id, categories)
VALUES (%s, %s, %s, '', '', %s, %s, %s, %s)
"""
_MOI = "Étudiant lui-même"


def consigner(request: HttpRequest, *, etudiant_id: int | None, categories: Iterable[str]) -> None:
    """Journal that this person is about to be shown these categories; `etudiant_id` None: nobody was recognised."""
    with connection.cursor() as curseur:
        curseur.execute(
            _CONSIGNER,
            [
                (Echange.Issue.NON_TROUVE if etudiant_id is None else Echange.Issue.DONNEES).value,
                getattr(request, "identifiant", ""),
                _MOI,
                INTERFACE,
                Echange.Voie.CITOYEN.value,
                etudiant_id,
                list(categories),
            ],
        )
