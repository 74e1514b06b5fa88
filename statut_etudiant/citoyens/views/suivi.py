"""The other side: establishments, organisations' officers and the ministry follow what citizens ask, and answer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from habilitations.comptes.requete import compte_connecte
from habilitations.gestionnaires.droits import NOM_DU_MINISTERE, SIRET_DU_MINISTERE
from habilitations.models import Compte, Role
from referentiel.droits import Droits, droits
from referentiel.journal.consultations import IDENTITE, INSCRIPTIONS, consigner
from referentiel.models import Etudiant, Inscription
from statut_etudiant.citoyens import contestations, rectifications
from statut_etudiant.citoyens.forms import FormulaireDeProlongation, FormulaireDeReponse
from statut_etudiant.citoyens.models import Contestation, Rectification
from statut_etudiant.citoyens.rectifications import Refus
from statut_etudiant.citoyens.views.liens import REPONSES

PAR_PAGE = 25
MINISTERE = frozenset({Role.Nom.DPD, Role.Nom.RESPONSABLE, Role.Nom.ADMINISTRATEUR})
ISSUES = (
    (Rectification.Etat.CORRIGEE.value, "La donnée est corrigée"),
    (Rectification.Etat.REFUSEE.value, "La donnée reste telle quelle"),
)


def _du_ministere(compte: Compte) -> bool:
    return bool(compte.noms_des_roles & MINISTERE)


def _visibles(request: HttpRequest) -> Any:
    """The rectifications that this person follows. Who has none to follow gets 403."""
    if _du_ministere(compte_connecte(request)):
        return Rectification.objects.all()
    if droits(request) is None:
        raise PermissionDenied
    return Rectification.objects.gerees_par(compte_connecte(request).pk)


@require_safe
def liste_des_rectifications(request: HttpRequest) -> HttpResponse:
    visibles = _visibles(request).select_related("etablissement")
    seulement = request.GET.get("etat") != "toutes"
    if seulement:
        visibles = visibles.ouvertes().order_by("echeance", "pk")
    page = Paginator(visibles, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"page": page, "seulement": seulement, "ministere": _du_ministere(compte_connecte(request))}
    return render(request, "citoyen/suivi_rectifications.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def rectification(request: HttpRequest, pk: int) -> HttpResponse:
    trouvee = _visibles(request).select_related("etablissement").filter(pk=pk).first()
    if trouvee is None:
        raise Http404
    prolonge = request.method == "POST" and "motif" in request.POST
    repond = request.method == "POST" and not prolonge
    form = FormulaireDeReponse(request.POST if repond else None, choix=ISSUES)
    prolongation = FormulaireDeProlongation(request.POST if prolonge else None)
    if request.method == "POST":
        _agir_soi_meme(request)
        if prolonge and prolongation.is_valid():
            return _faire(
                request,
                lambda: rectifications.prolonger(
                    rectification_id=pk, motif=prolongation.cleaned_data["motif"]
                ),
                "Le délai est prolongé de deux mois : la personne en est prévenue.",
                "suivi-rectification",
                pk,
            )
        if repond and form.is_valid():
            return _faire(
                request,
                lambda: rectifications.repondre(
                    rectification_id=pk,
                    corrigee=form.cleaned_data["issue"] == Rectification.Etat.CORRIGEE,
                    texte=form.cleaned_data["texte"],
                    compte=compte_connecte(request),
                    pour=_au_nom_de(request, trouvee),
                ),
                "Votre réponse est enregistrée : la personne peut la lire.",
                "suivi-rectification",
                pk,
            )
    etudiant = Etudiant.objects.filter(pk=trouvee.etudiant_id).first()
    if etudiant is not None:
        consigner(request, _droits(request), etudiants=[etudiant.pk], categories=[IDENTITE, INSCRIPTIONS])
    contexte = {
        "rectification": trouvee,
        "etudiant": etudiant,
        "inscription": Inscription.objects.filter(pk=trouvee.inscription_id, fictif=False)
        .select_related("etablissement")
        .first(),
        "ouverte": trouvee.etat == Rectification.Etat.OUVERTE,
        "form": form,
        "prolongation": prolongation,
        "prolongeable": trouvee.prolongee_le is None and rectifications.jours_restants(trouvee.echeance) >= 0,
        "dans_la_gestion": droits(request) is not None,
    }
    return render(request, "citoyen/suivi_rectification.html", contexte)


def _contestations(request: HttpRequest) -> Any:
    """Those that this person follows: all for the ministry, those sent to their address for an officer."""
    if _du_ministere(compte_connecte(request)):
        return Contestation.objects.all()
    return Contestation.objects.filter(courriel_dpd=compte_connecte(request).courriel)


@require_safe
def liste_des_contestations(request: HttpRequest) -> HttpResponse:
    visibles = _contestations(request)
    seulement = request.GET.get("etat") != "toutes"
    if seulement:
        visibles = visibles.ouvertes().order_by("echeance", "pk")
    page = Paginator(visibles, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"page": page, "seulement": seulement, "ministere": _du_ministere(compte_connecte(request))}
    return render(request, "citoyen/suivi_contestations.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def contestation(request: HttpRequest, pk: int) -> HttpResponse:
    trouvee = _contestations(request).filter(pk=pk).first()
    if trouvee is None:
        raise Http404
    form = FormulaireDeReponse(request.POST if request.method == "POST" else None, choix=REPONSES)
    if request.method == "POST":
        _agir_soi_meme(request)
        if form.is_valid():
            return _faire(
                request,
                lambda: contestations.repondre(
                    contestation_id=pk,
                    justifiee=form.cleaned_data["issue"] == Contestation.Etat.JUSTIFIEE,
                    texte=form.cleaned_data["texte"],
                    pour=NOM_DU_MINISTERE
                    if _du_ministere(compte_connecte(request))
                    else trouvee.organisation,
                    compte=compte_connecte(request),
                ),
                "Votre réponse est enregistrée : la personne peut la lire.",
                "suivi-contestation",
                pk,
            )
    contexte = {
        "contestation": trouvee,
        "form": form,
        "ouverte": trouvee.etat == Contestation.Etat.OUVERTE,
        "ministere": _du_ministere(compte_connecte(request)),
    }
    return render(request, "citoyen/suivi_contestation.html", contexte)


def _faire(request: HttpRequest, acte: Any, fait: str, page: str, pk: int) -> HttpResponse:
    try:
        acte()
    except Refus as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, fait)
    return redirect(page, pk)


def _agir_soi_meme(request: HttpRequest) -> None:
    """Nobody answers a citizen in somebody else's place."""
    if getattr(request, "au_nom_de", None) is not None:
        raise PermissionDenied


def _au_nom_de(request: HttpRequest, trouvee: Rectification) -> str:
    if _du_ministere(compte_connecte(request)) or trouvee.etablissement is None:
        return NOM_DU_MINISTERE
    return str(trouvee.etablissement.nom)


def _droits(request: HttpRequest) -> Droits:
    """For the journal: the manager's, or the ministry's, which its officers have without keeping the records."""
    siens = droits(request)
    if siens is not None:
        return siens
    administrateur = getattr(request, "au_nom_de", None)
    return Droits(
        compte_id=compte_connecte(request).pk,
        etablissements=None,
        uais=None,
        nom=NOM_DU_MINISTERE,
        organisation=NOM_DU_MINISTERE,
        siret=SIRET_DU_MINISTERE,
        auteur=f"compte:{compte_connecte(request).pk}",
        par_compte_id=administrateur and administrateur.pk,
    )
