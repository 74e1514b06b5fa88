"""A habilitation: what was approved, as it was approved, and its tokens."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import lisible
from habilitations.etablissements import nommer
from habilitations.gestionnaires import attributions
from habilitations.jetons.octroi import a_des_jetons
from habilitations.models import Demande, Evenement, Habilitation
from habilitations.scopes import SCOPES


@never_cache
@require_safe
def habilitation(request: RequeteConnectee, pk: int) -> HttpResponse:
    trouvee = Habilitation.objects.select_related("organisation").filter(pk=pk).first()
    if trouvee is None:
        raise Http404
    validation = (
        Evenement.objects.filter(acte="valider", details__habilitation=trouvee.pk)
        .select_related("demande")
        .first()
    )
    demande = validation.demande if validation else trouvee.demandes.order_by("-pk").first()
    lisible_ici = Habilitation.objects.visibles_par(request.user).filter(pk=pk).exists() or (
        # A replaced habilitation can still be read by whoever reads its request.
        demande is not None and Demande.objects.visibles_par(request.user).filter(pk=demande.pk).exists()
    )
    if not lisible_ici:
        raise Http404
    return render(
        request,
        "habilitations/habilitation.html",
        {
            "habilitation": trouvee,
            "demande": demande,
            "validee_par": validation and validation.acteur_nom,
            "blocs": lisible.blocs(validation.demande, validation.instantane or {}) if validation else [],
            "etablissements": list(nommer(trouvee.uais).values()),
            "donnees": [SCOPES[nom] for nom in trouvee.scopes if nom in SCOPES],
            # A contact who is only named reads the habilitation, not its tokens; the technical contact manages them.
            "jetons": a_des_jetons(trouvee)
            and (
                demande is None
                or Demande.objects.suivies_par(request.user).filter(pk=demande.pk).exists()
                or Habilitation.objects.tenues_par(request.user).filter(pk=pk).exists()
            ),
            "gestionnaire": attributions.en_gere(trouvee, request.user),
            "est_demandeur": demande is not None and demande.demandeur_id == request.user.pk,
        },
    )
