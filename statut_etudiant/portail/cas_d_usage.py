"""« Formulaires tout prêts »: what each use case proposes, and how a link fills in a request."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from habilitations.demandes.cas_d_usage import par_public
from habilitations.models import Habilitation
from habilitations.views.demandes.nouvelle import parametres_acceptes


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portail/cas_d_usage.html",
        {
            "publics": [
                (public, [(cas, Habilitation.Type(cas.type).label) for cas in proposes])
                for public, proposes in par_public().items()
            ],
            "parametres": parametres_acceptes(),
            "types": Habilitation.Type.choices,
        },
    )
