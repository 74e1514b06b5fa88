"""« Les API »: a card for each, read from the declarations that the API itself follows.

Who may ask comes from the eligibility, the data from `api.champs` and `api.perimetre`, what is written from the
document of the writing API, what no program applies from `fiches`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from habilitations.eligibilite import acteurs, genres
from habilitations.eligibilite.questionnaire import Reponse
from habilitations.scopes import CATALOGUE, SCOPES, Scope
from referentiel import francais
from referentiel.dossiers import Dossier
from statut_etudiant.api.champs import CHAMPS, Champ, Sujet
from statut_etudiant.api.documentation.documents import DOCUMENTS
from statut_etudiant.api.ecriture.schema import ECRITURE as SCHEMAS_D_ECRITURE
from statut_etudiant.api.perimetre import TABLE, Case, Masque, Porte
from statut_etudiant.portail import nouveautes
from statut_etudiant.portail.fiches import FICHES, PAR_TYPE, PRODUCTEUR, THEMES, USAGES, Fiche

_VERSIONS = {Porte.V2: "v2", Porte.V2_FC: "v2", Porte.V3: "v3", Porte.V3_FC: "v3"}
STYLES = {Reponse.OUI: "success", Reponse.PEUT_ETRE: "warning", Reponse.NON: "error"}
VERDICTS = {Reponse.OUI: "Oui", Reponse.PEUT_ETRE: "Sous conditions", Reponse.NON: "Non"}
#: A record that has everything, to see which fields those of a statut and a régime have.
_UN_DOSSIER = Dossier("", "", *("x" for _ in Dossier._fields[2:]))


class Donnee(NamedTuple):
    """A field of the answers: its key at each door of the card, empty where it is not served; what opens it."""

    description: str
    cles: list[str]
    scopes: list[Scope]


class DonneeEcrite(NamedTuple):
    """`dans`: the object that holds it, which need not be sent; then it is only required with it."""

    cle: str
    description: str
    obligatoire: bool
    dans: str = ""

    @property
    def exigence(self) -> str:
        if not self.obligatoire:
            return "non"
        return f"avec {self.dans}" if self.dans else "oui"


def donnees(portes: tuple[Porte, ...]) -> list[Donnee]:
    """The fields that some scope opens at one of these doors."""
    trouvees = []
    for champ in CHAMPS:
        cles = [_cle(champ, porte) for porte in portes]
        if any(cles):
            noms = {
                nom for porte, cle in zip(portes, cles, strict=True) if cle for nom in _ouvrent(champ, porte)
            }
            forme = next(
                forme
                for porte, cle in zip(portes, cles, strict=True)
                if cle and (forme := getattr(champ, _VERSIONS[porte]))
            )
            scopes = [scope for scope in CATALOGUE if scope.nom in noms]
            trouvees.append(Donnee(str(forme.schema["description"]).removesuffix("."), cles, scopes))
    return trouvees


def _cle(champ: Champ, porte: Porte) -> str:
    forme = getattr(champ, _VERSIONS[porte])
    return forme.cle if forme is not None and _ouvrent(champ, porte) else ""


def _ouvrent(champ: Champ, porte: Porte) -> list[str]:
    """The scopes that open this field at this door."""
    return [
        ligne.scope
        for ligne in TABLE
        if porte in ligne.portes and champ.donnee in ligne.donnees and _en_ont(champ, porte, ligne.sur)
    ]


def _en_ont(champ: Champ, porte: Porte, sur: Iterable[Case] | Masque) -> bool:
    """Whether some record on which a line acts has this field: v2's dates have other keys for an admission."""
    forme = getattr(champ, _VERSIONS[porte])
    if forme is None or champ.sujet is Sujet.ETUDIANT or isinstance(sur, Masque):
        return forme is not None
    return any(
        forme.lire(_UN_DOSSIER._replace(statut=statut, regime=regime)) not in (None, "")
        for statut, regime in sur
    )


@cache
def donnees_ecrites() -> list[DonneeEcrite]:
    """Each key that an enrolment is written with, those of the objects that it holds after their own."""
    return _lister(SCHEMAS_D_ECRITURE["Enregistrement"])


def _lister(schema: Mapping[str, Any], dans: str = "") -> list[DonneeEcrite]:
    trouvees = []
    for cle, propriete in schema["properties"].items():
        interieur = SCHEMAS_D_ECRITURE.get(propriete.get("$ref", "").rpartition("/")[2])
        entiere = f"{dans}.{cle}" if dans else cle
        description = str((interieur or propriete)["description"])
        trouvees.append(DonneeEcrite(entiere, description, cle in schema["required"], dans))
        if interieur:
            trouvees += _lister(interieur, entiere)
    return trouvees


def scopes(portes: tuple[Porte, ...]) -> list[Scope]:
    """Those that open something at one of these doors."""
    utiles = {ligne.scope for ligne in TABLE if ligne.portes & set(portes)}
    return [scope for scope in CATALOGUE if scope.nom in utiles]


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    contexte = {
        "lignes": [
            {
                "fiche": une,
                "adresse": reverse(une.page),
                "pour": _libelles(une, Reponse.OUI),
                "peut_etre": _libelles(une, Reponse.PEUT_ETRE),
            }
            for une in FICHES
        ],
        "quota": settings.QUOTA_PAR_SECONDE,
    }
    return render(request, "portail/catalogue.html", contexte)


def _libelles(une: Fiche, reponse: Reponse) -> list[str]:
    return [
        francais.minuscule(acteur.choix.libelle)
        for acteur in acteurs.ACTEURS
        if acteur.avis(une.type).reponse == reponse
    ]


@login_not_required
@require_safe
def fiche(request: HttpRequest, type_: str) -> HttpResponse:
    une = PAR_TYPE[type_]
    utiles = scopes(une.portes)
    contexte: dict[str, Any] = {
        "fiche": une,
        "chemins": [reverse(route) for route in une.routes],
        "eligibilite": [
            (acteur.choix, avis, VERDICTS[avis.reponse], STYLES[avis.reponse])
            for acteur in acteurs.ACTEURS
            for avis in [acteur.avis(type_)]
        ],
        "versions": [_VERSIONS[porte] for porte in une.portes],
        "donnees": donnees(une.portes),
        "ecrites": donnees_ecrites() if not une.portes else [],
        "populations": [scope for scope in utiles if scope.est_population],
        "masques": [scope for scope in utiles if not scope.est_population],
        "usages": [(usage, [SCOPES[nom].label for nom in noms]) for usage, noms in USAGES],
        "quota": settings.QUOTA_PAR_SECONDE,
        "documents": [document for document in DOCUMENTS if document.route in une.documents],
        "producteur": PRODUCTEUR,
        "themes": THEMES,
        "mise_a_jour": nouveautes.derniere(type_),
        "france_connect": type_ == genres.FRANCE_CONNECT,
    }
    return render(request, "portail/fiche.html", contexte)
