"""One step of the form of a request, on one page: shown, saved as a draft, left for another."""

import json
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from habilitations.comptes.requete import RequeteConnectee
from habilitations.demandes import brouillon, completude, documents, lisible
from habilitations.demandes.cadres import TEXTES
from habilitations.forms.etapes import FormulaireDEtape
from habilitations.forms.personnes import ROLES, moi
from habilitations.forms.registre import FORMULAIRES
from habilitations.models import Demande
from habilitations.refus import ActeRefuse
from habilitations.scopes import CATALOGUE, Famille
from habilitations.views.communs import acteur
from referentiel import francais

#: The header by which the script says that it saves by itself.
ENTETE = "X-Brouillon"
#: How many unanswered sendings a page may tell of.
PERDUS = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def etape(request: RequeteConnectee, pk: int, etape: str) -> HttpResponse:
    demande = get_object_or_404(
        Demande.objects.visibles_par(request.user).select_related("organisation", "demandeur"), pk=pk
    )
    if etape not in {connue.nom for connue in completude.etapes(demande)}:
        raise Http404
    if not brouillon.est_modifiable(demande, acteur(request)):
        return _refuser(request, demande)
    if request.method == "POST":
        return _enregistrer(request, demande, etape)
    # Coming from the summary, errors that would block submission are shown beside their fields.
    a_verifier = "verifier" in request.GET
    manques = completude.verifier(demande).get(etape) if a_verifier else None
    form = _formulaire(request, demande, etape, manques=manques)
    return _page(request, demande, etape, form)


def _formulaire(
    request: HttpRequest, demande: Demande, etape: str, *, manques: dict[str, list[str]] | None = None
) -> FormulaireDEtape:
    options: dict[str, Any] = {"demande": demande, "manques": manques}
    if etape == "etablissements":
        options["recherche"] = request.POST.get("recherche", request.GET.get("q", ""))
    if request.method == "POST":
        donnees = request.POST.copy()
        role = _bouton(request, "moi")
        if role in ROLES:
            for nom, valeur in moi(demande).items():
                if valeur:
                    donnees[f"{role}-{nom}"] = valeur
        options |= {"data": donnees, "files": request.FILES}
    return FORMULAIRES[etape](**options)


def _enregistrer(request: HttpRequest, demande: Demande, etape: str) -> HttpResponse:
    form = _formulaire(request, demande, etape)
    automatique = ENTETE in request.headers
    try:
        ecrit = brouillon.enregistrer(
            demande_id=demande.pk,
            acteur=acteur(request),
            valeurs=form.valeurs,
            depart=_depart(request),
            perdus=[_perdu(demande, etape, envoi) for envoi in request.POST.getlist("perdu")[:PERDUS]],
        )
        if not automatique:
            _joindre(request, demande, form)
            if document := _bouton(request, "retirer"):
                documents.retirer(demande_id=demande.pk, acteur=acteur(request), document_id=int(document))
    except ActeRefuse as refus:
        if automatique:
            return JsonResponse({"message": str(refus)}, status=409)
        messages.error(request, str(refus))
        return redirect("demande", demande.pk)
    for champ, presente in ecrit.conflits.items():
        montree = lisible.valeur(champ, presente) or "vide"
        form.add_error(
            champ,
            f"Modifié entre-temps dans une autre fenêtre, qui a enregistré : « {montree} ». Enregistrez de nouveau "
            "pour garder ce que vous voyez ici.",
        )
    if automatique:
        return _reponse_automatique(form, ecrit, _depart(request))
    if form.errors:
        return _page(request, ecrit.demande, etape, form, depart=ecrit.empreintes, statut=422)
    return _suite(request, demande, etape, request.POST.get("suite", "").partition(":")[0])


def _perdu(demande: Demande, etape: str, envoi: str) -> dict[str, Any]:
    """What the page had sent, when it does not know whether it was saved."""
    return FORMULAIRES[etape](demande=demande, data=_lire(envoi)).valeurs


def _lire(envoi: str) -> QueryDict:
    try:
        return QueryDict(envoi)
    except TooManyFieldsSent:
        return QueryDict()


def _joindre(request: HttpRequest, demande: Demande, form: FormulaireDEtape) -> None:
    envoyes = [
        (champ, genre, fichier)
        for champ, genre in form.fichiers.items()
        for fichier in form.cleaned_data.get(champ) or []
    ]
    for champ, genre, fichier in envoyes:
        try:
            documents.deposer(
                demande_id=demande.pk,
                acteur=acteur(request),
                genre=genre,
                nom=fichier.name,
                contenu=fichier.read(),
            )
        except documents.DocumentRefuse as refus:
            form.add_error(champ, f"{fichier.name} : {refus}")


