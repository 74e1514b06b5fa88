"""The engine of deposits: rows → columns → validation → staging → merge → report, whatever the format and the door.

Set-based and streaming: a million lines take the memory of a few thousand. Lines are judged one by one, sent by COPY to
a temporary table, then merged by two statements in one transaction which also writes the report and ends the batch:
readers see all of it or nothing, and a batch whose worker dies is done again from its bytes to the same content.

Every write to the batch is conditional on its lease: an attempt that lost it, even asleep, leaves no trace.
"""

import logging
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from referentiel.communes import reference
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import rejouer
from referentiel.ecriture.contexte import Contexte, EtablissementRef
from referentiel.ecriture.fusion import Comptes, fusionner_tampon
from referentiel.ecriture.signalements import Signalement
from referentiel.ecriture.validation import LigneValide, valider
from referentiel.imports.bail import BailPerdu, Battement
from referentiel.imports.colonnes import Correspondance, parcourir
from referentiel.imports.depot import ouvrir_fichier
from referentiel.imports.erreurs import FichierIllisible
from referentiel.imports.lecture import LectureLignes, ouvrir
from referentiel.imports.tampon import AVIS, AVIS_GARDES, REJET, LigneDite, Tampon
from referentiel.models import Etablissement, Lot
from referentiel.nomenclatures import EtatLot

journal = logging.getLogger(__name__)

#: Lines judged between two COPYs, two looks at the lease and two updates of the progress bar.
PAS = 5_000

#: Line number, the line if it is valid, its errors, its notices.
Jugee = tuple[int, LigneValide | None, list[Signalement], list[Signalement]]

RIEN_PRIS = "Tout ou rien : au moins une ligne est rejetée, aucune n'a été prise."


class _ToutOuRien(Exception):
    """Undo the merge: the sender wanted all the lines or none."""

    def __init__(self, comptes: Comptes, signales: IO[bytes]) -> None:
        self.comptes = comptes
        self.signales = signales


def traiter(lot: Lot) -> None:
    """Do a batch that this attempt holds (`bail.prendre`), to its end.

    Raises BailPerdu when another worker took it up, OperationalError when the database went away: the batch is then
    taken up again later. Any other failure ends the batch with a message for its sender.
    """
    try:
        with Battement(lot) as battement, ouvrir_fichier(lot) as fichier:
            _Traitement(lot, battement).executer(ouvrir(fichier, lot.nom_fichier))
    except FichierIllisible as illisible:
        _echouer(lot, illisible.message)
    except (BailPerdu, OperationalError):
        raise
    except Exception:
        journal.exception("traitement d'un dépôt interrompu", extra={"faits": {"lot": lot.pk}})
        _echouer(
            lot,
            "Le traitement s'est interrompu sur une anomalie de notre fait : rien n'a été pris. "
            f"Réessayez, ou contactez le support avec la référence du dépôt ({lot.cle}).",
        )


