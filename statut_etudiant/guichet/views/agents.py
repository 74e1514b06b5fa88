"""Whom an organisation lets verify: designating, removing, and how much each one verifies."""

from typing import NamedTuple, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.adresse import adresse_appelant
from habilitations.comptes.requete import compte_connecte
from habilitations.comptes.verrous import ENVOI, Essai, TropDEssais
from habilitations.models import Habilitation
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, jamais_incarne
from referentiel.une_fois import une_seule_fois
from statut_etudiant.guichet import agents, journal
from statut_etudiant.guichet.forms import FormulaireDAgent
from statut_etudiant.guichet.models import Agent

#: Days over which an organisation sees how much its agents verify.
JOURS = 30
ANCIENS = 20  # shown at most


class Ligne(NamedTuple):
    agent: Agent
    compte: journal.Compte
    renouvelable: bool


RIEN = journal.Compte(0, 0, None)


def _tenue(request: HttpRequest, pk: int) -> Habilitation:
    """Raises Http404 unless this person answers for it and it is in force."""
    return get_object_or_404(agents.habilitations_tenues(compte_connecte(request)), pk=pk)


@never_cache
@require_safe
def liste(request: HttpRequest, pk: int) -> HttpResponse:
    habilitation = _tenue(request, pk)
    tous = Agent.objects.filter(demande__habilitation=habilitation).select_related(
        "compte", "ajoute_par", "retire_par"
    )
    designes = [agent for agent in tous if agent.retire_le is None]
    comptes = journal.par_agent(
        {agent.compte_id for agent in tous if agent.compte_id is not None},
        _toutes(habilitation),
        depuis=journal.il_y_a(JOURS),
    )
    return render(
        request,
        "guichet/agents.html",
        {
            "habilitation": habilitation,
            "lignes": [
                Ligne(agent, comptes.get(agent.compte_id or 0, RIEN), agents.renouvelable(agent))
                for agent in designes
            ],
            "anciens": sorted(
                (agent for agent in tous if agent.retire_le is not None),
                key=lambda agent: agent.retire_le,  # type: ignore[arg-type,return-value]
                reverse=True,
            )[:ANCIENS],
            "jours": JOURS,
            "incarne": getattr(request, "au_nom_de", None) is not None,
        },
    )


def _toutes(habilitation: Habilitation) -> list[int]:
    """The habilitation, and those that it has replaced for its organisation."""
    return list(
        Habilitation.objects.filter(
            organisation=habilitation.organisation_id, type=Habilitation.Type.LECTURE
        ).values_list("pk", flat=True)
    )


@never_cache
@jamais_incarne
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def ajouter(request: HttpRequest, pk: int) -> HttpResponse:
    habilitation = _tenue(request, pk)
    form = FormulaireDAgent(
        request.POST if request.method == "POST" else None,
        initial={"courriel": ""},
    )
    if request.method == "POST" and form.is_valid():
        courriel = form.cleaned_data["courriel"]
        try:
            Essai((ENVOI, adresse_appelant(request) or ""))
            agents.designer(acteur=acteur(request), habilitation_id=pk, courriel=courriel)
        except TropDEssais as refus:
            form.add_error(None, f"Trop d'envois. {refus.quand}")
        except ActeRefuse as refus:
            form.add_error("courriel", str(refus))
        else:
            messages.success(
                request, f"{courriel} peut vérifier des statuts au guichet. Un message l'en prévient."
            )
            return redirect("guichet-agents", pk)
    return render(request, "guichet/agent_ajouter.html", {"form": form, "habilitation": habilitation})


@never_cache
@jamais_incarne
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    visibles = agents.visibles(compte_connecte(request)).designes()
    agent = get_object_or_404(visibles.select_related("compte", "demande__habilitation__organisation"), pk=pk)
    habilitation = cast(Habilitation, agent.demande.habilitation)  # `visibles` goes through it
    if request.method != "POST":
        contexte = {"agent": agent, "habilitation": habilitation}
        return render(request, "guichet/agent_retirer.html", contexte)
    try:
        agents.retirer(acteur=acteur(request), agent_id=pk)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"{agent} n'est plus agent du guichet, dès maintenant.")
    return redirect("guichet-agents", habilitation.pk)
