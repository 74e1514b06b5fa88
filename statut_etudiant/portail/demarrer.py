"""« Démarrage rapide »: a first call in five languages. What is shown is the file that the tests run."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

EXEMPLES = Path(__file__).parent / "exemples"


class Langage(NamedTuple):
    """`programme`: what reads the example on its standard input, and how."""

    cle: str
    nom: str
    programme: tuple[str, ...]

    @property
    def exemple(self) -> str:
        return _lire(self.cle)


@cache
def _lire(cle: str) -> str:
    return (EXEMPLES / f"{cle}.txt").read_text(encoding="utf-8")


LANGAGES = (
    Langage("curl", "curl", ("bash", "-s")),
    Langage("python", "Python", ("python3", "-")),
    Langage("javascript", "JavaScript", ("node", "--input-type=module", "-")),
    Langage("php", "PHP", ("php",)),
    Langage("ruby", "Ruby", ("ruby", "-")),
)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(
        request, "portail/demarrer.html", {"langages": LANGAGES, "adresse": settings.ADRESSE_PUBLIQUE}
    )
