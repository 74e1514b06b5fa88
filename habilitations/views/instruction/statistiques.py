"""How long the ministry takes, and what it decides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from habilitations.demandes import statistiques
from habilitations.models import Habilitation
from habilitations.views.instruction.garde import lecteurs
from referentiel.pilotage import graphiques


@lecteurs
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    ensemble, mois = statistiques.reponses()
    etats = statistiques.par_etat_et_type()
    return render(
        request,
        "instruction/statistiques.html",
        {
            "ensemble": ensemble,
            "mois": mois,
            "delais": graphiques.colonnes(
                [(m.libelle_court, [m.mediane, m.neuf_sur_dix]) for m in mois], unite="j"
            ),
            "decisions": graphiques.colonnes(
                [(m.libelle_court, [m.validees, m.modifications, m.refusees]) for m in mois]
            ),
            "etats": etats,
            "types": Habilitation.Type.labels,
            "volumes": graphiques.barres([(ligne.libelle, ligne.total) for ligne in etats]),
        },
    )
