"""One deposit, at one address: what its state has to show."""

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from referentiel.droits import Droits
from referentiel.exports.classeurs import FORMATS
from referentiel.imports.colonnes import ANNEE, CHAMPS, COLONNES
from referentiel.imports.correspondance import CODES
from referentiel.imports.depots.apercu import Apercu, apercevoir, choix_de
from referentiel.imports.depots.bilan import lister_signalements, resumer_signalements
from referentiel.imports.depots.conduite import deja_depose, demande_un_choix
from referentiel.imports.depots.depot import EFFACE
from referentiel.imports.depots.rapport import format_du_rapport
from referentiel.imports.depots.rejets import lire_changements, lire_rejets
from referentiel.imports.lecture.encodage import NOMS as ENCODAGES
from referentiel.imports.modele import REGIMES
from referentiel.imports.reglages import LAISSER, REJETER
from referentiel.models import LigneSignalee, Lot
from referentiel.nomenclatures import LOT_EN_FILE, EtatLot, Source
from referentiel.views.cadre import rendre
from referentiel.views.depots import communs
from referentiel.views.depots.communs import accorder, lot_visible, page_de_depot

#: Kinds of changes on the page; the file to download has every line.
CHANGEMENTS_MONTRES = 30
#: Of the bar: what reading the lines takes; the rest is their comparison with the register, which tells nothing of its
#: progress.
PART_DE_LA_LECTURE = 90
#: On a telephone, each line is a sheet: a page of more would never end.
LIGNES_PAR_PAGE = 25


@require_safe
@page_de_depot
def depot(request: HttpRequest, droits: Droits, cle: UUID) -> HttpResponse:
    lot = lot_visible(droits, cle)
    etat = EtatLot(lot.etat)
    contexte = {
        "lot": lot,
        "nom": communs.nom(lot),
        "numero": communs.numero(lot),
        "deposant": communs.deposant(lot),
        "situation": communs.situation(lot),
        "traces": communs.traces(lot),
    }
    if communs.en_chemin(lot):
        return rendre(request, "gestion/depots/avancement.html", contexte | _avancement(lot))
    if etat == EtatLot.A_CONFIRMER and lot.canal == Source.FICHIER:
        if lot.essaye_le is None or request.GET.get("etape") == "colonnes":
            return _apercu(request, droits, lot, contexte)
        return _bilan(request, lot, contexte, "gestion/depots/essai.html", communs.ESSAI)
    return _bilan(request, lot, contexte, "gestion/depots/rapport.html", None)


# --- before anything is done


def _apercu(request: HttpRequest, droits: Droits, lot: Lot, contexte: dict[str, Any]) -> HttpResponse:
    contexte["etape"] = communs.COLONNES
    precedent = deja_depose(lot)
    if precedent is not None and Lot.objects.visibles_par(droits).filter(pk=precedent.pk).exists():
        contexte["precedent"] = precedent
    if lot.analyse is None:  # erased, or not analysed yet
        return rendre(request, "gestion/depots/illisible.html", contexte | {"illisible": EFFACE})
    vu = apercevoir(lot)
    valeurs = [
        {"nom": f"v{rang}", "vue": vue, "titre": CHAMPS[vue.champ].libelle, "choix": choix_de(vue.champ)}
        for rang, vue in enumerate(vu.valeurs)
    ]
    contexte |= {
        "apercu": vu,
        "format": Lot.Format(vu.format).label,
        "encodage": _ENCODAGES.get(vu.encodage, vu.encodage),
        "encodages": _encodages(vu),
        "separateur": _SEPARATEURS.get(vu.separateur, ""),
        "colonnes": [
            {"nom": f"c{rang}", "vue": vue, "extraits": vue.extraits} for rang, vue in enumerate(vu.colonnes)
        ],
        "valeurs": valeurs,
        "inconnues": [une for une, vue in zip(valeurs, vu.valeurs, strict=True) if vue.inconnue],
        "constantes": _constantes(vu),
        "regimes": REGIMES,
        "reprises": bool(lot.analyse.get("reprises")),
        "groupes": _GROUPES,
        "reglages_utiles": len(vu.feuilles) > 1 or len(vu.candidates) > 1,
    }
    return rendre(request, "gestion/depots/apercu.html", contexte)


_ENCODAGES = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", **ENCODAGES}


def _encodages(vu: Apercu) -> list[tuple[str, str]]:
    """Those that a person may impose: what says its own encoding is not asked."""
    return list(ENCODAGES.items()) if vu.encodage in ENCODAGES else []


class Constante(NamedTuple):
    nom: str
    libelle: str
    valeur: str
    choix: list[tuple[str, str]]  # of a closed list
    jour: bool
    exemple: str
    manque: bool


