"""The rejected lines of a deposit, read again in its bytes and written with their reasons (`rapport`)."""

import io
from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO

from referentiel.ecriture.signalements import Signalement
from referentiel.imports.correspondance import Correspondance, parcourir
from referentiel.imports.depots.depot import ouvrir_fichier
from referentiel.imports.depots.rapport import RapportRejets
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.reglages import Reglages
from referentiel.models import LigneSignalee, Lot

#: Bytes of a report held before they are sent.
MORCEAU = 1 << 16


def ecrire_rejets(lot: Lot, sortie: BinaryIO) -> int:
    """Write the report of a deposit, in constant memory; how many lines it holds.

    Raises FichierIllisible when the deposit could not be read at all.
    """
    nombre = 0
    for nombre in _ecrire(lot, sortie):  # noqa: B007 (the last one counts them all)
        pass
    return nombre


def lire_rejets(lot: Lot) -> Iterator[bytes]:
    """The same report, piece by piece, as it is written."""
    tampon = io.BytesIO()
    for _ in _ecrire(lot, tampon):
        if tampon.tell() >= MORCEAU:
            yield tampon.getvalue()
            tampon.seek(0)
            tampon.truncate()
    yield tampon.getvalue()


def _ecrire(lot: Lot, sortie: BinaryIO) -> Iterator[int]:
    """How many lines are written, after each of them."""
    with ouvrir_fichier(lot) as fichier:
        lecture = ouvrir(fichier, lot.nom_fichier, Reglages.lire(lot.reglages))
        choix = lot.colonnes if lecture.entetes is not None else None
        with RapportRejets(sortie, lecture.entetes, choix) as rapport:
            rejets = _rejets(lot)
            attendu, erreurs = next(rejets, (None, []))
            correspondance = None if lecture.entetes is None else Correspondance(lecture.entetes, choix)
            for lue in parcourir(lecture, correspondance):
                if lue.numero == attendu:
                    rapport.ajouter(lue, erreurs)
                    yield rapport.nombre
                    attendu, erreurs = next(rejets, (None, []))


def _rejets(lot: Lot) -> Iterator[tuple[int, list[Signalement]]]:
    lignes = LigneSignalee.objects.filter(lot=lot, niveau=LigneSignalee.Niveau.REJET).order_by("ligne", "id")
    champs = lignes.values_list("ligne", "champ", "valeur", "code", "message").iterator(chunk_size=5000)
    for numero, groupe in groupby(champs, key=lambda ligne: ligne[0]):
        yield numero, [Signalement(*ligne[1:]) for ligne in groupe]
