"""How long the session still lasts, for pages where something is typed; and staying signed in without leaving them."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.models import SessionOuverte


@login_not_required  # « nobody is signed in » is an answer too
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """`reste`: seconds, 0 when nobody is signed in. `csrf`: for the forms of a page older than the last sign-in.

    Reading does not prolong; POST does, as signing in again would.
    """
    reste = _reste(request) if request.user.is_authenticated else 0
    if request.method == "POST" and reste:
        request.session.modified = True
        reste = settings.SESSION_COOKIE_AGE
    return JsonResponse({"reste": reste, "csrf": get_token(request)})


def _reste(request: HttpRequest) -> int:
    ouverte = SessionOuverte.objects.filter(pk=request.session.session_key)
    fin = ouverte.values_list("expire_date", flat=True).first()
    return 0 if fin is None else max(0, int((fin - timezone.now()).total_seconds()))
