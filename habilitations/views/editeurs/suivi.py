"""For the applicant of a request: which editor follows it, if any."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from habilitations.comptes.requete import RequeteConnectee
from habilitations.editeurs import accompagnement
from habilitations.editeurs.formulaires import TYPE
from habilitations.forms.formulaires_prets import QuiSuit
from habilitations.models import Accompagnement, Demande
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, jamais_incarne
from referentiel.une_fois import une_seule_fois


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def suivi(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Let an editor follow, or no longer: one page, which does the one that is possible."""
    siennes = Demande.objects.filter(demandeur=request.user, type=TYPE).select_related("organisation")
    demande = get_object_or_404(siennes, pk=pk)
    connu = accompagnement.de(demande)
    contexte: dict[str, object] = {"demande": demande, "connu": connu}
    if connu is not None and connu.suivi_depuis is not None:
        if request.method == "POST":
            return _retirer(request, demande, connu)
        return render(request, "editeurs/suivi_retirer.html", contexte)
    initial = {"editeur": connu.editeur_id} if connu is not None else {}
    form = QuiSuit(request.POST or None, initial=initial)
    if form.is_valid():
        editeur = form.cleaned_data["editeur"]
        try:
            accompagnement.permettre(demande=demande, editeur=editeur, acteur=acteur(request))
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, f"{editeur} suit maintenant l'avancement de cette demande.")
            return redirect("demande", pk)
    return render(request, "editeurs/suivi_permettre.html", contexte | {"form": form})


def _retirer(request: RequeteConnectee, demande: Demande, connu: Accompagnement) -> HttpResponse:
    try:
        accompagnement.retirer(demande=demande, acteur=acteur(request))
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"{connu.editeur} ne voit plus cette demande.")
    return redirect("demande", demande.pk)
