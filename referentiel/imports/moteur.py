"""The engine of deposits: rows → columns → validation → staging → merge → report, whatever the format and the door.

Set-based and streaming: a million lines take the memory of a few thousand. Lines are judged one by one, sent by COPY to
a temporary table, then merged by two statements in one transaction which also ends the batch: readers see all of it or
nothing, and a batch whose worker dies is done again from its bytes to the same content.
"""

import json
import logging
from collections.abc import Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from referentiel.communes import reference
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.contexte import Contexte, EtablissementRef
from referentiel.ecriture.fusion import COLONNES, Comptes, fusionner_tampon
from referentiel.ecriture.signalements import MESSAGES, Signalement
from referentiel.ecriture.validation import LigneValide, valider
from referentiel.imports.bail import BailPerdu, Battement
from referentiel.imports.colonnes import Correspondance, parcourir
from referentiel.imports.depot import ouvrir_fichier
from referentiel.imports.erreurs import FichierIllisible
from referentiel.imports.lecture import LectureLignes, ouvrir
from referentiel.models import Etablissement, LigneSignalee, Lot
from referentiel.nomenclatures import EtatLot

journal = logging.getLogger(__name__)

#: Lines judged between two COPYs, two looks at the lease and two updates of the progress bar.
PAS = 5_000
#: Warnings kept by batch: enough to see what is wrong; all are counted. Rejections are all kept.
AVIS_GARDES = 10_000
#: Tries of the merge when another transaction stood in the way (deadlock).
ESSAIS = 3

#: Line number, the line if it is valid, its errors, its notices.
Jugee = tuple[int, LigneValide | None, list[Signalement], list[Signalement]]

_REJET, _AVIS = LigneSignalee.Niveau.REJET.value, LigneSignalee.Niveau.AVIS.value

_PREPARER = f"""
DROP TABLE IF EXISTS pg_temp.tampon, pg_temp.signales;
CREATE TEMPORARY TABLE tampon ({COLONNES});
CREATE TEMPORARY TABLE signales (ligne int, niveau text, champ text, valeur text, code text);
"""

_SIGNALER = """
INSERT INTO referentiel_lignesignalee (lot_id, ligne, niveau, champ, valeur, code, message)
SELECT %(lot)s, ligne, niveau, champ, valeur, code, %(messages)s::jsonb ->> code FROM pg_temp.signales
WHERE niveau = 'rejet'
UNION ALL
(SELECT %(lot)s, ligne, niveau, champ, valeur, code, %(messages)s::jsonb ->> code FROM pg_temp.signales
 WHERE niveau = 'avis' ORDER BY ligne LIMIT %(avis)s)
"""

_FINIR = """
UPDATE referentiel_lot SET etat = 'termine', fini_le = now(), bail_jusqua = NULL, lignes = %(lues)s,
    lignes_lues = %(lues)s, creees = %(creees)s, modifiees = %(modifiees)s, inchangees = %(inchangees)s,
    rejetees = %(rejetees)s, etudiants_crees = %(etudiants_crees)s, avis = %(avis)s, message = %(message)s
WHERE id = %(lot)s AND executant = %(executant)s AND etat = 'en_cours'
"""

_MESSAGES_DE_FUSION = json.dumps(
    {
        code: MESSAGES[code].format(attendu="")
        for code in (
            "etudiant_inconnu",
            "date_naissance_differente",
            "nom_different",
            "doublon_dans_le_fichier",
        )
    }
)

RIEN_PRIS = "Tout ou rien : au moins une ligne est rejetée, aucune n'a été prise."


