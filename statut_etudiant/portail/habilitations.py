"""« Habilitations publiques »: who may do what, as a page and as a file."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from habilitations import publiques
from habilitations.demandes.recherche import garnir
from habilitations.etablissements import nommer
from habilitations.models import Habilitation
from habilitations.scopes import SCOPES
from statut_etudiant.portail.fiches import PAR_TYPE
from statut_etudiant.portail.fichiers import EXIGE, TEXTE, Colonne, repondre_csv
from statut_etudiant.portail.saisie import texte

PAR_PAGE = 25
WEB = ("https://", "http://")
#: All that the file reads of a habilitation: as values, thousands of rows cost half of what they cost as objects.
LUES = (
    "pk",
    "type",
    "organisation__nom",
    "organisation__siret",
    "intitule",
    "scopes",
    "uais",
    "cadre",
    "cadre_url",
    "validee_le__date",
)


@cache
def _adresse_sans_numero() -> str:
    """Looked up once, not once a line."""
    return reverse("habilitation-publique", args=[0]).removesuffix("0")


COLONNES = (
    Colonne(
        "habilitation",
        "Numéro de l'habilitation",
        lambda h: f"H{h.pk}",
        TEXTE | {"constraints": EXIGE | {"unique": True, "pattern": r"H[1-9]\d*"}},
    ),
    Colonne(
        "type",
        "Ce que l'habilitation permet",
        lambda h: h.type,
        TEXTE | {"constraints": EXIGE | {"enum": list(Habilitation.Type.values)}},
    ),
    Colonne(
        "organisation",
        "Nom de l'organisation habilitée",
        lambda h: h.organisation__nom,
        TEXTE | {"constraints": EXIGE},
    ),
    Colonne(
        "siret",
        "SIRET de l'organisation habilitée",
        lambda h: h.organisation__siret,
        TEXTE | {"constraints": EXIGE | {"pattern": r"\d{14}"}},
    ),
    Colonne(
        "intitule",
        "Pour quoi : l'intitulé de la démarche",
        lambda h: h.intitule,
        TEXTE | {"constraints": EXIGE},
    ),
    Colonne(
        "perimetre",
        "Données accessibles en lecture : noms des périmètres, séparés par une espace",
        lambda h: " ".join(h.scopes),
        TEXTE,
    ),
    Colonne(
        "uai",
        "Établissements pour lesquels l'organisation déclare des inscriptions : codes UAI, séparés par une espace",
        lambda h: " ".join(h.uais),
        TEXTE,
    ),
    Colonne("cadre_juridique", "Textes qui fondent l'accès", lambda h: h.cadre, TEXTE),
    Colonne("cadre_juridique_url", "Adresse de ces textes", lambda h: h.cadre_url, TEXTE),
    Colonne(
        "validee_le",
        "Jour de la validation",
        lambda h: h.validee_le__date.isoformat(),
        {"type": "date", "constraints": EXIGE},
    ),
    Colonne(
        "page",
        "Adresse de la page de l'habilitation",
        lambda h: settings.ADRESSE_PUBLIQUE + _adresse_sans_numero() + str(h.pk),
        {"type": "string", "format": "uri", "constraints": EXIGE},
    ),
)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    recherche, type_ = texte(request, "q"), texte(request, "type")
    trouvees = publiques.lister(recherche=recherche, type_=type_)
    habilitations: Any = Paginator(trouvees.values_list("pk", flat=True), PAR_PAGE).get_page(
        request.GET.get("page")
    )
    garnir(habilitations, publiques.lister())
    _presenter(habilitations)
    contexte = {
        "habilitations": habilitations,
        "recherche": recherche,
        "type": type_,
        "types": Habilitation.Type.choices,
        "filtree": bool(recherche or type_),
    }
    return render(request, "portail/habilitations.html", contexte)


@login_not_required
@require_safe
def une(request: HttpRequest, numero: int) -> HttpResponse:
    """One habilitation at an address of its own. One that is no longer in force answers as one that never was."""
    habilitation = get_object_or_404(publiques.lister(), pk=numero)
    _presenter([habilitation])
    contexte = {"habilitation": habilitation, "fiche": reverse(PAR_TYPE[habilitation.type].page)}
    return render(request, "portail/habilitation.html", contexte)


def _presenter(habilitations: Iterable[Any]) -> None:
    """Add to each what its page says in words."""
    noms = nommer(uai for habilitation in habilitations for uai in habilitation.uais)
    for habilitation in habilitations:
        habilitation.etablissements = [noms[uai] for uai in habilitation.uais]
        habilitation.donnees = [SCOPES[nom].label if nom in SCOPES else nom for nom in habilitation.scopes]
        # Written by applicants: only an address of the web becomes a link.
        habilitation.lien = habilitation.cadre_url if habilitation.cadre_url.startswith(WEB) else ""


@login_not_required
@require_safe
def en_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages."""
    trouvees = publiques.lister(recherche=texte(request, "q"), type_=texte(request, "type"))
    return repondre_csv("habilitations", COLONNES, trouvees.values_list(*LUES, named=True))
