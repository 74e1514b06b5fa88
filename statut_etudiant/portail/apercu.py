"""The API's answer for a fictitious student and given scopes, made by the API's own functions."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from habilitations.demandes.usages import Projet, conseils
from habilitations.models import Habilitation
from habilitations.scopes import SCOPES
from referentiel.calendrier import debut_annee_universitaire
from referentiel.dossiers import Dossier, Trouve
from referentiel.nomenclatures import Regime, Statut
from statut_etudiant.api.champs import Rendu
from statut_etudiant.api.documentation.briques import EXEMPLE_UAI, NOM_ETABLISSEMENT
from statut_etudiant.api.perimetre import Porte, ouvrants
from statut_etudiant.api.v2 import corps as corps_v2
from statut_etudiant.api.v3 import corps as corps_v3


class Apercu(NamedTuple):
    """`corps` is empty when these scopes open nothing there: every call is refused."""

    version: str
    adresse: str
    corps: str


def etudiante() -> Trouve:
    """Camille has a record in each population, so that each scope shows what it adds."""
    debut = debut_annee_universitaire(timezone.localdate())
    fin = debut.replace(year=debut.year + 1, month=8, day=31)
    universite = ("31555", EXEMPLE_UAI, NOM_ETABLISSEMENT["example"])
    annee = (debut.isoformat(), fin.isoformat())
    suivante = (debut.replace(year=debut.year + 1).isoformat(), fin.replace(year=fin.year + 1).isoformat())
    return Trouve(
        etudiant_id=0,
        ine="0123456789M",
        nom="Martin",
        prenom="Camille",
        date_naissance="2005-03-27",
        dossiers=[
            Dossier(Statut.INSCRIT.value, Regime.RF1.value, *annee, *universite),
            Dossier(Statut.INSCRIT.value, Regime.RF5.value, *annee, *universite),
            Dossier(Statut.ADMIS.value, Regime.RF1.value, *suivante, *universite),
        ],
    )


def apercus(scopes: Iterable[str], *, france_connect: bool) -> list[Apercu]:
    demandes = frozenset(scopes)
    personne = etudiante()
    v2 = corps_v2.rendre(personne, demandes, france_connect=france_connect)
    v3 = corps_v3.rendre(personne, demandes, france_connect=france_connect)
    chemin_v3 = "/v3/mesri/statut_etudiant/" + ("france_connect" if france_connect else "ine")
    return [
        Apercu("Version 3", f"GET {chemin_v3}", _json(v3)),
        Apercu("Version 2", "GET /api/v2/etudiants", _json(v2)),
    ]


def contexte(scopes: Iterable[str], *, type_: str, texte: str = "") -> dict[str, Any]:
    """For the partial `portail/_apercu.html`."""
    france_connect = type_ == Habilitation.Type.FRANCE_CONNECT
    demandes = [nom for nom in scopes if nom in SCOPES]
    portes = (Porte.V2_FC, Porte.V3_FC) if france_connect else (Porte.V2, Porte.V3)
    return {
        "apercus": apercus(demandes, france_connect=france_connect),
        "conseils": conseils(Projet(frozenset(demandes), texte, france_connect)),
        "vide": not demandes,
        "sans_population": bool(demandes) and not any(ouvrants(porte) & set(demandes) for porte in portes),
    }


@require_POST
def apercu(request: HttpRequest) -> HttpResponse:
    """The preview alone, for the script that refreshes it as boxes are ticked."""
    scopes = request.POST.getlist("scopes")[: 2 * len(SCOPES)]
    page = render(
        request,
        "portail/_apercu.html",
        contexte(scopes, type_=request.POST.get("type", ""), texte=request.POST.get("texte", "")[:20_000]),
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _json(rendu: Rendu | None) -> str:
    return "" if rendu is None else json.dumps(rendu.corps, ensure_ascii=False, indent=2)
