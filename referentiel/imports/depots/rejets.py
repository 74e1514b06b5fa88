"""The rejected lines of a deposit, read again in its bytes and written with their reasons (`rapport`)."""

from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO

from referentiel.ecriture.signalements import Signalement
from referentiel.exports.classeurs import ecrire
from referentiel.imports.colonnes import CHAMPS
from referentiel.imports.correspondance import Correspondance, LigneLue, parcourir
from referentiel.imports.depots.depot import ouvrir_fichier
from referentiel.imports.depots.rapport import RapportRejets, format_du_rapport
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.reglages import Reglages
from referentiel.models import LigneSignalee, Lot


def ecrire_rejets(lot: Lot, sortie: BinaryIO) -> int:
    """Write the report of a deposit as CSV, in constant memory; how many lines it holds.

    Raises FichierIllisible when the deposit could not be read at all.
    """
    compte = [0]
    for morceau in _ecrire(lot, "csv", compte):
        sortie.write(morceau)
    return compte[0]


def lire_rejets(lot: Lot) -> Iterator[bytes]:
    """The same report, piece by piece as it is written, in the format that was sent."""
    return _ecrire(lot, format_du_rapport(lot.format), [0])


def lire_changements(lot: Lot) -> Iterator[bytes]:
    """What the updates change, line by line, as CSV."""
    lignes = LigneSignalee.objects.filter(lot=lot, niveau=LigneSignalee.Niveau.MODIF).order_by("ligne", "id")
    champs = lignes.values_list("ligne", "champ", "valeur", "message").iterator(chunk_size=5000)
    rangees = ([ligne, CHAMPS[champ].libelle, avant, apres] for ligne, champ, avant, apres in champs)
    return ecrire("csv", ["Ligne", "Donnée", "Avant", "Après"], rangees)


def _ecrire(lot: Lot, code: str, compte: list[int]) -> Iterator[bytes]:
    with ouvrir_fichier(lot) as fichier:
        lecture = ouvrir(fichier, lot.nom_fichier, Reglages.lire(lot.reglages))
        choix = lot.colonnes if lecture.entetes is not None else None
        correspondance = None if lecture.entetes is None else Correspondance(lecture.entetes, choix)

        def rejetees() -> Iterator[tuple[LigneLue, list[Signalement]]]:
            rejets = _rejets(lot)
            attendu, erreurs = next(rejets, (None, []))
            for lue in parcourir(lecture, correspondance):
                if lue.numero == attendu:
                    compte[0] += 1
                    yield lue, erreurs
                    attendu, erreurs = next(rejets, (None, []))

        yield from RapportRejets(lecture.entetes, choix).ecrire(code, rejetees())


def _rejets(lot: Lot) -> Iterator[tuple[int, list[Signalement]]]:
    lignes = LigneSignalee.objects.filter(lot=lot, niveau=LigneSignalee.Niveau.REJET).order_by("ligne", "id")
    champs = lignes.values_list("ligne", "champ", "valeur", "code", "message").iterator(chunk_size=5000)
    for numero, groupe in groupby(champs, key=lambda ligne: ligne[0]):
        yield numero, [Signalement(*ligne[1:]) for ligne in groupe]
