"""One's own open sessions, each with its button « Déconnecter »."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from habilitations.comptes import sessions
from habilitations.comptes.requete import RequeteConnectee
from habilitations.views.communs import jamais_incarne


@jamais_incarne
@never_cache
@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    fiches = sessions.lister(request.user, courante=request.session.session_key)
    return render(request, "habilitations/sessions.html", {"fiches": fiches})


@jamais_incarne
@require_POST
def fermer(request: RequeteConnectee, designation: str) -> HttpResponse:
    if designation == sessions.designation(request.session.session_key or ""):
        messages.info(request, "C'est la session où vous êtes : le bouton « Se déconnecter » la ferme.")
    elif sessions.fermer(request.user, designation):
        messages.success(request, "Cette session est fermée.")
    else:
        messages.info(request, "Cette session était déjà fermée.")
    return redirect("compte-sessions")