class _ToutOuRien(Exception):
    """Undo the merge: the sender wanted all the lines or none."""

    def __init__(self, comptes: Comptes) -> None:
        self.comptes = comptes


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
            curseur.execute(_PREPARER)
            LigneSignalee.objects.filter(lot=self.lot).delete()  # of an attempt that was cut short
            self._dire_du_fichier(lecture)
            jugees = self._juger(lecture)
            while bloc := list(islice(jugees, PAS)):
                self._verser(curseur, bloc)
            curseur.execute("ANALYZE pg_temp.tampon")
            self._appliquer(curseur)
            curseur.execute("DROP TABLE pg_temp.tampon, pg_temp.signales")

    def _decrire(self, lecture: LectureLignes) -> None:
        lot = self.lot
        lot.format, lot.encodage, lot.separateur = lecture.format, lecture.encodage, lecture.separateur
        lot.entetes = lecture.entetes or []
        lot.save(update_fields=["format", "encodage", "separateur", "entetes"])
        if lecture.entetes is not None:
            self.correspondance = Correspondance(lecture.entetes)

    def _dire_du_fichier(self, lecture: LectureLignes) -> None:
        """What concerns the file as a whole is said on its first line."""
        avis = [*lecture.avis, *(self.correspondance.avis if self.correspondance else ())]
        LigneSignalee.objects.bulk_create(
            LigneSignalee(lot=self.lot, ligne=1, niveau=_AVIS, code="fichier", message=message)
            for message in avis
        )
        self.avis += len(avis)

    def _juger(self, lecture: LectureLignes) -> Iterator[Jugee]:
        for lue in parcourir(lecture, self.correspondance):
            if lue.refus is not None:
                yield lue.numero, None, [lue.refus], []
            else:
                yield lue.numero, *valider(lue.champs, self.contexte, ligne=lue.numero)

    def _verser(self, curseur: Any, bloc: list[Jugee]) -> None:
        """Send a block to the staging table, its errors to the report, and say how far the work is."""
        self.battement.verifier()
        signales = []
        with curseur.copy("COPY pg_temp.tampon FROM STDIN") as copie:
            for numero, ligne, erreurs, avis in bloc:
                if ligne is not None:
                    copie.write_row(ligne)
                else:
                    self.rejetees += 1
                    signales += [(self.lot.pk, numero, _REJET, *erreur) for erreur in erreurs]
                if avis:
                    if self.avis < AVIS_GARDES:
                        signales += [(self.lot.pk, numero, _AVIS, *un) for un in avis]
                    self.avis += len(avis)
        if signales:
            with curseur.copy(
                "COPY referentiel_lignesignalee (lot_id, ligne, niveau, champ, valeur, code, message) FROM STDIN"
            ) as copie:
                for signale in signales:
                    copie.write_row(signale)
        self.lues += len(bloc)
        Lot.objects.filter(pk=self.lot.pk).update(lignes_lues=self.lues, rejetees=self.rejetees)

    def _appliquer(self, curseur: Any) -> None:
        for essai in range(1, ESSAIS + 1):
            try:
                return self._fusionner(curseur)
            except OperationalError as conflit:
                if essai == ESSAIS or not _rejouable(conflit):
                    raise
        return None

    def _fusionner(self, curseur: Any) -> None:
        with TemporaryFile() as mis_de_cote:
            try:
                with transaction.atomic():
                    signer(curseur, f"lot:{self.lot.pk}")
                    comptes = fusionner_tampon(curseur, source=self.lot.canal, lot_id=self.lot.pk)
                    if self.lot.tout_ou_rien and self.rejetees + comptes.rejetees:
                        # The rollback empties the temporary tables too: what they say is kept aside.
                        with curseur.copy("COPY pg_temp.signales TO STDOUT") as copie:
                            for morceau in copie:
                                mis_de_cote.write(morceau)
                        raise _ToutOuRien(comptes)
                    self._finir(curseur, comptes)
            except _ToutOuRien as refus:
                mis_de_cote.seek(0)
                with transaction.atomic():
                    with curseur.copy("COPY pg_temp.signales FROM STDIN") as copie:
                        while morceau := mis_de_cote.read(65536):
                            copie.write(morceau)
                    self._finir(curseur, Comptes(0, 0, 0, refus.comptes.rejetees, 0), message=RIEN_PRIS)

    def _finir(self, curseur: Any, comptes: Comptes, *, message: str = "") -> None:
        """The end of the batch, in the transaction that applies it. Nothing passes without the lease."""
        curseur.execute("SELECT count(*) FROM pg_temp.signales WHERE niveau = 'avis'")
        (avis_de_fusion,) = curseur.fetchone()
        curseur.execute(
            _SIGNALER,
            {"lot": self.lot.pk, "messages": _MESSAGES_DE_FUSION, "avis": max(0, AVIS_GARDES - self.avis)},
        )
        curseur.execute(
            _FINIR,
            {
                "lot": self.lot.pk,
                "executant": self.lot.executant,
                "lues": self.lues,
                **comptes._asdict(),
                "rejetees": self.rejetees + comptes.rejetees,
                "avis": self.avis + avis_de_fusion,
                "message": message,
            },
        )
        if curseur.rowcount == 0:
            raise BailPerdu


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


def _rejouable(conflit: DatabaseError) -> bool:
    """Deadlock or serialization failure: the same work may succeed now."""
    return getattr(conflit.__cause__, "sqlstate", None) in {"40P01", "40001"}


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
