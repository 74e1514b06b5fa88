"""How long the citizen's session still lasts, for pages where something is typed: fifteen minutes are soon gone."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods

from statut_etudiant.citoyens.session import ne_pas_prolonger, reste


@login_not_required  # « nobody is signed in » is an answer too
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """As the agents' (`habilitations.views.comptes.session`): reading does not prolong, POST does."""
    prolongee = request.method == "POST"
    if not prolongee:
        ne_pas_prolonger(request)
    return JsonResponse({"reste": reste(request, prolongee=prolongee), "csrf": get_token(request)})
