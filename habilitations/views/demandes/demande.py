"""One request as its applicant follows it: where it stands, its form, its documents, its messages, its history."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.acteur import A_TITRE_PERSONNEL, Qualite
from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import (
    actes,
    brouillon,
    completude,
    constats,
    duplication,
    historique,
    instantane,
    lisible,
    messagerie,
    reprises,
    workflow,
)
from habilitations.demandes.acte import Acte
from habilitations.demandes.documents import DocumentRefuse
from habilitations.demandes.messagerie import Fil
from habilitations.demandes.situation import situation
from habilitations.editeurs.formulaires import TYPE
from habilitations.forms.acte import FormulaireActe
from habilitations.forms.message import FormulaireMessage
from habilitations.gestionnaires import attributions
from habilitations.jetons.octroi import a_des_jetons
from habilitations.models import Demande, Document, Habilitation
from habilitations.refus import ActeRefuse, DemandeIncomplete
from habilitations.views.communs import acteur
from habilitations.views.demandes.documents import telecharger
from referentiel.une_fois import une_seule_fois

#: States in which the sandbox is offered: the tokens are yet to come.
A_L_ESSAI = frozenset({Demande.Etat.BROUILLON, Demande.Etat.SOUMISE, Demande.Etat.MODIFICATIONS})


def la_demande(request: RequeteConnectee, pk: int) -> Demande:
    """404 for what the person may not read, exactly as for what does not exist."""
    return get_object_or_404(
        Demande.objects.visibles_par(request.user).select_related(
            "organisation",
            "demandeur",
            "habilitation",
            "instructeur",
            "accompagnement__editeur__organisation",
        ),
        pk=pk,
    )


@never_cache
@require_safe
def demande(request: RequeteConnectee, pk: int) -> HttpResponse:
    trouvee = la_demande(request, pk)
    fil = _fil(request, trouvee)
    qualites = acteur(request).qualites(trouvee)
    page = _page(request, trouvee, FormulaireMessage(pour="aux instructeurs"), fil, qualites)
    if fil is not None:
        # After the page is rendered, so that new messages are still shown as new this time.
        messagerie.marquer_lus(demande=trouvee, qualites=qualites, montres=fil)
    return page


@never_cache
@require_safe
def resume(request: RequeteConnectee, pk: int) -> HttpResponse:
    """The summary before submission: each missing answer links to its step and field."""
    trouvee = la_demande(request, pk)
    if not brouillon.est_modifiable(trouvee, acteur(request)):
        return redirect("demande", pk)
    version = instantane.prendre(trouvee)
    points = {etape: completude.points(erreurs) for etape, erreurs in completude.verifier(trouvee).items()}
    return render(
        request,
        "habilitations/demande_resume.html",
        {
            "demande": trouvee,
            "situation": situation(trouvee),
            "blocs": [
                (bloc, points.get(bloc.nom, []), _documents_de(trouvee, bloc.nom))
                for bloc in lisible.blocs(trouvee, version)
            ],
            "manques": sum(map(len, points.values())),
            "etapes": len(completude.etapes(trouvee)) + 1,
            "doutes": [constat for constat in constats.du_siret(trouvee) if constat.doute],
            "changements": lisible.ecarts(trouvee.instantane_valide, version),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def acte(request: RequeteConnectee, pk: int, nom: str) -> HttpResponse:
    """An act of the applicant: its consequences told and confirmed, then done."""
    trouvee = la_demande(request, pk)
    declare = workflow.ACTES.get(nom)
    if declare is None or not declare.de or not A_TITRE_PERSONNEL & declare.public:
        raise Http404
    qualite = _qualite(request, trouvee, declare)
    if qualite is None:
        messages.error(request, f"« {declare.libelle} » n'est pas possible dans l'état actuel de la demande.")
        return redirect("demande", pk)
    form = FormulaireActe(
        request.POST if request.method == "POST" else None,
        acte=declare,
        demande=trouvee,
        qualite=qualite,
        compte=request.user,
    )
    mots = declare.mots(qualite)
    if request.method == "POST" and form.is_valid():
        try:
            actes.faire(nom, demande_id=pk, acteur=acteur(request), **form.arguments())
        except DemandeIncomplete as refus:
            messages.error(request, str(refus))
            return redirect("demande-resume", pk)
        except ActeRefuse as refus:
            messages.error(request, str(refus))
            return redirect("demande", pk)
        messages.success(request, mots.fait.format(numero=trouvee.numero))
        visible = Demande.objects.visibles_par(request.user).filter(pk=pk).exists()
        return redirect(mots.suite, pk) if visible else redirect("demandes")
    if nom == "soumettre" and completude.verifier(trouvee):
        messages.error(request, "La demande est incomplète : corrigez les étapes signalées.")
        return redirect("demande-resume", pk)
    return render(
        request,
        "habilitations/demande_acte.html",
        {
            "demande": trouvee,
            "acte": declare,
            "mots": mots,
            "bouton": declare.bouton(qualite),
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@une_seule_fois
def reprendre(request: RequeteConnectee, pk: int) -> HttpResponse:
    """A new draft with what a closed request said."""
    trouvee = la_demande(request, pk)
    try:
        nouvelle = duplication.dupliquer(demande=trouvee, acteur=acteur(request))
    except ActeRefuse as refus:
        messages.error(request, str(refus))
        return redirect("demande", pk)
    messages.success(
        request,
        f"{nouvelle.numero} reprend ce que disait {trouvee.numero}. Joignez de nouveau les documents, et relisez tout.",
    )
    return redirect("demande-resume", nouvelle.pk)


@require_POST
@une_seule_fois
def message(request: RequeteConnectee, pk: int) -> HttpResponse:
    trouvee = la_demande(request, pk)
    form = FormulaireMessage(request.POST, request.FILES, pour="aux instructeurs")
    if form.is_valid():
        try:
            messagerie.envoyer(demande_id=pk, acteur=acteur(request), **form.arguments())
        except (ActeRefuse, DocumentRefuse) as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, "Message envoyé aux instructeurs.")
            return redirect(f"{reverse('demande', args=[pk])}#messages")
    qualites = acteur(request).qualites(trouvee)
    return _page(request, trouvee, form, _fil(request, trouvee), qualites, statut=422)


@never_cache
@require_safe
def document(request: RequeteConnectee, pk: int, document_id: int) -> HttpResponse:
    trouvee = la_demande(request, pk)
    joint = get_object_or_404(trouvee.documents, pk=document_id)
    if joint.message_id is not None and not _est_suivie(request, trouvee):
        raise Http404
    return telecharger(joint)


def _est_suivie(request: RequeteConnectee, trouvee: Demande) -> bool:
    """Whether the person reads history and messages: a mere contact does not."""
    return Demande.objects.suivies_par(request.user).filter(pk=trouvee.pk).exists()


def _fil(request: RequeteConnectee, trouvee: Demande) -> Fil | None:
    """The messages that the person may read."""
    if not _est_suivie(request, trouvee):
        return None
    return messagerie.fil(demande=trouvee, ministere=False, avant=request.GET.get("avant", ""))


def _page(
    request: RequeteConnectee,
    trouvee: Demande,
    form: forms.Form,
    fil: Fil | None,
    qualites: frozenset[Qualite],
    *,
    statut: int = 200,
) -> HttpResponse:
    suivie = fil is not None
    possibles = workflow.possibles(trouvee, acteur(request), qualites & A_TITRE_PERSONNEL)
    return render(
        request,
        "habilitations/demande.html",
        {
            "demande": trouvee,
            "situation": situation(trouvee),
            "est_demandeur": trouvee.demandeur_id == request.user.pk,
            "suivie": suivie,
            "accompagnement": getattr(trouvee, "accompagnement", None) if suivie else None,
            "accompagnable": trouvee.demandeur_id == request.user.pk and trouvee.type == TYPE,
            "gestionnaire": attributions.en_gere(trouvee.habilitation, request.user),
            "instruite_ici": request.user.est_agent_du_ministere,
            "bac_a_sable": trouvee.etat in A_L_ESSAI
            and Demande.objects.essayees_par(request.user).filter(pk=trouvee.pk).exists(),
            "jetons": a_des_jetons(trouvee.habilitation)
            and Habilitation.objects.tenues_par(request.user).filter(demandes=trouvee).exists(),
            "modifiable": trouvee.etat in brouillon.ETATS_MODIFIABLES and Qualite.DEMANDEUR in qualites,
            "reprenable": trouvee.etat in duplication.DE and Qualite.DEMANDEUR in qualites,
            "actes": [acte for acte, qualite in possibles if qualite != Qualite.DESTINATAIRE],
            "reprise": reprises.pas_encore(trouvee, acteur(request)) if Qualite.COLLEGUE in qualites else "",
            "reponses": [acte for acte, qualite in possibles if qualite == Qualite.DESTINATAIRE],
            "transfert": trouvee.transfert_propose,
            "blocs": [
                (bloc, [], _documents_de(trouvee, bloc.nom))
                for bloc in lisible.blocs(trouvee, instantane.prendre(trouvee))
            ],
            "fil": fil,
            "page_du_fil": reverse("demande", args=[trouvee.pk]),
            "page_d_un_document": "demande-document",
            "form": form,
            "historique": historique.lire(trouvee.evenements.order_by("id")) if suivie else [],
        },
        status=statut,
    )


def _qualite(request: HttpRequest, trouvee: Demande, declare: Acte) -> Qualite | None:
    """In what quality of their own the person may do the act now: the ministry's acts have their pages."""
    qui = acteur(request)
    possibles = workflow.possibles(trouvee, qui, qui.qualites(trouvee) & A_TITRE_PERSONNEL)
    return next((qualite for acte, qualite in possibles if acte is declare), None)


def _documents_de(trouvee: Demande, etape: str) -> list[Document]:
    """The documents of a block. One query for all of them."""
    if not hasattr(trouvee, "_joints"):
        trouvee._joints = list(trouvee.documents.joints())
    return [joint for joint in trouvee._joints if completude.etape_du_document(joint.genre) == etape]
