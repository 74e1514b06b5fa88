"""« Carte de couverture »: where establishments declare their students, by département or by académie.

Drawn on the server; each shape is a link, and the table beside says the same. The number of enrolments adds up the
establishments whose own number may be told, so that no difference gives a small one away.
"""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from referentiel.models import Etablissement
from referentiel.nomenclatures import TypeEtablissement
from statut_etudiant.api.etablissements.corps import SEUIL
from statut_etudiant.portail.fichiers import EXIGE, TEXTE, Colonne, en_objets, repondre_csv
from statut_etudiant.portail.saisie import texte
from statut_etudiant.portail.territoires import departements

#: Of the shapes (`tracer_departements.ECHELLE`).
VUE = "0 0 1226 1170"
DEPARTEMENT, ACADEMIE = "departement", "academie"
DECOUPAGES = ((DEPARTEMENT, "Par département"), (ACADEMIE, "Par académie"))


class Compte(NamedTuple):
    """Open establishments of a place or of a type."""

    connus: int
    alimentent: int
    inscriptions: int
    mis_a_jour: Any

    @property
    def muets(self) -> int:
        return self.connus - self.alimentent

    @property
    def classe(self) -> str:
        """Which of the five legends of the map."""
        if not self.connus:
            return "sans"
        if not self.alimentent:
            return "aucun"
        if self.alimentent == self.connus:
            return "tous"
        return "moitie" if 2 * self.alimentent >= self.connus else "peu"


VIDE = Compte(0, 0, 0, None)


class Lieu(NamedTuple):
    """A line of the table: a département or an académie."""

    code: str
    nom: str
    academie: str
    compte: Compte
    adresse: str


class Forme(NamedTuple):
    """A département on the map."""

    trace: str
    classe: str
    texte: str
    adresse: str


COLONNES = (
    Colonne("departement", "Code du département", lambda lieu: lieu.code, TEXTE | {"constraints": EXIGE}),
    Colonne("nom", "Nom du département", lambda lieu: lieu.nom, TEXTE | {"constraints": EXIGE}),
    Colonne("academie", "Académie", lambda lieu: lieu.academie, TEXTE),
    Colonne(
        "etablissements",
        "Établissements ouverts que le référentiel connaît",
        lambda lieu: str(lieu.compte.connus),
        {"type": "integer", "constraints": EXIGE | {"minimum": 0}},
    ),
    Colonne(
        "alimentent",
        "Parmi eux, ceux qui ont déclaré des inscriptions de l'année universitaire",
        lambda lieu: str(lieu.compte.alimentent),
        {"type": "integer", "constraints": EXIGE | {"minimum": 0}},
    ),
    Colonne(
        "inscriptions",
        "Inscriptions de ceux qui en ont déclaré dix ou plus ; vide s'il n'y en a pas",
        lambda lieu: str(lieu.compte.inscriptions or ""),
        {"type": "integer", "constraints": {"minimum": SEUIL}},
    ),
    Colonne(
        "derniere_mise_a_jour",
        "Jour de la dernière inscription reçue",
        lambda lieu: timezone.localdate(lieu.compte.mis_a_jour).isoformat() if lieu.compte.mis_a_jour else "",
        {"type": "date"},
    ),
)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    par = texte(request, "par")
    if par not in dict(DECOUPAGES):
        par = DEPARTEMENT
    lieux = _lieux(par)
    types = _compter("type")
    contexte = {
        "par": par,
        "decoupages": DECOUPAGES,
        "lieux": lieux,
        "formes": _formes(par, lieux),
        "vue": VUE,
        "outre_mer": [lieu for lieu in lieux if lieu.code in _hors_de_la_carte()],
        "types": [
            (str(TypeEtablissement(code).label), types[code])
            for code in TypeEtablissement.values
            if code in types
        ],
        "seuil": SEUIL,
    }
    return render(request, "portail/carte.html", contexte)


@login_not_required
@require_safe
def en_csv(request: HttpRequest) -> HttpResponse:
    return repondre_csv("couverture", COLONNES, _lieux(DEPARTEMENT))


@login_not_required
@require_safe
def en_json(request: HttpRequest) -> HttpResponse:
    """The lines of the CSV, with numbers as numbers and null for what is not told."""
    return JsonResponse(
        {"licence": "Licence Ouverte 2.0", "departements": en_objets(COLONNES, _lieux(DEPARTEMENT))},
        json_dumps_params={"ensure_ascii": False},
    )


def _lieux(par: str) -> list[Lieu]:
    """Those where the referential knows an open establishment; and, by département, all those of the map."""
    comptes = _compter(par)
    if par == ACADEMIE:
        noms = sorted(nom for nom in comptes if nom)
        return [Lieu(nom, nom, nom, comptes[nom], _adresse(par, nom)) for nom in noms]
    return [
        Lieu(un.code, un.nom, un.academie, comptes.get(un.code, VIDE), _adresse(par, un.code))
        for un in departements()
        if un.trace or un.code in comptes
    ]


def _hors_de_la_carte() -> set[str]:
    return {un.code for un in departements() if not un.trace}


def _formes(par: str, lieux: list[Lieu]) -> list[Forme]:
    connus = {lieu.code: lieu for lieu in lieux}
    formes = []
    for departement in departements():
        lieu = connus.get(departement.code if par == DEPARTEMENT else departement.academie)
        if departement.trace and lieu is not None:
            adresse = (
                lieu.adresse if lieu.compte.connus else ""
            )  # nowhere to go, nothing to stop at by keyboard
            formes.append(Forme(departement.trace, lieu.compte.classe, _dire(lieu), adresse))
        elif departement.trace:
            formes.append(Forme(departement.trace, VIDE.classe, "", ""))
    return formes


def _dire(lieu: Lieu) -> str:
    if not lieu.compte.connus:
        return f"{lieu.nom} : aucun établissement connu"
    return f"{lieu.nom} : {lieu.compte.alimentent} sur {lieu.compte.connus}"


def _adresse(par: str, code: str) -> str:
    """The list of the establishments of that place, those that do not declare too."""
    return f"{reverse('etablissements-couverts')}?{urlencode({par: code, 'alimente': ''})}"


def _compter(par: str) -> dict[str, Compte]:
    """By value of that column, open and real establishments."""
    ouverts: QuerySet[Any] = Etablissement.objects.reels().ouverts().order_by()
    lignes = ouverts.values(cle=F(par)).annotate(
        connus=Count("pk"),
        alimentent=Count("pk", filter=Q(couverture__inscriptions__gt=0)),
        inscriptions=Sum(
            "couverture__inscriptions", filter=Q(couverture__inscriptions__gte=SEUIL), default=0
        ),
        mis_a_jour=Max("couverture__derniere_confirmation"),
    )
    return {
        ligne["cle"]: Compte(ligne["connus"], ligne["alimentent"], ligne["inscriptions"], ligne["mis_a_jour"])
        for ligne in lignes
    }
