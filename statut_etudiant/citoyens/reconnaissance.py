"""From FranceConnect's identity to the one student whose pages are theirs, or to nobody.

The search is the API's. What follows is stricter: an API answers a service about the person before it; here a whole
record would be shown. So whatever the register does not know of the sex or the birthplace, which the search lets match
anybody, makes it uncertain: no page. Homonyms never see each other's.
"""

import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from referentiel.models import Etudiant
from referentiel.recherche import SQL_IDENTITE, assembler, parametres_identite
from statut_etudiant.api.franceconnect import pivot
from statut_etudiant.franceconnect.echecs import PivotAbsent, PivotInutilisable

#: Every record counts, however old.
DEPUIS_TOUJOURS = datetime.date(1900, 1, 1)

AUCUN = "aucun"
PLUSIEURS = "plusieurs"
INCERTAIN = "incertain"
INCOMPLET = "incomplet"


class Reconnu(NamedTuple):
    """`etudiant_id` is None when nobody's page can be shown: `pourquoi` says why, as one of the words above."""

    etudiant_id: int | None
    pourquoi: str = ""


def reconnaitre(identite: dict[str, Any]) -> Reconnu:
    """The student whom these claims of the pivot identity designate without any doubt."""
    try:
        cherche = pivot.lire(identite, aujourdhui=timezone.localdate())
    except (PivotAbsent, PivotInutilisable):
        return Reconnu(None, INCOMPLET)
    parametres: Any = parametres_identite(
        nom=cherche.nom,
        prenom=cherche.prenom,
        date_naissance=cherche.date_naissance,
        sexe=cherche.sexe,
        lieu=cherche.lieu,
        depuis=DEPUIS_TOUJOURS,
    )
    with connection.cursor() as curseur:
        curseur.execute(SQL_IDENTITE.format(fictif="false"), parametres)
        trouves = assembler(curseur.fetchall())
    if len(trouves) != 1:
        return Reconnu(None, PLUSIEURS if trouves else AUCUN)
    etudiant = Etudiant.objects.only("sexe", "lieu_naissance").get(pk=trouves[0].etudiant_id)
    if (cherche.sexe and etudiant.sexe is None) or (cherche.lieu and etudiant.lieu_naissance is None):
        return Reconnu(None, INCERTAIN)
    return Reconnu(etudiant.pk)
