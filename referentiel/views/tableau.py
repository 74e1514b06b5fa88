"""The first page of the establishments' admin."""

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from referentiel.droits import Droits, encarts
from referentiel.models import Lot
from referentiel.nomenclatures import EtatLot
from referentiel.pilotage import tableau as donnees
from referentiel.pilotage.graphiques import piles
from referentiel.views.cadre import page_de_gestion, rendre

PARAMETRE = "etablissement"
#: Quick actions: label, name of URL. One appears once its page exists.
ACTIONS = (
    ("Déposer un fichier", "gestion-depot-nouveau"),
    ("Ajouter une inscription", "gestion:referentiel_inscription_add"),
)


@page_de_gestion()
@require_safe
def tableau(request: HttpRequest, droits: Droits) -> HttpResponse:
    """`?etablissement=UAI`: that one only. Another's, or none's, is not found. `?cherche=…`: the ministry's choice."""
    maintenant, aujourdhui = timezone.now(), timezone.localdate()
    uai = request.GET.get(PARAMETRE, "")[:20]
    cherche = request.GET.get("cherche", "").strip()[:100] if droits.ministere and not uai else ""
    trouves = donnees.chercher_etablissements(droits, cherche) if cherche else []
    if len(trouves) == 1:
        return redirect(f"{request.path}?{urlencode({PARAMETRE: trouves[0].uai})}")
    siens = donnees.etablissements(droits, uai=uai if droits.ministere else "")
    vus = [etablissement for etablissement in siens if etablissement.uai == uai] if uai else siens
    if uai and not vus:
        raise Http404
    choisi = vus[0] if len(vus) == 1 else None
    contexte: dict[str, Any] = {}
    if vus:
        chiffres = donnees.chiffres(vus, aujourdhui=aujourdhui)
    else:
        national = donnees.chiffres_nationaux(aujourdhui=aujourdhui)
        chiffres, contexte["declarants"] = national.chiffres, national.declarants
        contexte["a_relancer"] = donnees.a_relancer(maintenant=maintenant)
    anomalies = donnees.anomalies_ouvertes(droits, etablissement=choisi)
    return rendre(
        request,
        "gestion/tableau.html",
        {
            **contexte,
            "chiffres": chiffres,
            "graphique": piles([(mois.court, (mois.inscrits, mois.admis)) for mois in chiffres.mois]),
            "choisi": choisi,
            "choix": siens if len(siens) > 1 and not droits.ministere else [],
            "cherche": cherche,
            "trouves": trouves[: donnees.TROUVES_MAXIMUM],
            "trouves_au_dela": len(trouves) > donnees.TROUVES_MAXIMUM,
            "en_periode": donnees.en_periode(aujourdhui),
            "silencieux": [
                vu
                for vu in vus
                if (couverture := getattr(vu, "couverture", None)) is not None
                and donnees.silencieux(couverture.derniere_confirmation, maintenant=maintenant)
            ],
            "lots": [
                (lot, reverse("gestion-depot", args=[lot.cle]), _resume(lot))
                for lot in donnees.derniers_lots(droits, uai=choisi.uai if choisi else "")
            ],
            "tous_les_lots": reverse("gestion-depots"),
            "anomalies": min(anomalies, donnees.ANOMALIES_COMPTEES),
            "anomalies_au_dela": anomalies > donnees.ANOMALIES_COMPTEES,
            "bureau_des_anomalies": reverse("gestion:referentiel_anomalie_changelist")
            if droits.ministere
            else "",
            "couverture": reverse("gestion:referentiel_etablissementcouvert_changelist")
            if droits.ministere
            else "",
            "encarts": encarts(droits),
            "actions": [(libelle, reverse(page)) for libelle, page in ACTIONS],
            "recherche": reverse("gestion:referentiel_etudiant_changelist"),
        },
    )


def _resume(lot: Lot) -> str:
    """What the batch did, or would do, without the zeros."""
    parts = [
        f"{intcomma(nombre)} {mot}{'s' * (nombre > 1)}"
        for nombre, mot in (
            (lot.creees, "créée"),
            (lot.modifiees, "mise à jour"),
            (lot.inchangees, "inchangée"),
            (lot.rejetees, "rejetée"),
        )
        if nombre
    ]
    resume = ", ".join(parts).replace("mise à jours", "mises à jour")
    return f"essai : {resume}" if resume and lot.etat == EtatLot.A_CONFIRMER else resume
