"""Each look at a student's sheet in the establishments' admin is journaled before it is shown."""

from collections.abc import Iterable

from django.db import connection
from django.http import HttpRequest

from referentiel.droits import Droits
from referentiel.models import Echange

#: What a sheet shows.
IDENTITE, INSCRIPTIONS, HISTORIQUE = "identite", "inscriptions", "historique"

_CONSIGNER = """
INSERT INTO referentiel_echange
    (issue, requete, organisation, siret, recipient, interface, voie, etudiant_id, compte_id,
     par_compte_id, categories)
SELECT %s, %s, %s, %s, %s, 'gestion', %s, e, %s, %s, %s FROM unnest(%s::bigint[]) AS e
"""


def consigner(
    request: HttpRequest, droits: Droits, *, etudiants: Iterable[int], categories: Iterable[str]
) -> None:
    """Journal that this person is about to be shown these categories of data of these students (internal ids)."""
    with connection.cursor() as curseur:
        curseur.execute(
            _CONSIGNER,
            [
                Echange.Issue.DONNEES,
                getattr(request, "identifiant", ""),
                droits.organisation,
                droits.siret,
                droits.siret,
                Echange.Voie.CONSULTATION,
                droits.compte_id,
                droits.par_compte_id,
                list(categories),
                list(etudiants),
            ],
        )
