"""One act on one request: its words, the mails that it will send, then the act itself."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from habilitations.demandes import actes, modeles_de_message, simulation, workflow
from habilitations.demandes.actes import ActeRefuse, DejaFait
from habilitations.demandes.workflow import Acte, Qualite
from habilitations.forms.instruction import FormulaireActe
from habilitations.models import Demande, Habilitation, ModeleDeMessage
from habilitations.views.communs import acteur
from habilitations.views.instruction.dossier import SANS_FORMULAIRE, actes_proposes
from habilitations.views.instruction.garde import la_demande, lecteurs

FONCTIONS = {
    "demander_modifications": actes.demander_modifications,
    "valider": actes.valider,
    "refuser": actes.refuser,
    "refuser_reouverture": actes.refuser_reouverture,
    "revoquer": actes.revoquer,
    "annuler_reouverture_instructeur": actes.annuler_reouverture_instructeur,
    "archiver": actes.archiver,
    "transferer": actes.transferer,
    "prendre_en_charge": actes.prendre_en_charge,
    "rendre": actes.rendre,
}

FAITS = {
    "demander_modifications": "Les modifications sont demandées, le demandeur est prévenu.",
    "valider": "La demande est validée, le demandeur est prévenu.",
    "refuser": "La demande est refusée, le demandeur est prévenu.",
    "refuser_reouverture": "Les changements sont refusés, l'habilitation reste telle qu'elle était.",
    "revoquer": "L'habilitation est révoquée, ses jetons ne fonctionnent plus.",
    "annuler_reouverture_instructeur": "La réouverture est annulée, l'habilitation reste telle qu'elle était.",
    "archiver": "La demande est archivée.",
    "transferer": "La demande est transférée, le nouveau demandeur est prévenu.",
    "prendre_en_charge": "Vous avez pris la demande en charge.",
    "rendre": "La demande est rendue à l'équipe.",
}

CONSEQUENCES = {
    "refuser": "La demande sera close. Le demandeur pourra en présenter une nouvelle, ou contester le refus.",
    "refuser_reouverture": "La demande reviendra telle qu'elle a été validée ; les changements seront perdus.",
    "revoquer": "Tous les jetons de l'habilitation seront refusés dès le prochain appel. C'est définitif.",
    "annuler_reouverture_instructeur": "La demande reviendra telle qu'elle a été validée ; les changements en cours "
    "seront perdus.",
    "archiver": "La demande quittera les listes en cours. Elle ne pourra plus être modifiée.",
    "transferer": "Le demandeur actuel ne suivra plus la demande ni ses jetons, sauf par son organisation.",
}


@lecteurs
@require_http_methods(["GET", "HEAD", "POST"])
def acte(request: HttpRequest, pk: int, nom: str) -> HttpResponse:
    if nom not in FONCTIONS:
        raise Http404
    demande = la_demande(compte=request.user, pk=pk)
    declare = workflow.PAR_NOM[nom]
    if request.method != "POST":
        return _proposer(request, demande, declare)
    if nom in SANS_FORMULAIRE:
        return _faire_sans_formulaire(request, demande, nom)
    form = _formulaire(request, demande, declare, request.POST)
    if "remplir" in request.POST:
        return _page(
            request, demande, declare, _formulaire(request, demande, declare, _repris(request, demande))
        )
    if not form.is_valid():
        return _page(request, demande, declare, form, status=422)
    if "apercu" in request.POST:
        return _page(request, demande, declare, form, apercu=True)
    try:
        FONCTIONS[nom](demande_id=demande.pk, acteur=acteur(request), **form.arguments())
    except DejaFait as refus:
        # What was written stays on the page: it may be wanted as a message.
        return _page(request, demande, declare, form, deja_fait=str(refus), status=409)
    except ActeRefuse as refus:
        form.add_error(None, str(refus))
        return _page(request, demande, declare, form, status=422)
    messages.success(request, FAITS[nom])
    return _vers(demande)


def _proposer(request: HttpRequest, demande: Demande, declare: Acte) -> HttpResponse:
    qualites = acteur(request).qualites(demande)
    if declare not in actes_proposes(demande, qualites, compte_id=request.user.pk):
        if not qualites & set(declare.qui) - {Qualite.DEMANDEUR}:
            messages.error(request, "Vous n'avez pas le droit de faire cela sur cette demande.")
        else:
            messages.error(
                request,
                f"« {declare.libelle} » n'est pas possible : la demande est à l'état "
                f"« {demande.get_etat_display()} ».",
            )
        return _vers(demande)
    if declare.nom in SANS_FORMULAIRE:
        return _vers(demande)
    initial = {"texte": _texte_du_modele(request, demande, declare, request.GET.get("modele", ""))}
    return _page(request, demande, declare, _formulaire(request, demande, declare, None, initial=initial))


def _faire_sans_formulaire(request: HttpRequest, demande: Demande, nom: str) -> HttpResponse:
    try:
        FONCTIONS[nom](demande_id=demande.pk, acteur=acteur(request))
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, FAITS[nom])
    return _vers(demande)


def _vers(demande: Demande) -> HttpResponseRedirect:
    return redirect("instruction-demande", pk=demande.pk)


def _formulaire(
    request: HttpRequest, demande: Demande, declare: Acte, donnees: Any, **options: Any
) -> FormulaireActe:
    administre = Qualite.ADMINISTRATEUR in acteur(request).qualites(demande)
    return FormulaireActe(
        donnees, acte=declare, demande=demande, compte=request.user, administre=administre, **options
    )


def _repris(request: HttpRequest, demande: Demande) -> Any:
    """What was typed, with the text of the chosen template: without scripts, the page is asked again."""
    donnees = request.POST.copy()
    declare = workflow.PAR_NOM[request.resolver_match.kwargs["nom"]]
    if texte := _texte_du_modele(request, demande, declare, donnees.get("modele", "")):
        donnees["texte"] = texte
    return donnees


def _texte_du_modele(request: HttpRequest, demande: Demande, declare: Acte, pk: str) -> str:
    for modele in _modeles(declare):
        if str(modele.pk) == pk:
            return modeles_de_message.remplir(modele.texte, demande=demande, compte=request.user)
    return ""


def _modeles(declare: Acte) -> list[ModeleDeMessage]:
    usage = modeles_de_message.USAGE_PAR_ACTE.get(declare.nom)
    return list(ModeleDeMessage.objects.filter(usage=usage, actif=True)) if usage else []


def _page(
    request: HttpRequest,
    demande: Demande,
    declare: Acte,
    form: FormulaireActe,
    *,
    apercu: bool = False,
    deja_fait: str = "",
    status: int = 200,
) -> HttpResponse:
    apercus = []
    if apercu:
        apercus = simulation.courriels(
            acte=declare.nom, demande=demande, acteur=acteur(request), **form.arguments()
        )
    return render(
        request,
        "instruction/acte.html",
        {
            "demande": demande,
            "acte": declare,
            "form": form,
            "consequence": CONSEQUENCES.get(declare.nom, ""),
            "modeles": [
                (m.pk, m.titre, modeles_de_message.remplir(m.texte, demande=demande, compte=request.user))
                for m in _modeles(declare)
            ],
            "modele_choisi": request.POST.get("modele", request.GET.get("modele", "")),
            "apercu": apercu,
            "apercus": apercus,
            "lien_de_jeton": declare.nom == "valider"
            and not demande.est_reouverture
            and demande.type != Habilitation.Type.FRANCE_CONNECT,
            "deja_fait": deja_fait,
            "retour": reverse("instruction-demande", args=[demande.pk]),
        },
        status=status,
    )
