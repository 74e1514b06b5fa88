"""« Webhooks »: what an organisation's server receives, and how it makes sure of it. What is shown is what the tests
run."""

from functools import cache
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from habilitations.integrateurs.tournee import PAUSES
from habilitations.integrateurs.types import GROUPES
from statut_etudiant.portail.demarrer import EXEMPLES


class Langage(NamedTuple):
    cle: str
    nom: str

    @property
    def exemple(self) -> str:
        return _lire(self.cle)


@cache
def _lire(cle: str) -> str:
    return (EXEMPLES / "webhooks" / f"{cle}.txt").read_text(encoding="utf-8")


LANGAGES = (
    Langage("python", "Python"),
    Langage("php", "PHP"),
    Langage("javascript", "JavaScript"),
    Langage("ruby", "Ruby"),
)

#: An event as it is sent (`habilitations.integrateurs.corps`).
EXEMPLE = """{
  "id": "7c1f4f0e-3f0a-4c55-9d4e-1f4f2a3b9a10",
  "type": "demande.valider",
  "instant": "2026-11-28T09:30:12.345+00:00",
  "organisation": {"siret": "13002526500013"},
  "donnees": {
    "demande": "D42",
    "habilitation": "H17",
    "genre": "lecture",
    "etat": "validee",
    "etat_precedent": "soumise"
  }
}"""


def _calendrier() -> list[str]:
    """When each try comes after the first failure, in words."""
    dits, ecoulees = [], 0
    for pause in PAUSES:
        ecoulees += pause
        dits.append(f"{ecoulees // 60} h" if ecoulees % 60 == 0 else f"{ecoulees} min")
    return dits


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portail/webhooks.html",
        {"langages": LANGAGES, "groupes": GROUPES, "exemple": EXEMPLE, "calendrier": _calendrier()},
    )
