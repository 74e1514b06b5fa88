"""Looking one person up, the proof of the answer, and one's own verifications."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.comptes.requete import compte_connecte
from habilitations.jetons.ouverture import OUVERT, QUOTA
from habilitations.views.communs import jamais_incarne
from referentiel.une_fois import montrable, une_seule_fois
from statut_etudiant.guichet import agents as registre
from statut_etudiant.guichet import journal, preuve, reponses, verification
from statut_etudiant.guichet.forms import FORMULAIRES, PAR_IDENTITE, PAR_INE
from statut_etudiant.guichet.models import Agent
from statut_etudiant.guichet.verification import Demandeur, Question, Verdict
from statut_etudiant.guichet.views.garde import designations, page_d_agent

PAR_PAGE = 25


@never_cache
@jamais_incarne
@require_http_methods(["GET", "HEAD", "POST"])
def verifier(request: HttpRequest) -> HttpResponse:
    """The desk; for who is no agent, how one becomes one."""
    agents = designations(request)
    if not agents:
        tenues = registre.habilitations_tenues(compte_connecte(request))
        return render(request, "guichet/pas_agent.html", {"tenues": tenues})
    envoye = request.method == "POST"
    par = (request.POST if envoye else request.GET).get("par", "")
    par = par if par in FORMULAIRES else PAR_INE
    form = FORMULAIRES[par](request.POST if envoye else None, agents=agents)
    contexte: dict[str, Any] = {
        "form": form,
        "par": par,
        "par_identite": PAR_IDENTITE,
        "agents": agents,
        "ici": "verifier",
    }
    statut = 200
    if envoye and form.is_valid():
        statut = _repondre(request, form, contexte)
    return render(request, "guichet/verifier.html", contexte, status=statut)


def _repondre(request: HttpRequest, form: Any, contexte: dict[str, Any]) -> int:
    """The status of the page, whose context says the answer."""
    demandeur = Demandeur(form.choisi.pk, compte_connecte(request).pk, form.cleaned_data["dossier"])
    verdict = verification.verifier(demandeur, Question(form.recherche, _requete(request)))
    if verdict.etat != OUVERT:
        form.add_error(None, reponses.REFUS[verdict.etat])
        return 429 if verdict.etat == QUOTA else 403
    contexte |= {
        "dossier": demandeur.dossier,
        "organisation": verdict.organisation,
        "introuvable": reponses.INTROUVABLE,
        "explication": reponses.EXPLICATION,
        "repondu": True,
    }
    if verdict.donnees is not None:
        contexte |= _montrer(demandeur, verdict)
    return 200


def _montrer(demandeur: Demandeur, verdict: Verdict) -> dict[str, Any]:
    return {
        "reponse": reponses.lire(verdict.donnees or {}),
        "scelle": preuve.sceller(demandeur, verdict),
    }


@page_d_agent
@require_POST
@une_seule_fois
def prouver(request: HttpRequest, agents: list[Agent]) -> HttpResponse:
    """The answer of the page becomes a proof that anybody can check, and print."""
    scelle = request.POST.get("reponse", "")
    compte = compte_connecte(request).pk
    try:
        etat = verification.etat(preuve.agent_de(scelle), compte)
        if etat != OUVERT:
            contexte = {"refus": reponses.REFUS[etat], "ici": "preuve"}
            return render(request, "guichet/preuve.html", contexte, status=403)
        etablie = preuve.etablir(scelle, compte=compte)
    except preuve.PreuvePerimee:
        return render(request, "guichet/preuve.html", {"refus": _PERIMEE, "ici": "preuve"}, status=410)
    return montrable(render(request, "guichet/preuve.html", {"preuve": etablie, "ici": "preuve"}))


_PERIMEE = "Cette réponse date de plus d'un quart d'heure : vérifiez de nouveau la personne, puis demandez la preuve."


@page_d_agent
@require_safe
def historique(request: HttpRequest, agents: list[Agent]) -> HttpResponse:
    page = Paginator(journal.siennes(compte_connecte(request).pk), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "guichet/historique.html", {"page": page, "ici": "historique"})


def _requete(request: HttpRequest) -> str:
    return getattr(request, "identifiant", "")
