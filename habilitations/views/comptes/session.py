"""How long the session still lasts, for pages where something is typed; and staying signed in without leaving them."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.comptes import sessions


@login_not_required  # « nobody is signed in » is an answer too
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """`reste`: seconds, 0 when nobody is signed in. `csrf`: for the forms of a page older than the last sign-in.

    Reading does not prolong; POST does, as signing in again would.
    """
    restant = sessions.reste(request.session.session_key) if request.user.is_authenticated else 0
    if request.method == "POST" and restant:
        request.session.modified = True
        restant = settings.SESSION_COOKIE_AGE
    return JsonResponse({"reste": restant, "csrf": get_token(request)})
