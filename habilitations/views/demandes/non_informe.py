"""Where the link of the approval's mail leads: said by the button, since mail filters open links."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.demandes import non_informe


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, jeton: str) -> HttpResponse:
    fait = request.method == "POST"
    designation = non_informe.signaler(jeton) if fait else non_informe.lire(jeton)
    response = render(
        request,
        "habilitations/non_informe.html",
        {"designation": designation, "fait": fait},
        status=200 if designation else 404,
    )
    # The address is all that is needed to say it: no page that is visited next may learn it.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
