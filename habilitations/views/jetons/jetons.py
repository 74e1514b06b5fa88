"""A habilitation's tokens, for its holders and the ministry: see, replace, prolong, restrict, revoke, consumption.

The same pages show in two places (`Lieu`): among one's own habilitations, and in the establishments' admin.
"""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from habilitations.acteur import POUR_LE_MINISTERE, Acteur
from habilitations.comptes.preuve import preuve_exigee
from habilitations.comptes.requete import RequeteConnectee
from habilitations.forms.base import Formulaire
from habilitations.forms.jetons import Adresses, EnvoiDeLien, Prolongation, Revocation, Rotation
from habilitations.jetons import liens, vie
from habilitations.jetons.consommation import bilan
from habilitations.jetons.inventaire import inventaires
from habilitations.models import Habilitation, Jeton, LienDeJeton, Role
from habilitations.views.communs import acteur, jamais_incarne
from habilitations.views.jetons.acces import habilitation_visible
from habilitations.views.lieu import ESPACE, Lieu
from referentiel import francais
from referentiel.pilotage import graphiques
from referentiel.une_fois import montrable, une_seule_fois

#: Roles that may revoke a token of others.
MINISTERE = {Role.Nom.INSTRUCTEUR, Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR}


def _jeton(request: RequeteConnectee, pk: int, lieu: Lieu, *, ministere: bool = False) -> Jeton:
    """A token that this person may act on. 404 alike for another's and for none."""
    jetons = Jeton.objects.filter(habilitation__in=lieu.habilitations(request))
    jeton = get_object_or_404(jetons.select_related("habilitation__organisation"), pk=pk)
    if not (ministere and _du_ministere(request, jeton.habilitation)):
        habilitation_visible(request, jeton.habilitation_id, lieu, tenue=True)
    return jeton


def _du_ministere(request: RequeteConnectee, habilitation: Habilitation | None) -> bool:
    """Whether the person ends its tokens for the ministry: not as a party to its request, nor in another's place."""
    demande = habilitation.demandes.order_by("-pk").first() if habilitation is not None else None
    if demande is not None:
        return bool(acteur(request).qualites(demande) & POUR_LE_MINISTERE)
    return acteur(request).au_nom_de is None and bool(MINISTERE & request.user.noms_des_roles)


@require_GET
def jetons(request: RequeteConnectee, pk: int) -> HttpResponse:
    habilitation = habilitation_visible(request, pk, ESPACE)
    (inventaire,) = inventaires([habilitation], compte=request.user)
    return ESPACE.rendre(
        request,
        "jetons/jetons.html",
        {
            "habilitation": habilitation,
            "inventaire": inventaire,
            "ministere": _du_ministere(request, habilitation),
            "essai": habilitation.demandes.filter(demandeur=request.user)
            .values_list("pk", flat=True)
            .first(),
        },
    )


@jamais_incarne
@preuve_exigee
@require_http_methods(["GET", "POST"])
@une_seule_fois
def envoyer(request: RequeteConnectee, pk: int, lieu: Lieu = ESPACE) -> HttpResponse:
    """Send a link: the first token's, or that of a replacement when one is alive."""
    habilitation = habilitation_visible(request, pk, lieu, tenue=True)
    rotation = habilitation.jetons.vivants().exists()
    classe = Rotation if rotation else EnvoiDeLien
    form = classe(request.POST or None, initial={"destinataire": vie.contact_technique(habilitation)})
    if form.is_valid():
        try:
            liens.envoyer_lien(
                habilitation=habilitation,
                acteur=acteur(request),
                motif=LienDeJeton.Motif.ROTATION if rotation else LienDeJeton.Motif.EMISSION,
                **form.cleaned_data,
            )
        except vie.JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(
                request,
                f"Le lien est parti à {form.cleaned_data['destinataire']}. Il est valable trois jours.",
            )
            return redirect(lieu.liste(habilitation))
    return lieu.rendre(
        request, "jetons/envoyer.html", {"habilitation": habilitation, "form": form, "rotation": rotation}
    )


