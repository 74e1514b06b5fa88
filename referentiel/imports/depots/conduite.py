"""What a person does with a deposited file: receive it, choose its columns, try it, confirm, cancel, withdraw.

Each act locks the batch, says in French why it refuses (`DepotRefuse`), and wakes a worker up once committed. Who may
do it to which batch is for the caller to know.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from referentiel.imports.colonnes import CHAMPS, cles, identifier
from referentiel.imports.depots.apercu import lire_entetes
from referentiel.imports.depots.depot import deposer, reveiller
from referentiel.imports.depots.entretien import effacer
from referentiel.imports.depots.moteur import A_ZERO
from referentiel.imports.depots.place import PlaceManquante
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.models import Lot
from referentiel.nomenclatures import EtatLot, Source

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
    """Keep a file sent by a screen, to be confirmed. `contenu` is read once, and no further than the limit."""
    _exiger_de_la_place(compte_id)
    with transaction.atomic(), _la_place_refuse():
        lot = deposer(
            contenu=_dans_la_limite(contenu),
            canal=Source.FICHIER,
            uais=None if uais is None else sorted(uais),
            fictif=fictif,
            nom_fichier=nom_fichier,
            compte_id=compte_id,
            etat=EtatLot.A_CONFIRMER,
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


def _exiger_de_la_place(compte_id: int | None) -> None:
    """The deposits that this person has not confirmed yet."""
    en_suspens = Lot.objects.filter(compte=compte_id, etat=EtatLot.A_CONFIRMER, canal=Source.FICHIER)
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


@transaction.atomic
def reprendre_colonnes(*, lot: Lot, entetes: list[str] | None) -> bool:
    """Give a new deposit the columns that were chosen for the last one by the same rights. Says whether any was.

    Rejected lines once corrected, or next month's file, have the same titles. A field that another title tells by
    itself is not taken up.
    """
    precedent = (
        _des_memes_droits(lot)
        .filter(canal=Source.FICHIER, colonnes__isnull=False, id__lt=lot.pk)
        .order_by("-id")
    ).first()
    if entetes is None or precedent is None or precedent.colonnes is None:
        return False
    presentes = cles(entetes)
    choix = {cle: champ for cle, champ in precedent.colonnes.items() if cle in presentes}
    reconnus = {
        colonne.identifiant
        for cle, titre in zip(presentes, entetes, strict=True)
        if cle not in choix and (colonne := identifier(titre))
    }
    choix = {cle: champ for cle, champ in choix.items() if champ not in reconnus}
    if choix:
        _ecrire(lot, colonnes=choix)
    return bool(choix)


def _verifier_choix(lot: Lot, choix: dict[str, str]) -> None:
    try:
        entetes = lire_entetes(lot)
    except FichierIllisible as illisible:
        raise DepotRefuse(illisible.message) from None
    if entetes is None:
        raise DepotRefuse("Un fichier JSON nomme lui-même ses champs : il n'a pas de colonnes à choisir.")
    if not choix.keys() <= set(cles(entetes)):
        raise DepotRefuse("L'une des colonnes choisies n'est pas dans le fichier : rechargez la page.")
    if not set(choix.values()) <= {"", *CHAMPS}:
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
def confirmer(*, lot_id: int) -> Lot:
    """Ask for the lines to be written, as the dry run has shown."""
    lot = _tenir(lot_id)
    _exiger(lot, EtatLot.A_CONFIRMER, refus=_TROP_TARD)
    if lot.essaye_le is None:
        raise DepotRefuse(
            "Faites d'abord l'essai complet : il n'a pas été fait, ou les réglages ont changé depuis."
        )
    _mettre_en_file(lot, EtatLot.EN_ATTENTE, commence_le=None, **A_ZERO)
    return lot


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
    """The last finished and not withdrawn deposit of the same bytes, by the same rights, before this one."""
    precedents = _des_memes_droits(lot).filter(
        sha256=lot.sha256, etat=EtatLot.TERMINE, ecrit_le__isnull=False, id__lt=lot.pk
    )
    return precedents.order_by("-id").first()


def _des_memes_droits(lot: Lot) -> QuerySet[Lot]:
    lots = Lot.objects.filter(fictif=lot.fictif)
    if lot.uais is None:
        return lots.filter(uais__isnull=True)
    return lots.filter(uais__contains=lot.uais, uais__contained_by=lot.uais)


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
