"""Lists of people to verify: sent as a file, followed, given back with the answers. Each is its agent's alone."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habilitations.comptes.requete import compte_connecte
from referentiel.chiffrement import Indechiffrable
from referentiel.ecriture.signalements import montrer
from referentiel.exports.classeurs import FORMATS
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.une_fois import une_seule_fois
from statut_etudiant.guichet.conservation import JOURS_DU_CONTENU
from statut_etudiant.guichet.forms import FormulaireDeListe
from statut_etudiant.guichet.listes import colonnes, depot, secret
from statut_etudiant.guichet.listes import resultat as resultats
from statut_etudiant.guichet.models import Agent, LigneDeListe, Liste
from statut_etudiant.guichet.refus import ListeRefusee
from statut_etudiant.guichet.views.garde import page_d_agent

PAR_PAGE = 25
#: Values of a column shown, lines to correct shown.
EXTRAITS, A_CORRIGER = 3, 50


class ColonneVue(NamedTuple):
    nom: str  # of its field in the form
    titre: str
    choix: str
    extraits: list[str]


class LigneVue(NamedTuple):
    numero: int
    raison: str


def _la_sienne(request: HttpRequest, cle: UUID) -> Liste:
    """404 alike for another's list and for none."""
    return get_object_or_404(Liste.objects.de(compte_connecte(request)).select_related("demande"), cle=cle)


@page_d_agent
@require_safe
def liste(request: HttpRequest, agents: list[Agent]) -> HttpResponse:
    siennes = Liste.objects.de(compte_connecte(request)).defer("contenu", "titres")
    page = Paginator(siennes, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "guichet/listes.html", {"page": page, "ici": "listes", "jours": JOURS_DU_CONTENU})


@page_d_agent
@require_http_methods(["GET", "HEAD", "POST"])
@une_seule_fois
def envoyer(request: HttpRequest, agents: list[Agent]) -> HttpResponse:
    form = (
        FormulaireDeListe(request.POST, request.FILES, agents=agents)
        if request.method == "POST"
        else FormulaireDeListe(agents=agents)
    )
    if request.method == "POST" and form.is_valid():
        fichier = form.cleaned_data["fichier"]
        try:
            recue = depot.recevoir(
                agent=form.choisi,
                compte=compte_connecte(request),
                dossier=form.cleaned_data["dossier"],
                nom_fichier=fichier.name or "",
                contenu=fichier.read(),
            )
        except (ListeRefusee, FichierIllisible) as refus:
            form.add_error("fichier", refus.message)
        else:
            return redirect("guichet-liste", recue.cle)
    return render(request, "guichet/liste_nouvelle.html", {"form": form, "ici": "listes"})


@page_d_agent
@require_safe
def une(request: HttpRequest, agents: list[Agent], cle: UUID) -> HttpResponse:
    la_liste = _la_sienne(request, cle)
    contexte: dict[str, Any] = {"liste": la_liste, "ici": "listes", "jours": JOURS_DU_CONTENU}
    if la_liste.en_chemin:
        contexte |= {"pourcentage": _pourcentage(la_liste), "detail": _detail(la_liste)}
        return render(request, "guichet/liste_avancement.html", contexte)
    if la_liste.etat == Liste.Etat.A_CONFIRMER:
        return render(request, "guichet/liste_colonnes.html", contexte | _colonnes(la_liste))
    return render(request, "guichet/liste_resultat.html", contexte | _a_corriger(la_liste))


def _colonnes(
    la_liste: Liste, choix: list[str] | None = None, erreurs: list[str] | None = None
) -> dict[str, Any]:
    titres: list[str] = secret.ouvrir(la_liste.titres)
    retenus = la_liste.colonnes if choix is None else choix
    premieres = [secret.ouvrir(une.cellules) for une in la_liste.lignes_lues.filter(issue="")[:EXTRAITS]]
    return {
        "colonnes": [
            ColonneVue(
                f"c{rang}",
                titre,
                retenus[rang],
                [montrer(cellules[rang]) for cellules in premieres if cellules[rang].strip()],
            )
            for rang, titre in enumerate(titres)
        ],
        "champs": colonnes.champs(),
        "erreurs": colonnes.erreurs(retenus) if erreurs is None else erreurs,
    }


