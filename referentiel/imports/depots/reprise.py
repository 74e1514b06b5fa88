"""What was chosen for the last file by the same rights serves for the next one: same software, same titles, same
words.
"""

from django.db.models import QuerySet

from referentiel.imports.colonnes import cles, identifier_tous
from referentiel.imports.reglages import Reglages
from referentiel.models import Lot
from referentiel.nomenclatures import Source

#: Dates are this year's: never taken from a file of the year before.
_DATES = frozenset({"anneeUniversitaire", "dateDebutInscription", "dateFinInscription"})


def des_memes_droits(lot: Lot) -> QuerySet[Lot]:
    lots = Lot.objects.filter(fictif=lot.fictif)
    if lot.uais is None:
        return lots.filter(uais__isnull=True)
    return lots.filter(uais__contains=lot.uais, uais__contained_by=lot.uais)


def reprendre_les_choix(lot: Lot) -> bool:
    """Give a deposit just analysed the columns, values and constants of the last one. Says whether any was.

    Rejected lines once corrected, or next month's file, have the same titles. A field that another title tells by
    itself is not taken up. Nothing is, of a deposit for which something was chosen already.
    """
    if lot.colonnes is not None or (entetes := (lot.analyse or {}).get("entetes")) is None:
        return False
    reglages = Reglages.lire(lot.reglages)
    if reglages.valeurs or reglages.constantes:
        return False
    colonnes = _colonnes(lot, entetes)
    precedent = _precedents(lot).filter(reglages__isnull=False).order_by("-id").first()
    if precedent is not None:
        anciens = Reglages.lire(precedent.reglages)
        reglages = reglages._replace(
            valeurs=anciens.valeurs,
            constantes={nom: valeur for nom, valeur in anciens.constantes.items() if nom not in _DATES},
        )
    ecrits = reglages.ecrire()
    if not colonnes and ecrits == lot.reglages:
        return False
    lot.colonnes, lot.reglages = colonnes or None, ecrits
    lot.analyse = {**(lot.analyse or {}), "reprises": True}
    lot.save(update_fields=["colonnes", "reglages", "analyse"])
    return True


def _precedents(lot: Lot) -> QuerySet[Lot]:
    return des_memes_droits(lot).filter(canal=Source.FICHIER, id__lt=lot.pk)


def _colonnes(lot: Lot, entetes: list[str]) -> dict[str, str]:
    precedent = _precedents(lot).filter(colonnes__isnull=False).order_by("-id").first()
    if precedent is None or precedent.colonnes is None:
        return {}
    presentes = cles(entetes)
    choix = {cle: champ for cle, champ in precedent.colonnes.items() if cle in presentes}
    reconnus = {
        colonne.identifiant
        for cle, colonne in zip(presentes, identifier_tous(entetes), strict=True)
        if cle not in choix and colonne
    }
    return {cle: champ for cle, champ in choix.items() if champ not in reconnus}
