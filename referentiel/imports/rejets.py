"""The rejected lines of a deposit, read again in its bytes and written with their reasons (`rapport`)."""

from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO

from referentiel.ecriture.signalements import Signalement
from referentiel.imports.colonnes import Correspondance, parcourir
from referentiel.imports.depot import ouvrir_fichier
from referentiel.imports.lecture import ouvrir
from referentiel.imports.rapport import RapportRejets
from referentiel.models import LigneSignalee, Lot


def ecrire_rejets(lot: Lot, sortie: BinaryIO) -> int:
    """Write the report of a finished deposit, in constant memory; how many lines it holds.

    Raises FichierIllisible when the deposit could not be read at all.
    """
    with ouvrir_fichier(lot) as fichier:
        lecture = ouvrir(fichier, lot.nom_fichier)
        choix = lot.colonnes if lecture.entetes is not None else None
        with RapportRejets(sortie, lecture.entetes, choix) as rapport:
            rejets = _rejets(lot)
            attendu, erreurs = next(rejets, (None, []))
            correspondance = None if lecture.entetes is None else Correspondance(lecture.entetes, choix)
            for lue in parcourir(lecture, correspondance):
                if lue.numero == attendu:
                    rapport.ajouter(lue, erreurs)
                    attendu, erreurs = next(rejets, (None, []))
            return rapport.nombre


def _rejets(lot: Lot) -> Iterator[tuple[int, list[Signalement]]]:
    lignes = LigneSignalee.objects.filter(lot=lot, niveau=LigneSignalee.Niveau.REJET).order_by("ligne", "id")
    champs = lignes.values_list("ligne", "champ", "valeur", "code", "message").iterator(chunk_size=5000)
    for numero, groupe in groupby(champs, key=lambda ligne: ligne[0]):
        yield numero, [Signalement(*ligne[1:]) for ligne in groupe]