def _suite(request: HttpRequest, demande: Demande, etape: str, suite: str) -> HttpResponseRedirect:
    noms = [connue.nom for connue in completude.etapes(demande)]
    rang = noms.index(etape)
    if suite == "quitter":
        messages.success(request, f"Le brouillon {demande.numero} est enregistré.")
        return redirect("demandes")
    if suite == "resume" or (suite in {"", "suivant"} and rang == len(noms) - 1):
        return redirect("demande-resume", demande.pk)
    if suite == "precedent" and rang > 0:
        return redirect("demande-etape", demande.pk, noms[rang - 1])
    if suite in {"", "suivant"}:
        return redirect("demande-etape", demande.pk, noms[rang + 1])
    # The same step again: a search, a preview, a document taken away.
    parametres = {"q": request.POST.get("recherche", "")} if suite == "chercher" else {}
    ancre = {"chercher": "recherche", "apercu": "apercu", "moi": "personnes"}.get(suite, "contenu")
    if "verifier" in request.GET:
        parametres["verifier"] = "1"
    adresse = reverse("demande-etape", args=[demande.pk, etape])
    return redirect(f"{adresse}{'?' if parametres else ''}{urlencode(parametres)}#{ancre}")


def _reponse_automatique(
    form: FormulaireDEtape, ecrit: brouillon.Enregistrement, depart: dict[str, str]
) -> JsonResponse:
    # A field that is invalid for the moment was not looked at: it starts from where it started.
    suite = {champ: depart[champ] for champ in form.champs if champ in depart} | ecrit.empreintes
    heure = francais.date(timezone.localtime(), "G \\h i")
    return JsonResponse(
        {
            "heure": heure,
            "depart": _en_texte(suite),
            "erreurs": {champ: list(messages) for champ, messages in form.errors.items()},
            "conflits": sorted(ecrit.conflits),
        },
        status=409 if ecrit.conflits else 200,
    )


def _page(
    request: HttpRequest,
    demande: Demande,
    etape: str,
    form: FormulaireDEtape,
    *,
    depart: dict[str, str] | None = None,
    statut: int = 200,
) -> HttpResponse:
    etapes = completude.etapes(demande)
    rang = [connue.nom for connue in etapes].index(etape)
    # Refused fields were not saved: their starting point is what the draft holds, which is told beside them.
    depart = brouillon.empreintes(brouillon.lire(demande, form.champs)) | (depart or {})
    contexte = {
        "demande": demande,
        "form": form,
        "etape": etapes[rang],
        "numero": rang + 1,
        "total": len(etapes) + 1,  # the summary is the last step
        "suivante": etapes[rang + 1].titre if rang + 1 < len(etapes) else "Le récapitulatif",
        "premiere": rang == 0,
        "depart": _en_texte(depart),
        "retour_au_resume": "verifier" in request.GET,
        "documents": {
            champ: list(demande.documents.joints().filter(genre=genre))
            for champ, genre in form.fichiers.items()
        },
    }
    if etape == "cadre":
        contexte["textes"] = TEXTES
    if etape == "donnees":
        coches = form["scopes"].value() or []
        contexte["coches"] = coches
        contexte["familles"] = [
            (famille, [(scope, scope.nom in coches) for scope in CATALOGUE if scope.famille == famille])
            for famille in Famille
        ]
    return render(request, f"habilitations/etapes/{etape}.html", contexte, status=statut)


def _refuser(request: HttpRequest, demande: Demande) -> HttpResponse:
    if demande.etat in brouillon.ETATS_MODIFIABLES:
        motif = f"Seul le demandeur, {demande.demandeur}, modifie cette demande."
    else:
        motif = f"La demande est à l'état « {demande.get_etat_display()} » : elle ne se modifie plus."
    if ENTETE in request.headers:
        return JsonResponse({"message": motif}, status=409)
    messages.error(request, motif)
    return redirect("demande", demande.pk)


def _bouton(request: HttpRequest, nom: str) -> str:
    """The value of the button of this name; empty when another button was pressed."""
    bouton, _, objet = request.POST.get("suite", "").partition(":")
    if bouton != nom or (nom == "retirer" and not re.fullmatch("[0-9]{1,18}", objet)):
        return ""
    return objet


def _depart(request: HttpRequest) -> dict[str, str]:
    """The digests that the page was made with; anything else counts as none."""
    try:
        depart = json.loads(request.POST.get("depart", "{}"))
    except (ValueError, RecursionError):
        return {}
    return depart if isinstance(depart, dict) else {}


def _en_texte(empreintes: dict[str, str]) -> str:
    return json.dumps(empreintes, separators=(",", ":"))
