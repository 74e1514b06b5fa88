"""An organisation's webhooks: made, tried, opened, followed, replayed, stopped."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.forms.webhooks import Choix, Nouveau
from habilitations.integrateurs import corps, types, webhooks
from habilitations.models import Envoi, Fait, Tentative, Webhook
from habilitations.refus import ActeRefuse
from habilitations.views.communs import acteur, jamais_incarne
from habilitations.views.integrations.garde import organisation_exigee, organisations_verifiees
from referentiel.une_fois import montrable, une_seule_fois

PAR_PAGE = 25


def _webhook(request: RequeteConnectee, cle: UUID) -> Webhook:
    webhooks_ = Webhook.objects.filter(organisation__in=organisations_verifiees(request))
    return get_object_or_404(webhooks_.select_related("organisation"), cle=cle)


def _envoi(request: RequeteConnectee, cle: UUID, pk: int) -> Envoi:
    webhook = _webhook(request, cle)
    return get_object_or_404(webhook.envois.select_related("webhook", "fait__organisation"), pk=pk)


@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def nouveau(request: RequeteConnectee) -> HttpResponse:
    organisation = organisation_exigee(request)
    form = Nouveau(request.POST or None, initial={"evenements": sorted(types.LIBELLES)})
    contexte: dict[str, object] = {"form": form, "organisation": organisation}
    if form.is_valid():
        try:
            cree = webhooks.creer(acteur=acteur(request), organisation=organisation, **form.cleaned_data)
        except ActeRefuse as refus:
            form.add_error(None, str(refus))
        else:
            contexte |= {"webhook": cree.webhook, "secret": cree.secret}
            return montrable(render(request, "integrations/webhook_nouveau.html", contexte))
    return render(request, "integrations/webhook_nouveau.html", contexte)


@never_cache
@require_safe
def page(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    webhook = _webhook(request, cle)
    derniere = Tentative.objects.filter(envoi=OuterRef("pk")).order_by("-id")
    envois = (
        webhook.envois.select_related("fait")
        .annotate(
            derniere_le=Subquery(derniere.values("instant")[:1]),
            dernier_statut=Subquery(derniere.values("statut")[:1]),
            dernier_echec=Subquery(derniere.values("echec")[:1]),
            derniere_duree=Subquery(derniere.values("duree_ms")[:1]),
        )
        .order_by("-id")
    )
    essai = envois.filter(fait__type=Fait.ESSAI).first()
    page_ = Paginator(envois, PAR_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "integrations/webhook.html",
        {
            "webhook": webhook,
            "page": page_,
            "essai": essai,
            "evenements": [(type_, types.libelle(type_)) for type_ in webhook.evenements],
        },
    )


@never_cache
@require_safe
def envoi(request: RequeteConnectee, cle: UUID, pk: int) -> HttpResponse:
    trouve = _envoi(request, cle, pk)
    return render(
        request,
        "integrations/webhook_envoi.html",
        {
            "envoi": trouve,
            "webhook": trouve.webhook,
            "tentatives": trouve.tentatives.all(),
            "corps": corps.decrire(trouve.fait),
        },
    )


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def choisir(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    webhook = _webhook(request, cle)
    initial = {"libelle": webhook.libelle, "evenements": webhook.evenements}
    form = Choix(request.POST or None, initial=initial)
    if form.is_valid():
        webhooks.choisir(webhook=webhook, acteur=acteur(request), **form.cleaned_data)
        messages.success(request, "Le webhook est modifié : il vaut pour les prochains événements.")
        return redirect("webhook", cle)
    return render(request, "integrations/webhook_choisir.html", {"form": form, "webhook": webhook})


@jamais_incarne
@require_POST
@une_seule_fois
def essayer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    webhook = _webhook(request, cle)
    try:
        webhooks.essayer(webhook=webhook)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    return redirect("webhook", cle)


@jamais_incarne
@require_POST
@une_seule_fois
def activer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    webhook = _webhook(request, cle)
    try:
        webhooks.activer(webhook=webhook, acteur=acteur(request))
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "Le webhook est actif : il reçoit les prochains événements.")
    return redirect("webhook", cle)


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def arreter(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    webhook = _webhook(request, cle)
    if request.method == "POST":
        webhooks.arreter(webhook=webhook, acteur=acteur(request))
        messages.success(request, "Le webhook est arrêté : il ne reçoit plus rien.")
        return redirect("webhook", cle)
    return render(request, "integrations/webhook_arreter.html", {"webhook": webhook})


@jamais_incarne
@preuve_exigee
@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def secret(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    webhook = _webhook(request, cle)
    contexte: dict[str, object] = {"webhook": webhook}
    if request.method == "POST":
        contexte["secret"] = webhooks.renouveler_le_secret(webhook=webhook, acteur=acteur(request))
        return montrable(render(request, "integrations/webhook_secret.html", contexte))
    return render(request, "integrations/webhook_secret.html", contexte)


@jamais_incarne
@require_http_methods(["GET", "POST"])
@une_seule_fois
def supprimer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    webhook = _webhook(request, cle)
    if request.method == "POST":
        webhooks.supprimer(webhook=webhook, acteur=acteur(request))
        messages.success(request, f"Le webhook « {webhook.libelle} » est supprimé.")
        return redirect("integrations")
    return render(request, "integrations/webhook_supprimer.html", {"webhook": webhook})


@jamais_incarne
@require_POST
@une_seule_fois
def rejouer(request: RequeteConnectee, cle: UUID, pk: int) -> HttpResponse:
    trouve = _envoi(request, cle, pk)
    try:
        webhooks.rejouer(envoi=trouve)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "L'envoi est remis en route.")
    return redirect("webhook-envoi", cle, pk)
