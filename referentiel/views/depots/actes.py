"""What a person does to a deposit: check it, record it, give it up, withdraw it."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from referentiel.droits import Droits
from referentiel.imports.depots import conduite
from referentiel.imports.depots.analyse import VALEUR_MAXIMUM
from referentiel.imports.depots.apercu import Apercu, apercevoir
from referentiel.imports.depots.conduite import DepotRefuse
from referentiel.imports.reglages import Reglages
from referentiel.models import Lot
from referentiel.nomenclatures import ChoixDeDoublons as Choix
from referentiel.nomenclatures import EtatLot, Source
from referentiel.une_fois import une_seule_fois
from referentiel.views.cadre import rendre
from referentiel.views.depots import communs
from referentiel.views.depots.communs import accorder, lot_visible, page_de_depot, signe


def _vers(lot: Lot) -> HttpResponse:
    return redirect("gestion-depot", cle=lot.cle)


@require_POST
@page_de_depot
@une_seule_fois
def verifier(request: HttpRequest, droits: Droits, cle: UUID) -> HttpResponse:
    """Keep the columns chosen; when nothing is missing, ask for the dry run."""
    lot = lot_visible(droits, cle)
    if lot.canal != Source.FICHIER:
        raise Http404
    try:
        _exiger_une_analyse(lot)
        vu = apercevoir(lot)
        if vu.modifiable:
            with signe(droits):
                lot = conduite.choisir_colonnes(lot_id=lot.pk, colonnes=_choix(request, vu))
                lot = conduite.regler(lot_id=lot.pk, reglages=_reglages(request, lot, vu))
            if (
                lot.etat != EtatLot.A_CONFIRMER
            ):  # another sheet, row of titles or encoding: it is read again first
                return _vers(lot)
        # « Revoir » only keeps what was chosen: other values to be told apart may show.
        if "revoir" not in request.POST and not apercevoir(lot).erreurs:
            tout_ou_rien = request.POST.get("option") == "tout-ou-rien"
            with signe(droits):
                conduite.demander_essai(lot_id=lot.pk, tout_ou_rien=tout_ou_rien)
    except DepotRefuse as refus:
        messages.error(request, refus.message)
    return _vers(lot)


def _exiger_une_analyse(lot: Lot) -> None:
    if lot.analyse is None or lot.etat != EtatLot.A_CONFIRMER:
        raise DepotRefuse(
            f"Ce dépôt est « {EtatLot(lot.etat).label.lower()} » : ses colonnes ne se choisissent plus."
        )


def _choix(request: HttpRequest, vu: Apercu) -> dict[str, str] | None:
    """What differs from what the titles say; None when nothing does."""
    choisis = {
        vue.cle: request.POST[f"c{rang}"]
        for rang, vue in enumerate(vu.colonnes)
        if f"c{rang}" in request.POST and request.POST[f"c{rang}"] != vue.detecte
    }
    return choisis or None


def _reglages(request: HttpRequest, lot: Lot, vu: Apercu) -> Reglages:
    """Those of the page, over those that it did not show."""
    donnes = request.POST
    anciens = Reglages.lire(lot.reglages)
    constantes = {nom: valeur for nom, valeur in anciens.constantes.items() if nom not in vu.constantes}
    constantes |= {
        nom: valeur.strip()[:VALEUR_MAXIMUM]
        for nom in vu.constantes
        if (valeur := donnes.get(f"k-{nom}", anciens.constantes.get(nom, ""))).strip()
        # What is known without being said is no choice.
        and (nom in anciens.constantes or valeur.strip() != vu.constantes[nom])
    }
    valeurs = {nom: dict(choix) for nom, choix in anciens.valeurs.items()}
    for rang, vue in enumerate(vu.valeurs):
        choisi = donnes.get(f"v{rang}", vue.code)
        if choisi != vue.code or vue.cle in valeurs.get(vue.champ, {}):
            valeurs.setdefault(vue.champ, {})[vue.cle] = choisi
        if not choisi:
            valeurs.get(vue.champ, {}).pop(vue.cle, None)
    entete = donnes.get("entete", "")
    return Reglages(
        feuille=_autre(donnes.get("feuille"), vu.feuille, anciens.feuille),
        entete=int(entete) if entete.isdecimal() and int(entete) != vu.entete else anciens.entete,
        encodage=_autre(donnes.get("encodage"), vu.encodage.removesuffix("-sig"), anciens.encodage),
        constantes=constantes,
        valeurs={nom: choix for nom, choix in valeurs.items() if choix},
    )


def _autre(donne: str | None, vu: str, ancien: str) -> str:
    """What was found out is no choice."""
    return ancien if donne is None or donne == vu else donne


class ActeSurLeDepot(NamedTuple):
    """An act that asks to be confirmed on a page of its own."""

    accomplir: Callable[[Lot, Droits, QueryDict], object]
    etats: tuple[EtatLot, ...]
    dit: str  # once done


_CONFIRMER = ActeSurLeDepot(
    lambda lot, droits, donnes: conduite.confirmer(lot_id=lot.pk, choix=donnes.get("doublons", "")),
    (EtatLot.A_CONFIRMER,),
    "",  # the progress page says it
)
_ANNULER = ActeSurLeDepot(
    lambda lot, droits, donnes: conduite.annuler(lot_id=lot.pk),
    (
        EtatLot.ANALYSE_EN_ATTENTE,
        EtatLot.ANALYSE_EN_COURS,
        EtatLot.A_CONFIRMER,
        EtatLot.ESSAI_EN_ATTENTE,
        EtatLot.ESSAI_EN_COURS,
        EtatLot.EN_ATTENTE,
        EtatLot.RETRAIT_EN_ATTENTE,
    ),
    "C'est fait.",
)
_RETIRER = ActeSurLeDepot(
    lambda lot, droits, donnes: conduite.demander_retrait(lot_id=lot.pk, compte_id=droits.compte_id),
    (EtatLot.TERMINE,),
    "",
)
#: By the last part of their address, which is that of their template too.
ACTES_SUR_LE_DEPOT = {"enregistrer": _CONFIRMER, "abandonner": _ANNULER, "retirer": _RETIRER}


def _ce_qu_enregistrer_fera(lot: Lot) -> list[str]:
    return _dire(
        (lot.creees, "inscription sera créée", "inscriptions seront créées"),
        (lot.modifiees, "inscription sera mise à jour", "inscriptions seront mises à jour"),
        (
            lot.inchangees,
            "inscription sera confirmée, sans changement",
            "inscriptions seront confirmées, sans changement",
        ),
        (lot.etudiants_crees, "étudiant encore inconnu sera créé", "étudiants encore inconnus seront créés"),
        (lot.rejetees, "ligne rejetée ne sera pas prise", "lignes rejetées ne seront pas prises"),
    )


class ChoixOffert(NamedTuple):
    code: str
    libelle: str
    effet: str  # in figures


def _choix_de_doublons(lot: Lot) -> list[ChoixOffert]:
    """What may become of the probable duplicates, and what each answer will do. The dry run has created them all."""
    a_jour, creees = lot.doublons_a_jour, lot.creees
    chiffres = {
        Choix.CREER: _dire((creees, "inscription créée en tout", "inscriptions créées en tout")),
        Choix.METTRE_A_JOUR: _dire(
            (a_jour, "inscription enregistrée mise à jour", "inscriptions enregistrées mises à jour"),
            (creees - a_jour, "inscription créée", "inscriptions créées"),
        ),
        Choix.ECARTER: _dire(
            (
                lot.doublons,
                "inscription laissée, rendue avec les rejets",
                "inscriptions laissées, rendues avec les rejets",
            ),
            (creees - lot.doublons, "inscription créée", "inscriptions créées"),
        ),
    }
    return [ChoixOffert(choix.value, str(choix.label), " ".join(chiffres[choix])) for choix in Choix]


def _ce_que_retirer_fera(lot: Lot) -> list[str]:
    return _dire(
        (
            lot.creees,
            "inscription créée par ce dépôt sera supprimée : les administrations ne la verront plus",
            "inscriptions créées par ce dépôt seront supprimées : les administrations ne les verront plus",
        ),
        (
            lot.modifiees,
            "inscription mise à jour retrouvera ses valeurs d'avant",
            "inscriptions mises à jour retrouveront leurs valeurs d'avant",
        ),
        (
            lot.etudiants_crees,
            "étudiant créé disparaîtra, s'il ne reste rien de lui : ni inscription, ni consultation",
            "étudiants créés disparaîtront, ceux dont il ne reste rien : ni inscription, ni consultation",
        ),
    )


def _dire(*comptes: tuple[int, str, str]) -> list[str]:
    """A sentence for each count that is not zero."""
    return [
        f"{intcomma(nombre)} {accorder(nombre, singulier, pluriel)}."
        for nombre, singulier, pluriel in comptes
        if nombre
    ]


#: What the page of an act tells beforehand, in figures.
CONSEQUENCES: dict[str, Callable[[Lot], list[str]]] = {
    "enregistrer": _ce_qu_enregistrer_fera,
    "retirer": _ce_que_retirer_fera,
}


@require_http_methods(["GET", "HEAD", "POST"])
@page_de_depot
@une_seule_fois
def acte(request: HttpRequest, droits: Droits, cle: UUID, nom: str) -> HttpResponse:
    lot = lot_visible(droits, cle)
    demande = ACTES_SUR_LE_DEPOT[nom]
    if request.method == "POST":
        return _accomplir(request, droits, lot, nom, demande)
    if lot.etat not in demande.etats or (nom == "enregistrer" and lot.essaye_le is None):
        # What was possible when the link was shown is no longer: the deposit says where it stands.
        return _vers(lot)
    return _page(request, lot, nom)


def _accomplir(
    request: HttpRequest, droits: Droits, lot: Lot, nom: str, demande: ActeSurLeDepot
) -> HttpResponse:
    if nom == "retirer" and request.POST.get("compris") != "oui":
        return _page(request, lot, nom, erreur="Cochez la case pour confirmer le retrait.")
    if nom == "enregistrer" and conduite.demande_un_choix(lot) and not request.POST.get("doublons"):
        return _page(request, lot, nom, erreur="Dites ce que deviennent les doublons probables.")
    try:
        with signe(droits):
            demande.accomplir(lot, droits, request.POST)
    except DepotRefuse as refus:
        messages.error(request, refus.message)
    else:
        if demande.dit:
            messages.success(request, demande.dit)
    return _vers(lot)


def _page(request: HttpRequest, lot: Lot, nom: str, *, erreur: str = "") -> HttpResponse:
    contexte: dict[str, Any] = {
        "lot": lot,
        "nom": communs.nom(lot),
        "numero": communs.numero(lot),
        "valides": communs.lignes_valides(lot),
        "rien_de_neuf": communs.rien_de_neuf(lot),
        "etape": communs.ENREGISTRER if nom == "enregistrer" else None,
        "consequences": CONSEQUENCES[nom](lot) if nom in CONSEQUENCES else [],
        "choix_de_doublons": _choix_de_doublons(lot)
        if nom == "enregistrer" and conduite.demande_un_choix(lot)
        else [],
        "retrait": lot.etat == EtatLot.RETRAIT_EN_ATTENTE,
        "erreur": erreur,
    }
    return rendre(request, f"gestion/depots/{nom}.html", contexte, status=422 if erreur else 200)
