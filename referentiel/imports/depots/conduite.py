"""What a person does with a deposited file: receive it, choose its columns, try it, confirm, cancel, withdraw.

Each act locks the batch, says in French why it refuses (`DepotRefuse`), and wakes a worker up once committed. Who may
do it to which batch is for the caller to know.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from referentiel.ecriture.chevauchements import nombreux
from referentiel.imports.colonnes import CHAMPS, CONSTANTES, cles
from referentiel.imports.correspondance import CODES
from referentiel.imports.depots.depot import deposer, reveiller
from referentiel.imports.depots.entretien import effacer
from referentiel.imports.depots.moteur import A_ZERO
from referentiel.imports.depots.place import PlaceManquante
from referentiel.imports.depots.reprise import des_memes_droits
from referentiel.imports.lecture.encodage import NOMS as ENCODAGES
from referentiel.imports.lecture.ouverture import refuser_d_emblee
from referentiel.imports.reglages import Reglages
from referentiel.models import Lot
from referentiel.nomenclatures import LOT_EN_FILE, LOT_EN_TRAITEMENT, EtatLot, Source
from referentiel.nomenclatures import ChoixDeDoublons as Choix

#: Further down, a row of titles is none.
LIGNE_DES_TITRES_MAXIMUM = 1_000
#: In largest files. Bytes are kept for thirty days: nobody must fill the disk with what they never confirm.
EN_SUSPENS_MAXIMUM = 4
_TROP_TARD = "Ce dépôt est « {etat} » : il n'est plus à confirmer."
#: Reset when new work is asked for.
_NOUVEAU_TRAVAIL = {"tentatives": 0, "executant": "", "message": ""}


class DepotRefuse(Exception):
    """The act is not possible. The message is French, for the person who asked for it."""

    @property
    def message(self) -> str:
        return str(self.args[0])


def recevoir(
    *,
    contenu: Iterable[bytes],
    nom_fichier: str,
    uais: list[str] | None,
    compte_id: int | None,
    fictif: bool = False,
) -> Lot:
    """Keep a file sent by a screen, to be analysed. `contenu` is read once, and no further than the limit.

    Nothing of it is opened here. Raises FichierIllisible when its first bytes tell that nobody could read it.
    """
    _exiger_de_la_place(compte_id)
    with transaction.atomic(), _la_place_refuse():
        lot = deposer(
            contenu=_dans_la_limite(_lisible(contenu)),
            canal=Source.FICHIER,
            uais=None if uais is None else sorted(uais),
            fictif=fictif,
            nom_fichier=nom_fichier,
            compte_id=compte_id,
            etat=EtatLot.ANALYSE_EN_ATTENTE,
        )
        if not lot.taille:
            raise DepotRefuse("Ce fichier est vide. Vérifiez qu'il est bien enregistré, puis recommencez.")
    return lot


@contextmanager
def _la_place_refuse() -> Iterator[None]:
    try:
        yield
    except PlaceManquante as refus:
        raise DepotRefuse(refus.message) from None


def _lisible(contenu: Iterable[bytes]) -> Iterator[bytes]:
    vu = False
    for morceau in contenu:
        if not vu:
            refuser_d_emblee(morceau[:512])
            vu = True
        yield morceau


def _exiger_de_la_place(compte_id: int | None) -> None:
    """What this person has still to confirm."""
    en_suspens = Lot.objects.filter(
        compte=compte_id, etat__in=[EtatLot.A_CONFIRMER, EtatLot.ANALYSE_EN_ATTENTE], canal=Source.FICHIER
    )
    octets = en_suspens.aggregate(total=Sum("taille"))["total"] or 0
    megaoctets = EN_SUSPENS_MAXIMUM * settings.DEPOT_TAILLE_MAX_MO
    if compte_id is not None and octets >= megaoctets << 20:
        raise DepotRefuse(
            f"Vos dépôts à confirmer occupent plus de {megaoctets} Mo : enregistrez-les ou abandonnez-les, puis "
            "recommencez."
        )


def trop_gros() -> str:
    return (
        f"Ce fichier dépasse {settings.DEPOT_TAILLE_MAX_MO} Mo. Partagez-le en plusieurs, chacun avec la ligne des "
        "titres."
    )


def _dans_la_limite(contenu: Iterable[bytes]) -> Iterator[bytes]:
    taille = 0
    for morceau in contenu:
        taille += len(morceau)
        if taille > settings.DEPOT_TAILLE_MAX_MO << 20:
            raise DepotRefuse(trop_gros())
        yield morceau


@transaction.atomic
def choisir_colonnes(*, lot_id: int, colonnes: Mapping[str, str] | None) -> Lot:
    """Say which field some columns are (`apercu.Apercu.colonnes` gives their keys), or '' to leave them aside.

    None: all follow their titles again. The dry run made with another choice no longer holds.
    """
    lot = _tenir(lot_id)
    _exiger(lot, EtatLot.A_CONFIRMER, refus=_TROP_TARD)
    choix = dict(colonnes) if colonnes else None
    if choix is not None:
        _verifier_choix(lot, choix)
    if choix != lot.colonnes:
        _ecrire(lot, colonnes=choix, essaye_le=None, message="", **A_ZERO)
    return lot


def _verifier_choix(lot: Lot, choix: dict[str, str]) -> None:
    entetes = (lot.analyse or {}).get("entetes")
    if entetes is None:
        raise DepotRefuse("Un fichier JSON nomme lui-même ses champs : il n'a pas de colonnes à choisir.")
    if not choix.keys() <= set(cles(entetes)):
        raise DepotRefuse("L'une des colonnes choisies n'est pas dans le fichier : rechargez la page.")
    if not set(choix.values()) <= {"", *CHAMPS}:
        raise DepotRefuse("L'un des champs choisis n'existe pas : rechargez la page.")


@transaction.atomic
def regler(*, lot_id: int, reglages: Reglages) -> Lot:
    """Keep the settings of the reading. Another sheet, row of titles or encoding asks for another analysis."""
    lot = _tenir(lot_id)
    _exiger(lot, EtatLot.A_CONFIRMER, refus=_TROP_TARD)
    _verifier_reglages(lot, reglages)
    anciens, nouveaux = Reglages.lire(lot.reglages), reglages.ecrire()
    if nouveaux == lot.reglages:
        return lot
    _ecrire(lot, reglages=nouveaux, essaye_le=None, message="", **A_ZERO)
    if anciens[:3] != reglages[:3]:
        _mettre_en_file(lot, EtatLot.ANALYSE_EN_ATTENTE)
    return lot


def _verifier_reglages(lot: Lot, reglages: Reglages) -> None:
    faits = lot.analyse or {}
    if reglages.feuille and reglages.feuille not in faits.get("feuilles", []):
        raise DepotRefuse("La feuille choisie n'est pas dans le classeur : rechargez la page.")
    if reglages.encodage and reglages.encodage not in ENCODAGES:
        raise DepotRefuse("L'encodage choisi n'est pas de la liste : rechargez la page.")
    if not 0 <= reglages.entete <= LIGNE_DES_TITRES_MAXIMUM:
        raise DepotRefuse("La ligne des titres choisie n'est pas de la liste : rechargez la page.")
    if not reglages.constantes.keys() <= set(CONSTANTES) or not reglages.valeurs.keys() <= set(CODES):
        raise DepotRefuse("L'un des champs choisis n'existe pas : rechargez la page.")


@transaction.atomic
def demander_essai(*, lot_id: int, tout_ou_rien: bool) -> Lot:
    """Ask for a complete dry run."""
    lot = _tenir(lot_id)
    _exiger(lot, EtatLot.A_CONFIRMER, refus=_TROP_TARD)
    _mettre_en_file(
        lot,
        EtatLot.ESSAI_EN_ATTENTE,
        tout_ou_rien=tout_ou_rien,
        essaye_le=None,
        commence_le=None,
        **A_ZERO,
    )
    return lot


@transaction.atomic
def confirmer(*, lot_id: int, choix: str = "") -> Lot:
    """Ask for the lines to be written, as the dry run has shown. `choix`: what becomes of probable duplicates."""
    lot = _tenir(lot_id)
    _exiger(lot, EtatLot.A_CONFIRMER, refus=_TROP_TARD)
    if choix and choix not in Choix.values:
        raise DepotRefuse("Ce choix n'est pas de la liste : rechargez la page.")
    if lot.essaye_le is None:
        raise DepotRefuse(
            "Faites d'abord l'essai complet : il n'a pas été fait, ou les réglages ont changé depuis."
        )
    if demande_un_choix(lot) and not choix:
        raise DepotRefuse("Dites d'abord ce que deviennent les doublons probables de ce fichier.")
    _mettre_en_file(lot, EtatLot.EN_ATTENTE, commence_le=None, choix_doublons=choix, **A_ZERO)
    return lot


def demande_un_choix(lot: Lot) -> bool:
    """So many lines are probable duplicates that the sender has to say what becomes of them."""
    return nombreux(lot.doublons, lot.lignes or 0)


@transaction.atomic
def annuler(*, lot_id: int) -> Lot:
    """Give up a deposit that nobody has begun to write, and forget its content.

    A withdrawal that waits is given up in the same way: the deposit stays as it is. A dry run may be interrupted at any
    moment, since it writes nothing.
    """
    lot = _tenir(lot_id)
    if lot.etat == EtatLot.RETRAIT_EN_ATTENTE:
        _ecrire(lot, etat=EtatLot.TERMINE, retire_par=None)
        return lot
    _exiger(
        lot,
        EtatLot.ANALYSE_EN_ATTENTE,
        EtatLot.ANALYSE_EN_COURS,
        EtatLot.A_CONFIRMER,
        EtatLot.ESSAI_EN_ATTENTE,
        EtatLot.ESSAI_EN_COURS,
        EtatLot.EN_ATTENTE,
        refus="Ce dépôt est « {etat} » : il ne peut plus être annulé.",
    )
    _ecrire(
        lot,
        etat=EtatLot.ANNULE,
        fini_le=timezone.now(),
        bail_jusqua=None,
        message="",
        essaye_le=None,
        **A_ZERO,
    )
    effacer(lot, signalees=True)
    return lot


@transaction.atomic
def demander_retrait(*, lot_id: int, compte_id: int | None = None) -> Lot:
    """Ask for what a finished deposit wrote to be undone (`referentiel.imports.depots.retrait`). Once."""
    lot = _tenir(lot_id)
    if lot.etat == EtatLot.RETIRE:
        raise DepotRefuse("Ce dépôt a déjà été retiré.")
    _exiger(lot, EtatLot.TERMINE, refus="Ce dépôt est « {etat} » : seul un dépôt terminé peut être retiré.")
    _mettre_en_file(lot, EtatLot.RETRAIT_EN_ATTENTE, retire_par_id=compte_id)
    return lot


def deja_depose(lot: Lot) -> Lot | None:
    """The last deposit of the same bytes, by the same rights, before this one: finished and not withdrawn, or
    waiting.
    """
    precedents = des_memes_droits(lot).filter(sha256=lot.sha256, id__lt=lot.pk)
    termines = Q(etat=EtatLot.TERMINE, ecrit_le__isnull=False)
    en_cours = Q(etat__in=[EtatLot.A_CONFIRMER, *LOT_EN_FILE, *LOT_EN_TRAITEMENT])
    return precedents.filter(termines | en_cours).order_by("-id").first()


def _tenir(lot_id: int) -> Lot:
    """Raises Lot.DoesNotExist."""
    return Lot.objects.select_for_update().get(pk=lot_id)


def _exiger(lot: Lot, *etats: EtatLot, refus: str) -> None:
    if lot.etat not in etats:
        raise DepotRefuse(refus.format(etat=EtatLot(lot.etat).label.lower()))


def _mettre_en_file(lot: Lot, etat: EtatLot, **colonnes: object) -> None:
    _ecrire(lot, etat=etat, demande_le=timezone.now(), **_NOUVEAU_TRAVAIL, **colonnes)
    transaction.on_commit(reveiller)


def _ecrire(lot: Lot, **colonnes: object) -> None:
    for colonne, valeur in colonnes.items():
        setattr(lot, colonne, valeur)
    lot.save(update_fields=[*colonnes])
