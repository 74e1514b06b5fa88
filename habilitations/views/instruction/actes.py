"""One act on one request: its words, the mails that it will send, then the act itself."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from habilitations.acteur import POUR_LE_MINISTERE, Qualite
from habilitations.comptes.requete import RequeteConnectee
from habilitations.courriels.annonces import Apercu
from habilitations.demandes import actes, constats, empechement, modeles_de_message, workflow
from habilitations.demandes.acte import Acte, Saisie
from habilitations.forms.acte import FormulaireActe
from habilitations.models import Demande, ModeleDeMessage
from habilitations.refus import ActeRefuse, DejaFait
from habilitations.views.communs import acteur
from habilitations.views.instruction.garde import la_demande, lecteurs
from referentiel.une_fois import une_seule_fois


@lecteurs
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def acte(request: RequeteConnectee, pk: int, nom: str) -> HttpResponse:
    declare = workflow.ACTES.get(nom)
    if declare is None or not POUR_LE_MINISTERE & declare.public:
        raise Http404
    demande = la_demande(compte=request.user, pk=pk)
    if request.method != "POST":
        return _proposer(request, demande, declare)
    if declare.immediat:
        return _faire_aussitot(request, demande, declare)
    form = _formulaire(request, demande, declare, request.POST)
    if "remplir" in request.POST:
        return _page(
            request, demande, declare, _formulaire(request, demande, declare, _repris(request, demande))
        )
    if not form.is_valid():
        return _page(request, demande, declare, form, status=422)
    faire = actes.prevoir if "apercu" in request.POST else actes.faire
    cible = {"demande": demande} if "apercu" in request.POST else {"demande_id": demande.pk}
    try:
        fait: Any = faire(nom, **cible, acteur=acteur(request), **form.arguments())
    except DejaFait as refus:
        # What was written stays on the page: it may be wanted as a message.
        return _page(request, demande, declare, form, deja_fait=refus, status=409)
    except ActeRefuse as refus:
        form.add_error(None, str(refus))
        return _page(request, demande, declare, form, status=422)
    if "apercu" in request.POST:
        return _page(request, demande, declare, form, apercus=fait)
    return _suite(request, demande, declare)


def _proposer(request: RequeteConnectee, demande: Demande, declare: Acte) -> HttpResponse:
    qui = acteur(request)
    qualites = qui.qualites(demande) & POUR_LE_MINISTERE
    if declare not in [propose for propose, _ in workflow.possibles(demande, qui, qualites)]:
        if not qualites & declare.public:
            raison = empechement.raison(demande, qui)
            messages.error(request, raison or "Vous n'avez pas le droit de faire cela sur cette demande.")
        else:
            messages.error(
                request,
                f"« {declare.libelle} » n'est pas possible : la demande est à l'état "
                f"« {demande.get_etat_display()} ».",
            )
        return _vers(demande)
    if declare.immediat:
        return _vers(demande)
    initial = {"texte": _texte_du_modele(request, demande, declare, request.GET.get("modele", ""))}
    return _page(request, demande, declare, _formulaire(request, demande, declare, None, initial=initial))


def _faire_aussitot(request: HttpRequest, demande: Demande, declare: Acte) -> HttpResponse:
    try:
        actes.faire(declare.nom, demande_id=demande.pk, acteur=acteur(request))
    except ActeRefuse as refus:
        messages.error(request, str(refus))
        return _vers(demande)
    return _suite(request, demande, declare)


def _suite(request: HttpRequest, demande: Demande, declare: Acte) -> HttpResponse:
    """`demande`: as it was before the act, which the person may have done in a quality that they have lost with it."""
    messages.success(
        request, declare.mots(_qualite(request, demande, declare)).fait.format(numero=demande.numero)
    )
    return _vers(demande)


def _vers(demande: Demande) -> HttpResponseRedirect:
    return redirect("instruction-demande", pk=demande.pk)


def _qualite(request: HttpRequest, demande: Demande, declare: Acte) -> Qualite:
    """In what quality the ministry's person does it; refused by the act itself when they have none."""
    miennes = acteur(request).qualites(demande)
    du_ministere = [qualite for qualite in declare.pour if qualite in POUR_LE_MINISTERE]
    return next((qualite for qualite in du_ministere if qualite in miennes), du_ministere[0])


def _formulaire(
    request: RequeteConnectee, demande: Demande, declare: Acte, donnees: Any, **options: Any
) -> FormulaireActe:
    qualite = _qualite(request, demande, declare)
    return FormulaireActe(
        donnees, acte=declare, demande=demande, qualite=qualite, compte=request.user, **options
    )


def _repris(request: RequeteConnectee, demande: Demande) -> Any:
    """What was typed, with the text of the chosen template: without scripts, the page is asked again."""
    donnees = request.POST.copy()
    declare = workflow.ACTES[request.resolver_match.kwargs["nom"]]  # type: ignore[union-attr]
    if texte := _texte_du_modele(request, demande, declare, donnees.get("modele", "")):
        donnees["texte"] = texte
    return donnees


def _texte_du_modele(request: RequeteConnectee, demande: Demande, declare: Acte, pk: str) -> str:
    for modele in _modeles(declare):
        if str(modele.pk) == pk:
            return modeles_de_message.remplir(modele.texte, demande=demande, compte=request.user)
    return ""


def _modeles(declare: Acte) -> list[ModeleDeMessage]:
    if declare.modeles is None:
        return []
    return list(ModeleDeMessage.objects.filter(usage=declare.modeles, actif=True))


def _page(
    request: RequeteConnectee,
    demande: Demande,
    declare: Acte,
    form: FormulaireActe,
    *,
    apercus: list[Apercu] | None = None,
    deja_fait: DejaFait | None = None,
    status: int = 200,
) -> HttpResponse:
    qualite = _qualite(request, demande, declare)
    return render(
        request,
        "instruction/acte.html",
        {
            "demande": demande,
            "acte": declare,
            "form": form,
            "doutes": constats.doutes(demande) if Saisie.DOUTES in declare.saisies else [],
            "consequence": declare.mots(qualite).consequences,
            "bouton": declare.bouton(qualite),
            "modeles": [
                (m.pk, m.titre, modeles_de_message.remplir(m.texte, demande=demande, compte=request.user))
                for m in _modeles(declare)
            ],
            "modele_choisi": request.POST.get("modele", request.GET.get("modele", "")),
            "apercu": apercus is not None,
            "apercus": apercus,
            "envoie_aussi": declare.envoie_aussi(demande),
            "deja_fait": deja_fait,
            "retour": reverse("instruction-demande", args=[demande.pk]),
        },
        status=status,
    )