@page_d_agent
@require_POST
@une_seule_fois
def confirmer(request: HttpRequest, agents: list[Agent], cle: UUID) -> HttpResponse:
    la_liste = _la_sienne(request, cle)
    if la_liste.etat != Liste.Etat.A_CONFIRMER:
        return redirect("guichet-liste", cle)
    choix = [request.POST.get(f"c{rang}", "")[:40] for rang in range(len(la_liste.colonnes))]
    try:
        depot.confirmer(liste_id=la_liste.pk, choix=choix)
    except ListeRefusee as refus:
        contexte = {"liste": la_liste, "ici": "listes", **_colonnes(la_liste, choix, [refus.message])}
        return render(request, "guichet/liste_colonnes.html", contexte, status=422)
    return redirect("guichet-liste", cle)


@page_d_agent
@require_safe
def avancement(request: HttpRequest, agents: list[Agent], cle: UUID) -> HttpResponse:
    """What the page that waits asks for every second."""
    la_liste = _la_sienne(request, cle)
    fini = not la_liste.en_chemin
    return JsonResponse(
        {
            "libelle": la_liste.get_etat_display(),
            "pourcentage": 100 if fini else _pourcentage(la_liste),
            "detail": "" if fini else _detail(la_liste),
            "annulable": True,
            "fini": fini,
        }
    )


def _pourcentage(la_liste: Liste) -> int | None:
    """None when unknown."""
    if la_liste.etat == Liste.Etat.ANALYSE:
        return None
    return 100 * la_liste.faites // max(1, la_liste.lignes)


def _detail(la_liste: Liste) -> str:
    if la_liste.etat == Liste.Etat.ANALYSE:
        return "Ouverture du fichier."
    return f"{intcomma(la_liste.faites)} lignes vérifiées sur {intcomma(la_liste.lignes)}."


def _a_corriger(la_liste: Liste) -> dict[str, Any]:
    lignes = la_liste.lignes_lues.filter(issue=LigneDeListe.Issue.ILLISIBLE).order_by("numero")[:A_CORRIGER]
    telechargeable = la_liste.effacee_le is None and la_liste.titres is not None
    return {
        "a_corriger": [
            LigneVue(une.numero, " ".join(secret.ouvrir(une.reponse)["remarques"])) for une in lignes
        ],
        "montrees": A_CORRIGER,
        "restantes": la_liste.lignes - la_liste.faites,
        "telechargeable": telechargeable and la_liste.faites > 0,
        "formats": FORMATS.values(),
        "format_rendu": resultats.format_rendu(la_liste),
    }


@page_d_agent
@require_safe
def resultat(request: HttpRequest, agents: list[Agent], cle: UUID) -> HttpResponseBase:
    """The file, with the answers."""
    la_liste = _la_sienne(request, cle)
    format_ = FORMATS.get(request.GET.get("format", ""))
    if format_ is None or la_liste.en_chemin or la_liste.titres is None:
        raise Http404
    try:
        morceaux = resultats.lire(la_liste, format_.code)
    except Indechiffrable:
        raise Http404 from None
    nom = slugify(la_liste.nom_fichier.rpartition(".")[0]) or "liste"
    return StreamingHttpResponse(
        morceaux,
        content_type=format_.type_mime,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{nom}-verifiee.{format_.code}") or ""
        },
    )


@page_d_agent
@require_http_methods(["GET", "HEAD", "POST"])
def effacer(request: HttpRequest, agents: list[Agent], cle: UUID) -> HttpResponse:
    la_liste = _la_sienne(request, cle)
    if la_liste.effacee_le is not None:
        return redirect("guichet-liste", cle)
    if request.method != "POST":
        return render(request, "guichet/liste_effacer.html", {"liste": la_liste, "ici": "listes"})
    depot.effacer(liste_id=la_liste.pk)
    messages.success(request, f"Le contenu de la liste n° {la_liste.pk} est effacé.")
    return redirect("guichet-listes")