def _constantes(vu: Apercu) -> list[Constante]:
    """The fields that no column gives, and what may be said of them for all the lines."""
    manquants = {colonne.identifiant for colonne in vu.manquantes}
    dates = {"dateDebutInscription", "dateFinInscription"}
    if dates <= manquants:  # one answer gives both
        manquants = manquants - dates | {ANNEE}
    return [
        Constante(
            nom,
            CHAMPS[nom].libelle,
            valeur,
            [choix for choix in choix_de(nom) if choix[0] not in (LAISSER, REJETER)] if nom in CODES else [],
            CHAMPS[nom].date,
            CHAMPS[nom].exemple,
            nom in manquants,
        )
        for nom, valeur in vu.constantes.items()
    ]


_SEPARATEURS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
#: Fields to choose from, by what they are for.
_GROUPES = [
    ("Obligatoires", [c for c in CHAMPS.values() if c.obligatoire]),
    ("Facultatives", [c for c in CHAMPS.values() if not c.obligatoire and not c.identite]),
    ("Pour créer un étudiant inconnu", [c for c in CHAMPS.values() if c.identite]),
]


# --- while somebody works on it


def _avancement(lot: Lot) -> dict[str, Any]:
    etat = EtatLot(lot.etat)
    retrait = etat in (EtatLot.RETRAIT_EN_ATTENTE, EtatLot.RETRAIT_EN_COURS)
    analyse = etat in (EtatLot.ANALYSE_EN_ATTENTE, EtatLot.ANALYSE_EN_COURS)
    essai = etat in (EtatLot.ESSAI_EN_ATTENTE, EtatLot.ESSAI_EN_COURS)
    return {
        "titre": "Retrait du dépôt" if retrait else "",
        "etape": None
        if retrait
        else communs.COLONNES
        if analyse
        else communs.ESSAI
        if essai
        else communs.ENREGISTRER,
        "analyse": analyse,
        "retrait": retrait,
        "essai": essai,
        "pourcentage": _pourcentage(lot),
        "detail": _detail(lot),
        "annulable": etat in _ANNULABLES,
    }


_ANNULABLES = (
    EtatLot.ANALYSE_EN_ATTENTE,
    EtatLot.ANALYSE_EN_COURS,
    EtatLot.ESSAI_EN_ATTENTE,
    EtatLot.ESSAI_EN_COURS,
    EtatLot.EN_ATTENTE,
    EtatLot.RETRAIT_EN_ATTENTE,
)


def _pourcentage(lot: Lot) -> int | None:
    """None when unknown."""
    if lot.etat not in (EtatLot.ESSAI_EN_COURS, EtatLot.EN_COURS):
        return None
    if not lot.lignes:
        return 0
    return min(PART_DE_LA_LECTURE, math.floor(PART_DE_LA_LECTURE * lot.lignes_lues / lot.lignes))


def _detail(lot: Lot) -> str:
    if lot.etat in LOT_EN_FILE:
        return "En attente : le travail commence dès que possible."
    if lot.etat == EtatLot.RETRAIT_EN_COURS:
        return "Retrait en cours."
    if lot.etat == EtatLot.ANALYSE_EN_COURS:
        return "Ouverture du fichier, et lecture de toutes ses lignes."
    if not lot.lignes_lues:
        return "Ouverture du fichier."
    if lot.lignes_lues >= (lot.lignes or 0):
        return f"{intcomma(lot.lignes_lues)} lignes lues. Comparaison avec les inscriptions déjà connues."
    environ = "environ " if lot.essaye_le is None else ""
    return f"{intcomma(lot.lignes_lues)} lignes lues sur {environ}{intcomma(lot.lignes or 0)}."


@require_safe
@page_de_depot
def avancement(request: HttpRequest, droits: Droits, cle: UUID) -> HttpResponse:
    """What the page that waits asks for every second."""
    lot = lot_visible(droits, cle)
    fini = not communs.en_chemin(lot)
    return JsonResponse(
        {
            "etat": lot.etat,
            "libelle": communs.situation(lot).libelle,
            "pourcentage": 100 if fini else _pourcentage(lot),
            "detail": "" if fini else _detail(lot),
            "annulable": lot.etat in _ANNULABLES,
            "fini": fini,
        }
    )


# --- afterwards


def _bilan(
    request: HttpRequest, lot: Lot, contexte: dict[str, Any], gabarit: str, etape: communs.Phase | None
) -> HttpResponse:
    motifs = resumer_signalements(lot)
    rejets = [motif for motif in motifs if motif.niveau == LigneSignalee.Niveau.REJET]
    contexte |= {
        "etape": etape,
        "valides": communs.lignes_valides(lot),
        "rien_de_neuf": communs.rien_de_neuf(lot),
        "comptes": _comptes(lot),
        "comptes_du_retrait": _comptes_du_retrait(lot),
        "rien_pris": communs.rien_n_a_ete_pris(lot),
        "rejets": [_motif(motif) for motif in rejets],
        "avis": [_motif(motif) for motif in motifs if motif not in rejets],
        "lignes_rejetees": _lignes(request, lot) if rejets else None,
        "telechargeable": bool(rejets) and lot.efface_le is None,
        "format_des_rejets": FORMATS[format_du_rapport(lot.format)].libelle,
        "changements": [_changement(*un) for un in lot.changements[:CHANGEMENTS_MONTRES]],
        "autres_changements": max(0, len(lot.changements) - CHANGEMENTS_MONTRES),
        "changements_telechargeables": bool(lot.changements) and lot.efface_le is None,
        "beaucoup_de_doublons": demande_un_choix(lot),
    }
    return rendre(request, gabarit, contexte)