class _Traitement:
    def __init__(self, lot: Lot, battement: Battement) -> None:
        self.lot = lot
        self.battement = battement
        self.contexte = contexte(uais=lot.uais, fictif=lot.fictif)
        self.correspondance: Correspondance | None = None
        self.lues = self.rejetees = self.avis = 0

    def executer(self, lecture: LectureLignes) -> None:
        self._decrire(lecture)
        if self.correspondance is not None and self.correspondance.erreurs:
            raise FichierIllisible(" ".join(self.correspondance.erreurs))
        with connection.cursor() as curseur:
            tampon = Tampon(curseur)
            self._dire_du_fichier(lecture, tampon)
            jugees = self._juger(lecture)
            while bloc := list(islice(jugees, PAS)):
                self._verser(tampon, bloc)
            tampon.analyser()
            rejouer(lambda: self._fusionner(curseur, tampon))
            tampon.vider()

    def _ecrire_lot(self, **colonnes: object) -> None:
        """Nothing is written without the lease."""
        tenu = Lot.objects.filter(pk=self.lot.pk, executant=self.lot.executant, etat=EtatLot.EN_COURS)
        if not tenu.update(**colonnes):
            raise BailPerdu

    def _decrire(self, lecture: LectureLignes) -> None:
        self._ecrire_lot(
            format=lecture.format,
            encodage=lecture.encodage,
            separateur=lecture.separateur,
            entetes=lecture.entetes or [],
        )
        if lecture.entetes is not None:
            self.correspondance = Correspondance(lecture.entetes)

    def _dire_du_fichier(self, lecture: LectureLignes, tampon: Tampon) -> None:
        """What concerns the file as a whole is said on its first line."""
        avis = [*lecture.avis, *(self.correspondance.avis if self.correspondance else ())]
        tampon.dire([LigneDite(1, AVIS, "", "", "fichier", message) for message in avis])
        self.avis += len(avis)

    def _juger(self, lecture: LectureLignes) -> Iterator[Jugee]:
        for lue in parcourir(lecture, self.correspondance):
            if lue.refus is not None:
                yield lue.numero, None, [lue.refus], []
            else:
                yield lue.numero, *valider(lue.champs, self.contexte, ligne=lue.numero)

    def _verser(self, tampon: Tampon, bloc: list[Jugee]) -> None:
        """Send a block to the temporary tables, and say how far the work is."""
        self.battement.verifier()
        tampon.verser(ligne for _, ligne, _, _ in bloc if ligne is not None)
        dites: list[LigneDite] = []
        for numero, ligne, erreurs, avis in bloc:
            if ligne is None:
                self.rejetees += 1
                dites += [LigneDite(numero, REJET, *erreur) for erreur in erreurs]
            if avis:
                if self.avis < AVIS_GARDES:
                    dites += [LigneDite(numero, AVIS, *un) for un in avis]
                self.avis += len(avis)
        tampon.dire(dites)
        self.lues += len(bloc)
        self._ecrire_lot(lignes_lues=self.lues, rejetees=self.rejetees)

    def _fusionner(self, curseur: Any, tampon: Tampon) -> None:
        try:
            with transaction.atomic():
                signer(curseur, f"lot:{self.lot.pk}")
                comptes = fusionner_tampon(curseur, source=self.lot.canal, lot_id=self.lot.pk)
                if self.lot.tout_ou_rien and self.rejetees + comptes.rejetees:
                    raise _ToutOuRien(comptes, tampon.mettre_de_cote())
                self._finir(tampon, comptes)
        except _ToutOuRien as refus:
            with refus.signales, transaction.atomic():
                tampon.reprendre(refus.signales)
                self._finir(tampon, Comptes(0, 0, 0, refus.comptes.rejetees, 0), message=RIEN_PRIS)

    def _finir(self, tampon: Tampon, comptes: Comptes, *, message: str = "") -> None:
        """The end of the batch, in the transaction that applies it."""
        self._ecrire_lot(
            **comptes._asdict()
            | {
                "etat": EtatLot.TERMINE,
                "fini_le": timezone.now(),
                "bail_jusqua": None,
                "lignes": self.lues,
                "lignes_lues": self.lues,
                "rejetees": self.rejetees + comptes.rejetees,
                "avis": self.avis + tampon.avis_de_fusion(),
                "message": message,
            }
        )
        tampon.rapporter(lot_id=self.lot.pk)


def contexte(*, uais: list[str] | None, fictif: bool) -> Contexte:
    """What the lines are judged against: the establishments of one world, and those that may be written."""
    etablissements = Etablissement.objects.filter(fictif=fictif).values_list(
        "id", "uai", "code_commune", "fictif", "ouvert"
    )
    return Contexte(
        etablissements={ligne[1]: EtablissementRef(*ligne) for ligne in etablissements},
        uais_autorises=None if uais is None else frozenset(uais),
        communes=reference(),
        aujourdhui=timezone.localdate(),
    )


def abandonner(lot: Lot) -> None:
    """End a batch that stops its worker each time it is tried."""
    _echouer(
        lot,
        "Le traitement s'est interrompu à chaque essai : rien n'a été pris. "
        f"Contactez le support avec la référence du dépôt ({lot.cle}).",
    )


def _echouer(lot: Lot, message: str) -> None:
    Lot.objects.filter(pk=lot.pk, executant=lot.executant, etat=EtatLot.EN_COURS).update(
        etat=EtatLot.ECHEC, message=message, fini_le=timezone.now(), bail_jusqua=None
    )
