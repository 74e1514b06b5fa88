"""Mails seen from the portal: what I receive, stop receiving by a link, and the demonstration's mailbox."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from habilitations.comptes import demonstration
from habilitations.comptes.requete import RequeteConnectee
from habilitations.courriels import preferences
from habilitations.models import Courriel


@require_http_methods(["GET", "POST"])
def choisir(request: RequeteConnectee) -> HttpResponse:
    """The switches of the mails that this person may receive and do without."""
    offerts = preferences.offerts(request.user)
    if request.method == "POST":
        for choix in offerts:
            preferences.choisir(
                compte=request.user, genre=choix.genre, recevoir=choix.genre in request.POST.getlist("genres")
            )
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("compte-courriels")
    par_public: dict[str, list[tuple[preferences.Choix, bool]]] = {}
    for choix in offerts:
        recevoir = preferences.veut_recevoir(courriel=request.user.courriel, genre=choix.genre)
        par_public.setdefault(choix.public.value, []).append((choix, recevoir))
    return render(request, "habilitations/courriels_choisir.html", {"par_public": par_public})


# The signed address is the authorisation: mail programs post to it without cookies (RFC 8058).
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def se_desabonner(request: HttpRequest, jeton: str) -> HttpResponse:
    """A GET changes nothing: mail filters open links."""
    lu = preferences.lire_desabonnement(jeton)
    if lu is None:
        return render(request, "habilitations/courriels_desabonnement.html", {"inconnu": True}, status=404)
    compte, genre = lu
    # Already turned off, by this link or elsewhere: the page says how things stand.
    fait = not preferences.veut_recevoir(courriel=compte.courriel, genre=genre)
    if request.method == "POST":
        fait = True
        preferences.choisir(compte=compte, genre=genre, recevoir=False)
    return render(
        request,
        "habilitations/courriels_desabonnement.html",
        {"libelle": preferences.libelle(compte, genre), "fait": fait},
    )


@login_not_required
@never_cache
@require_GET
def boite(request: HttpRequest) -> HttpResponse:
    """Every mail of the demonstration, newest first. Nowhere else."""
    if not demonstration.active():
        raise Http404
    page = Paginator(Courriel.objects.defer("texte", "html").order_by("-pk"), 25).get_page(
        request.GET.get("page")
    )
    return render(request, "habilitations/courriels_boite.html", {"page": page})


@login_not_required
@never_cache
@require_GET
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    if not demonstration.active():
        raise Http404
    return render(
        request, "habilitations/courriels_lire.html", {"courriel": get_object_or_404(Courriel, pk=pk)}
    )
