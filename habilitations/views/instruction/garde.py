"""Whom the instruction's pages are for, and the request that a page is about."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from habilitations.models import Compte, Demande, Role
from habilitations.views.communs import exige_role

LECTEURS = (Role.Nom.RAPPORTEUR, Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR)

#: Whoever reads all requests.
lecteurs = exige_role(*LECTEURS)
#: Whoever writes the message templates.
responsables = exige_role(Role.Nom.RESPONSABLE)


def la_demande(*, compte: Compte, pk: int, **_: Any) -> Demande:
    trouvee = complete(Demande.objects.visibles_par(compte)).filter(pk=pk).first()
    if trouvee is None:
        raise Http404
    return trouvee


def complete(demandes: QuerySet[Demande]) -> QuerySet[Demande]:
    return demandes.select_related(
        "organisation",
        "demandeur",
        "instructeur",
        "habilitation",
        "accompagnement__editeur__organisation",
        "accompagnement__formulaire",
    )