class Compte(NamedTuple):
    nombre: int
    libelle: str
    genre: str = ""  # its style when it is not zero


def _comptes(lot: Lot) -> list[Compte]:
    return [
        Compte(lot.creees, accorder(lot.creees, "inscription créée", "inscriptions créées")),
        Compte(lot.modifiees, accorder(lot.modifiees, "mise à jour", "mises à jour")),
        Compte(lot.inchangees, accorder(lot.inchangees, "inchangée", "inchangées")),
        Compte(lot.rejetees, accorder(lot.rejetees, "ligne rejetée", "lignes rejetées"), "erreur"),
        Compte(lot.etudiants_crees, accorder(lot.etudiants_crees, "nouvel étudiant", "nouveaux étudiants")),
        Compte(lot.avis, accorder(lot.avis, "avertissement", "avertissements"), "avis"),
    ]


def _comptes_du_retrait(lot: Lot) -> list[Compte]:
    return [
        Compte(lot.retirees, accorder(lot.retirees, "inscription supprimée", "inscriptions supprimées")),
        Compte(lot.restaurees, accorder(lot.restaurees, "rétablie comme avant", "rétablies comme avant")),
        Compte(lot.gardees, accorder(lot.gardees, "gardée", "gardées"), "avis"),
        Compte(
            lot.etudiants_retires,
            accorder(lot.etudiants_retires, "étudiant supprimé", "étudiants supprimés"),
        ),
    ]


class Changement(NamedTuple):
    titre: str
    avant: str
    apres: str
    nombre: int


def _changement(champ: str, avant: str, apres: str, nombre: int) -> Changement:
    return Changement(CHAMPS[champ].libelle, _dire(champ, avant), _dire(champ, apres), nombre)


def _dire(champ: str, valeur: str) -> str:
    if jour := _JOUR.fullmatch(valeur):
        return f"{jour[3]}/{jour[2]}/{jour[1]}"
    return valeur or "rien"


def _motif(motif: Any) -> dict[str, Any]:
    return {"motif": motif, "colonne": titre_de_colonne(motif.champ)}


_PAR_CHAMP = {colonne.champ: colonne for colonne in COLONNES}


def titre_de_colonne(champ: str) -> str:
    colonne = _PAR_CHAMP.get(champ)
    return colonne.libelle if colonne else champ


def _lignes(request: HttpRequest, lot: Lot) -> Any:
    page = lister_signalements(
        lot, niveau=LigneSignalee.Niveau.REJET, page=request.GET.get("page") or 1, par_page=LIGNES_PAR_PAGE
    )
    for ligne in page:
        ligne.colonne = titre_de_colonne(ligne.champ)
        ligne.lue = _en_francais(ligne)
    return page


def _en_francais(ligne: LigneSignalee) -> str:
    """The value as a person reads it; the file of rejected lines keeps it as it was sent."""
    colonne = _PAR_CHAMP.get(ligne.champ)
    jour = _JOUR.fullmatch(ligne.valeur) if colonne is not None and colonne.date else None
    return f"{jour[3]}/{jour[2]}/{jour[1]}" if jour else ligne.valeur


_JOUR = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@require_safe
@page_de_depot
def rejets(request: HttpRequest, droits: Droits, cle: UUID) -> HttpResponseBase:
    """The rejected lines in the columns and the format of the file, ready to be corrected and sent again."""
    lot = lot_visible(droits, cle)
    if lot.efface_le is not None or communs.en_chemin(lot) or not lot.rejetees:
        raise Http404
    return _fichier(lot, "rejets", format_du_rapport(lot.format), lire_rejets(lot))


@require_safe
@page_de_depot
def changements(request: HttpRequest, droits: Droits, cle: UUID) -> StreamingHttpResponse:
    """What the updates change, line by line."""
    lot = lot_visible(droits, cle)
    if lot.efface_le is not None or communs.en_chemin(lot) or not lot.changements:
        raise Http404
    return _fichier(lot, "changements", "csv", lire_changements(lot))


def _fichier(lot: Lot, quoi: str, code: str, morceaux: Iterator[bytes]) -> StreamingHttpResponse:
    racine = slugify(lot.nom_fichier.rpartition(".")[0])[:60] or "depot"
    nom = f"{quoi}-{racine}-{timezone.localdate():%Y-%m-%d}.{code}"
    return StreamingHttpResponse(
        morceaux,
        content_type=FORMATS[code].type_mime,
        headers={"Content-Disposition": content_disposition_header(True, nom)},
    )