def _acte_sur_jeton(
    request: HttpRequest,
    lieu: Lieu,
    jeton: Jeton,
    form: Formulaire,
    page: str,
    accomplir: Callable[[Acteur], object],
    dit: str,
) -> HttpResponse:
    """The pages of one act on one token: form, refusal told on the form, success told on the list."""
    if form.is_bound and form.is_valid():
        try:
            accomplir(acteur(request))
        except vie.JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, dit)
            return redirect(lieu.liste(cast(Habilitation, jeton.habilitation)))
    return lieu.rendre(
        request, f"jetons/{page}.html", {"jeton": jeton, "habilitation": jeton.habilitation, "form": form}
    )


@require_http_methods(["GET", "POST"])
@une_seule_fois
def revoquer(request: RequeteConnectee, pk: int, lieu: Lieu = ESPACE) -> HttpResponse:
    jeton = _jeton(request, pk, lieu, ministere=True)
    form = Revocation(request.POST or None)
    return _acte_sur_jeton(
        request,
        lieu,
        jeton,
        form,
        "revoquer",
        lambda qui: vie.revoquer(jeton=jeton, acteur=qui, motif=form.cleaned_data["motif"]),
        f"Le jeton {jeton.affichage} est révoqué : l'API le refuse dès maintenant.",
    )


@jamais_incarne
@never_cache
@require_http_methods(["GET", "POST"])
@une_seule_fois
def prolonger(request: RequeteConnectee, pk: int, lieu: Lieu = ESPACE) -> HttpResponse:
    jeton = _jeton(request, pk, lieu)
    form = Prolongation(request.POST or None)
    if jeton.en_jwt:
        return _reconduire(request, lieu, jeton, form)
    return _acte_sur_jeton(
        request,
        lieu,
        jeton,
        form,
        "prolonger",
        lambda qui: vie.prolonger(jeton=jeton, acteur=qui, rien_n_a_change=True),
        f"Le jeton {jeton.affichage} est prolongé.",
    )


def _reconduire(request: RequeteConnectee, lieu: Lieu, jeton: Jeton, form: Prolongation) -> HttpResponse:
    """A JWT bears its end: prolonging it shows another, once."""
    contexte: dict[str, object] = {"jeton": jeton, "habilitation": jeton.habilitation, "form": form}
    if form.is_bound and form.is_valid():
        try:
            nouveau, valeur = liens.reconduire(jeton=jeton, acteur=acteur(request), rien_n_a_change=True)
        except vie.JetonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            jeton.refresh_from_db()
            contexte |= {
                "ancien": jeton,
                "jeton": nouveau,
                "valeur": valeur,
                "adresse_publique": settings.ADRESSE_PUBLIQUE,
            }
            return montrable(lieu.rendre(request, "jetons/prolonger.html", contexte))
    return lieu.rendre(request, "jetons/prolonger.html", contexte)


@jamais_incarne
@require_http_methods(["GET", "POST"])
def adresses(request: RequeteConnectee, pk: int, lieu: Lieu = ESPACE) -> HttpResponse:
    jeton = _jeton(request, pk, lieu)
    form = Adresses(request.POST) if request.method == "POST" else Adresses.de(jeton)
    return _acte_sur_jeton(
        request,
        lieu,
        jeton,
        form,
        "adresses",
        lambda qui: vie.restreindre(jeton=jeton, acteur=qui, adresses=form.lignes()),
        "La liste des adresses est enregistrée : elle vaut dès le prochain appel.",
    )


@require_GET
def consommation(request: RequeteConnectee, pk: int, lieu: Lieu = ESPACE) -> HttpResponse:
    jeton = get_object_or_404(Jeton.objects.filter(habilitation__in=lieu.habilitations(request)), pk=pk)
    habilitation = habilitation_visible(request, jeton.habilitation_id, lieu)
    tire = bilan(jeton)
    return lieu.rendre(
        request,
        "jetons/consommation.html",
        {
            "jeton": jeton,
            "habilitation": habilitation,
            "bilan": tire,
            "reussis": "Acceptés" if jeton.uais else "Avec données",
            "graphique": graphiques.piles(
                [(francais.date(journee.jour, "j N"), journee.classes) for journee in tire.journees],
                largeur=graphiques.LARGEUR,
                un_repere_sur=10,
            ),
        },
    )
