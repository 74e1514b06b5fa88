"""One request as the ministry reads it, and what is done on it without a form."""

from django.contrib import messages
from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from habilitations.acteur import POUR_LE_MINISTERE, Qualite
from habilitations.comptes import organisations
from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import (
    antivirus,
    constats,
    empechement,
    historique,
    instantane,
    lisible,
    messagerie,
    workflow,
)
from habilitations.demandes.documents import DocumentRefuse
from habilitations.demandes.messagerie import Fil
from habilitations.forms.instruction import FormulaireDeRattachement
from habilitations.forms.message import FormulaireMessage
from habilitations.models import Demande, Document, Habilitation
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur
from habilitations.views.demandes.documents import telecharger
from habilitations.views.instruction.garde import la_demande, lecteurs
from habilitations.views.instruction.liste import delai_de
from referentiel.une_fois import une_seule_fois

CLOSES = (Demande.Etat.VALIDEE, Demande.Etat.REVOQUEE, Demande.Etat.ARCHIVEE)
#: Habilitations of the same organisation that the page shows.
AUTRES = 20


@lecteurs
@require_safe
def dossier(request: RequeteConnectee, pk: int) -> HttpResponse:
    demande = la_demande(compte=request.user, pk=pk)
    fil = messagerie.fil(demande=demande, ministere=True, avant=request.GET.get("avant", ""))
    qualites = acteur(request).qualites(demande)
    page = _page(request, demande, FormulaireMessage(pour="au demandeur"), fil, qualites)
    # After the page is made: what is new in the thread is still shown as such this time.
    messagerie.marquer_lus(demande=demande, qualites=qualites, montres=fil)
    return page


@lecteurs
@require_POST
@une_seule_fois
def ecrire(request: RequeteConnectee, pk: int) -> HttpResponse:
    demande = la_demande(compte=request.user, pk=pk)
    form = FormulaireMessage(request.POST, request.FILES, pour="au demandeur")
    if form.is_valid():
        try:
            messagerie.envoyer(demande_id=demande.pk, acteur=acteur(request), **form.arguments())
        except (ActeRefuse, DocumentRefuse) as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, "Message envoyé au demandeur.")
            return redirect(f"{request.path.removesuffix('/messages')}#messages")
    fil = messagerie.fil(demande=demande, ministere=True)
    return _page(request, demande, form, fil, acteur(request).qualites(demande), status=422)


@lecteurs
@require_POST
@une_seule_fois
def attester(request: RequeteConnectee, pk: int) -> HttpResponse:
    """Verify the applicant's link to the organisation, or refuse it, with the proof."""
    demande = la_demande(compte=request.user, pk=pk)
    form = FormulaireDeRattachement(request.POST)
    if form.is_valid():
        try:
            organisations.attester(
                demande=demande,
                acteur=acteur(request),
                preuve=form.cleaned_data["preuve"],
                verifie=form.cleaned_data["decision"] == FormulaireDeRattachement.VERIFIER,
            )
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, "C'est noté dans l'historique de la demande.")
            return redirect(f"{reverse('instruction-demande', args=[demande.pk])}#identite")
    fil = messagerie.fil(demande=demande, ministere=True)
    qualites = acteur(request).qualites(demande)
    vide = FormulaireMessage(pour="au demandeur")
    return _page(request, demande, vide, fil, qualites, form_rattachement=form, status=422)


@lecteurs
@require_safe
def document(request: RequeteConnectee, pk: int, document_id: int) -> HttpResponse:
    demande = la_demande(compte=request.user, pk=pk)
    trouve = demande.documents.filter(pk=document_id).first()
    if trouve is None:
        raise Http404
    return telecharger(trouve)


def _page(
    request: HttpRequest,
    demande: Demande,
    form: FormulaireMessage,
    fil: Fil,
    qualites: frozenset[Qualite],
    *,
    form_rattachement: FormulaireDeRattachement | None = None,
    status: int = 200,
) -> HttpResponse:
    qui = acteur(request)
    version = instantane.prendre(demande)
    evenements = list(demande.evenements.order_by("id"))
    soumissions = [e for e in evenements if e.acte == "soumettre"]
    precedente = soumissions[-2].instantane if len(soumissions) > 1 else None
    if demande.etat == Demande.Etat.SOUMISE or len(soumissions) < 1:
        reference = precedente
    else:
        # Once back with its applicant, what matters is what they changed since they last sent it.
        reference = soumissions[-1].instantane
    return render(
        request,
        "instruction/demande.html",
        {
            "demande": demande,
            "accompagnement": getattr(demande, "accompagnement", None),
            "delai": delai_de(demande),
            "constats": (vus := constats.constater(demande)),
            "doutes": [constat for constat in vus if constat.doute] if demande.etat not in CLOSES else [],
            "form_rattachement": form_rattachement or FormulaireDeRattachement(),
            "atteste": bool(qualites & {Qualite.INSTRUCTEUR, Qualite.ADMINISTRATEUR}),
            "rouverte": demande.est_reouverture and demande.etat not in CLOSES,
            "blocs": lisible.blocs(demande, version),
            "depuis_la_soumission": lisible.ecarts(reference, version),
            "depuis_l_habilitation": lisible.ecarts(demande.instantane_valide, version)
            if demande.etat != Demande.Etat.VALIDEE
            else [],
            "documents": _documents(demande),
            "sans_antivirus": not antivirus.en_service(),
            "autres": _autres_habilitations(demande),
            "historique": historique.lire(evenements),
            "fil": fil,
            "page_du_fil": reverse("instruction-demande", args=[demande.pk]),
            "page_d_un_document": "instruction-document",
            "transfert": demande.transfert_propose,
            "empechement": "" if Qualite.INSTRUCTEUR in qualites else empechement.raison(demande, qui),
            "peut_ecrire": Qualite.INSTRUCTEUR in qualites,
            "form": form,
            "actes": [
                (acte, acte.complement(demande))
                for acte, _ in workflow.possibles(demande, qui, qualites & POUR_LE_MINISTERE)
            ],
        },
        status=status,
    )


def _documents(demande: Demande) -> list[Document]:
    return list(
        demande.documents.du_formulaire()
        .defer("contenu")
        .order_by(F("retire_le").desc(nulls_first=True), "genre", "pk")
    )


def _autres_habilitations(demande: Demande) -> list[Habilitation]:
    return list(
        Habilitation.objects.filter(organisation=demande.organisation).prefetch_related(
            Prefetch("demandes", to_attr="ses_demandes")
        )[:AUTRES]
    )
