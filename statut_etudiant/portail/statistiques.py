"""« Statistiques »: two months of calls, habilitations and enrolments, as a page and as a file.

Everything is worked out beforehand (`habilitations.statistiques_publiques`). A number of calls under ten is told as
such and no more.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.views.decorators.http import require_safe

from habilitations.demandes.cas_d_usage import PAR_NOM
from habilitations.models import AppelsDuJour, Habilitation, StatistiquesPubliques
from referentiel import francais
from referentiel.nomenclatures import Regime
from referentiel.pilotage import graphiques
from statut_etudiant.api.etablissements.corps import PEU, SEUIL
from statut_etudiant.portail.fichiers import EXIGE, TEXTE, Colonne, repondre_csv

#: On the chart, one day in so many has its date below.
JOURS_ENTRE_REPERES = 10
#: What a request says that began with no ready-made form.
AUTRES = "Autre usage, écrit par le demandeur"
Api, Issue, Voie = AppelsDuJour.Api, AppelsDuJour.Issue, AppelsDuJour.Voie


def nombre_public(nombre: int) -> int | None:
    """None when it may not be told. Zero may."""
    return nombre if nombre == 0 or nombre >= SEUIL else None


COLONNES = (
    Colonne(
        "jour",
        "Jour des appels, à Paris",
        lambda a: a.jour.isoformat(),
        {"type": "date", "constraints": EXIGE},
    ),
    Colonne(
        "api",
        "API appelée ; lecture : appels refusés, toutes versions ensemble",
        lambda a: a.api,
        TEXTE | {"constraints": EXIGE | {"enum": list(Api.values)}},
    ),
    Colonne(
        "voie",
        "Par quoi l'étudiant a été cherché ; vide pour un appel refusé ou d'écriture",
        lambda a: a.voie,
        TEXTE | {"constraints": {"enum": [voie for voie in Voie.values if voie]}},
    ),
    Colonne(
        "issue",
        "Ce que l'appel a donné",
        lambda a: a.issue,
        TEXTE | {"constraints": EXIGE | {"enum": list(Issue.values)}},
    ),
    Colonne(
        "appels",
        "Nombre d'appels ; vide s'il est inférieur à 10",
        lambda a: str(a.appels) if a.appels >= SEUIL else "",
        {"type": "integer", "constraints": {"minimum": SEUIL}},
    ),
)


#: The file of habilitations by type and by use case.
PAR_USAGE = (
    Colonne(
        "critere",
        "Ce par quoi les habilitations en vigueur sont comptées",
        lambda ligne: ligne[0],
        TEXTE | {"constraints": EXIGE | {"enum": ["type", "cas d'usage"]}},
    ),
    Colonne("valeur", "Type, ou cas d'usage", lambda ligne: ligne[1], TEXTE | {"constraints": EXIGE}),
    Colonne(
        "habilitations",
        "Nombre d'habilitations en vigueur",
        lambda ligne: str(ligne[2]),
        {"type": "integer", "constraints": EXIGE | {"minimum": 0}},
    ),
)


class Journee(NamedTuple):
    jour: date
    nombres: list[int]

    @property
    def par_issue(self) -> list[tuple[str, int | None]]:
        """Label and number of each outcome; None for a number that may not be told."""
        return [
            (str(issue.label), nombre_public(nombre))
            for issue, nombre in zip(Issue, self.nombres, strict=True)
        ]

    @property
    def traces(self) -> list[int]:
        """On the chart, what is not told is not drawn."""
        return [nombre or 0 for _, nombre in self.par_issue]


class Ligne(NamedTuple):
    libelle: str
    nombre: int | None


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    appels = list(AppelsDuJour.objects.all())
    statistiques = StatistiquesPubliques.objects.first()
    journees = _par_jour(appels)
    contexte = {
        "peu": PEU,
        "issues": [str(issue.label) for issue in Issue],
        "journees": journees,
        "courbe": graphiques.piles(
            [(francais.date(j.jour, "j/m"), j.traces) for j in journees],
            largeur=graphiques.LARGEUR,
            un_repere_sur=JOURS_ENTRE_REPERES,
        ),
        "par_api": _additionner(appels, lambda a: (Api(a.api).label, Issue(a.issue).label)),
        "par_voie": _additionner((a for a in appels if a.voie), lambda a: (Voie(a.voie).label,)),
    }
    return render(
        request, "portail/statistiques.html", contexte | (_figees(statistiques) if statistiques else {})
    )


@login_not_required
@require_safe
def en_csv(request: HttpRequest) -> HttpResponse:
    return repondre_csv("appels", COLONNES, AppelsDuJour.objects.all())


@login_not_required
@require_safe
def habilitations_en_csv(request: HttpRequest) -> HttpResponse:
    """The habilitations in force, counted by type, then by use case."""
    statistiques = StatistiquesPubliques.objects.first()
    figees = _figees(statistiques) if statistiques else {"habilitations": [], "cas": []}
    lignes = [
        (critere, ligne.libelle, ligne.nombre)
        for critere, comptees in (("type", figees["habilitations"]), ("cas d'usage", figees["cas"]))
        for ligne in comptees
    ]
    return repondre_csv("habilitations-par-usage", PAR_USAGE, lignes)


def _par_jour(appels: Iterable[AppelsDuJour]) -> list[Journee]:
    """The days that have calls, oldest first, with a number for each outcome."""
    jours: dict[date, dict[str, int]] = {}
    for un in appels:
        du_jour = jours.setdefault(un.jour, dict.fromkeys(Issue.values, 0))
        du_jour[un.issue] += un.appels
    return [Journee(jour, list(nombres.values())) for jour, nombres in sorted(jours.items())]


def _additionner(appels: Iterable[AppelsDuJour], cle: Any) -> list[Ligne]:
    sommes: dict[tuple[str, ...], int] = {}
    for un in appels:
        sommes[cle(un)] = sommes.get(cle(un), 0) + un.appels
    return [
        Ligne(", ".join(map(str, cles)), nombre_public(nombre)) for cles, nombre in sorted(sommes.items())
    ]


def _figees(statistiques: StatistiquesPubliques) -> dict[str, Any]:
    """Of `habilitations.statistiques_publiques.Chiffres`, what the page names."""
    chiffres = statistiques.contenu
    types = [Ligne(str(type_.label), chiffres["habilitations"][type_.value]) for type_ in Habilitation.Type]
    par_cas = _par_cas(chiffres)
    regimes = [
        Ligne(str(Regime(cle).label), nombre_public(n)) for cle, n in sorted(chiffres["regimes"].items())
    ]
    return {
        "calculees_le": statistiques.calculees_le,
        "chiffres": chiffres,
        "mediane": _delai(chiffres["mediane"]),
        "neuf_sur_dix": _delai(chiffres["neuf_sur_dix"]),
        "habilitations": types,
        "cas": par_cas,
        "regimes": regimes,
        "barres": _barres(types),
        "barres_par_cas": _barres(par_cas),
    }


def _par_cas(chiffres: dict[str, Any]) -> list[Ligne]:
    """Most numerous first, those without a ready-made form last. Habilitations are public, each by itself: no number
    is too small to be told. Figures worked out by an earlier version of the service have none."""
    connus = {nom: n for nom, n in chiffres.get("cas", {}).items() if nom in PAR_NOM}
    lignes = [Ligne(PAR_NOM[nom].libelle, n) for nom, n in connus.items()]
    lignes.sort(key=lambda ligne: (-(ligne.nombre or 0), ligne.libelle))
    autres = sum(chiffres.get("cas", {}).values()) - sum(connus.values())
    return [*lignes, Ligne(AUTRES, autres)] if autres else lignes


def _barres(lignes: Iterable[Ligne]) -> graphiques.Graphique:
    return graphiques.barres([(ligne.libelle, ligne.nombre or 0) for ligne in lignes])


def _delai(jours: float | None) -> str:
    if jours is None:
        return "–"
    return "moins d'un jour" if jours < 1 else f"{number_format(jours, 1)} jours"
