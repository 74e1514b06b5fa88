"""The engine of deposits: rows → columns → validation → staging → merge → report, whatever the format and the door.

Set-based and streaming: a million lines take the memory of a few thousand. Lines are judged one by one, sent by COPY to
a temporary table, then merged by two statements in one transaction which also writes the report and ends the batch:
readers see all of it or nothing, and a batch whose worker dies is done again from its bytes to the same content.
A dry run is the same work, undone before anyone has seen it: only what it has to say is kept.

Every write to the batch is conditional on its lease: an attempt that lost it, even asleep, leaves no trace.
"""

import logging
from collections.abc import Iterator
from itertools import count, islice
from typing import IO, Any

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from django.utils import timezone

from referentiel.complements import reference
from referentiel.droits import annoncer_la_fin
from referentiel.ecriture import introuvables, statistiques
from referentiel.ecriture.auteur import signer
from referentiel.ecriture.conflits import rejouer, suspendre_les_fusions
from referentiel.ecriture.contexte import Contexte, EtablissementRef
from referentiel.ecriture.fusion import Comptes, fusionner_tampon
from referentiel.ecriture.introuvables import TropDIntrouvables
from referentiel.ecriture.signalements import MESSAGES, Signalement
from referentiel.ecriture.validation import LigneValide, valider
from referentiel.imports.correspondance import Correspondance, parcourir
from referentiel.imports.depots.analyse import analyser
from referentiel.imports.depots.bail import BailPerdu, Battement, ecrire
from referentiel.imports.depots.depot import ouvrir_fichier
from referentiel.imports.depots.entretien import effacer
from referentiel.imports.depots.reprise import reprendre_les_choix
from referentiel.imports.depots.retrait import retirer_lot
from referentiel.imports.depots.tampon import AVIS, AVIS_GARDES, REJET, LigneDite, Tampon
from referentiel.imports.lecture.base import LectureLignes
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.reglages import Reglages
from referentiel.indisponibilite import absence
from referentiel.models import Etablissement, LigneSignalee, Lot, UaiAncien
from referentiel.nomenclatures import ChoixDeDoublons as Choix
from referentiel.nomenclatures import EtatLot, Source

journal = logging.getLogger(__name__)

#: Lines judged between two COPYs, two looks at the lease and two updates of the progress bar.
PAS = 5_000

#: Line number, the line if it is valid, its errors, its notices.
Jugee = tuple[int, LigneValide | None, list[Signalement], list[Signalement]]

RIEN_PRIS = "Tout ou rien : au moins une ligne est rejetée, aucune n'a été prise."
RIEN_NE_SERAIT_PRIS = "Tout ou rien : au moins une ligne serait rejetée, aucune ne serait prise."

A_ZERO: dict[str, object] = dict.fromkeys(
    (
        "lignes_lues",
        "creees",
        "modifiees",
        "inchangees",
        "rejetees",
        "etudiants_crees",
        "avis",
        "doublons",
        "doublons_a_jour",
    ),
    0,
) | {"changements": []}


class _Defaire(Exception):
    """Undo the merge: this is a dry run, or the sender wanted all the lines or none."""

    def __init__(self, comptes: Comptes, signales: IO[bytes]) -> None:
        self.comptes = comptes
        self.signales = signales


def traiter(lot: Lot) -> None:
    """Do a batch that this attempt holds (`bail.prendre`), to its end.

    Raises BailPerdu when another worker took it up, and whatever `indisponibilite.absence` knows (the database away,
    full, being migrated): the batch is then taken up again later. Any other failure ends the batch with a message for
    its sender.
    """
    try:
        with Battement(lot) as battement:
            if lot.etat == EtatLot.RETRAIT_EN_COURS:
                retirer_lot(lot)
                return
            if lot.etat == EtatLot.ANALYSE_EN_COURS:
                _analyser(lot)
                return
            with ouvrir_fichier(lot) as fichier:
                lecture = ouvrir(fichier, lot.nom_fichier, Reglages.lire(lot.reglages))
                _Traitement(lot, battement).executer(lecture)
    except FichierIllisible as illisible:
        _echouer(lot, illisible.message)
    except TropDIntrouvables as refus:
        introuvables.compter(refus.sujets, refus.encore)
        _echouer(lot, f"{MESSAGES[introuvables.CODE]} {_rien(lot).capitalize()}.")
    except BailPerdu:
        raise
    except Exception as erreur:
        if absence(erreur) is not None:
            raise
        journal.exception("traitement d'un dépôt interrompu", extra={"faits": {"lot": lot.pk}})
        _echouer(
            lot,
            f"Le traitement s'est interrompu sur une anomalie de notre fait : {_rien(lot)}. "
            f"Réessayez, ou contactez le support avec la référence du dépôt ({lot.cle}).",
        )


def _analyser(lot: Lot) -> None:
    """Keep what the file holds, then the choices made for the last one like it: it waits for its columns to be
    checked.
    """
    faits = analyser(lot)
    with transaction.atomic():
        ecrire(
            lot,
            etat=EtatLot.A_CONFIRMER,
            analyse=faits,
            format=faits["format"],
            encodage=faits["encodage"],
            separateur=faits["separateur"],
            entetes=faits["entetes"] or [],
            lignes=faits["nombre"],
            bail_jusqua=None,
            message="",
        )
        lot.refresh_from_db()
        reprendre_les_choix(lot)


class _Traitement:
    def __init__(self, lot: Lot, battement: Battement) -> None:
        self.lot = lot
        self.battement = battement
        self.essai = lot.etat == EtatLot.ESSAI_EN_COURS
        self.sans_personne = lot.canal == Source.COMMANDE
        self.contexte = contexte(uais=lot.uais, fictif=lot.fictif)
        self.correspondance: Correspondance | None = None
        self.lues = self.rejetees = self.avis = 0
        self.sujets: list[str] = []

    @property
    def auteur(self) -> str:
        """Whose tries of birth dates its lines are: a token's or a person's, over all their deposits."""
        if self.lot.jeton_id:
            return f"jeton:{self.lot.jeton_id}"
        return f"compte:{self.lot.compte_id}" if self.lot.compte_id else "exploitation"

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
            self.sujets = tampon.expediteurs(auteur=self.auteur)
            self.rejetees += rejouer(lambda: tampon.eprouver(lot_id=self.lot.pk, auteur=self.auteur))
            essais = count()
            rejouer(lambda: self._fusionner(curseur, tampon, encore=next(essais) > 0))
            tampon.vider()
            statistiques.actualiser(curseur)

    def _ecrire_lot(self, **colonnes: object) -> None:
        """Nothing is written without the lease."""
        ecrire(self.lot, **colonnes)

    def _decrire(self, lecture: LectureLignes) -> None:
        self._ecrire_lot(
            format=lecture.format,
            encodage=lecture.encodage,
            separateur=lecture.separateur,
            entetes=lecture.entetes or [],
            lignes=self.lot.lignes or lecture.estimer(),
        )
        if lecture.entetes is not None:
            self.correspondance = Correspondance(
                lecture.entetes,
                self.lot.colonnes,
                Reglages.lire(self.lot.reglages),
                uais=self.lot.uais,
                connus=self.contexte.etablissements.keys(),
                communes=self.contexte.communes,
                interroge=not self.sans_personne,
            )

    def _dire_du_fichier(self, lecture: LectureLignes, tampon: Tampon) -> None:
        """What concerns the file as a whole is said on its first line."""
        avis = [*lecture.avis, *(self.correspondance.avis if self.correspondance else ())]
        tampon.dire([LigneDite(1, AVIS, "", "", "fichier", message) for message in avis])
        self.avis += len(avis)

    def _juger(self, lecture: LectureLignes) -> Iterator[Jugee]:
        for lue in parcourir(lecture, self.correspondance):
            if lue.refus is not None:
                yield lue.numero, None, [lue.refus], []
                continue
            ligne, erreurs, avis = valider(lue.champs or {}, self.contexte, ligne=lue.numero)
            if lue.erreurs:  # what could not even be read is not said to be missing too
                illisibles = {une.champ for une in lue.erreurs}
                erreurs = [*lue.erreurs, *(une for une in erreurs if une.champ not in illisibles)]
                ligne = None
            yield lue.numero, ligne, erreurs, [*lue.avis, *avis] if lue.avis else avis

    def _verser(self, tampon: Tampon, bloc: list[Jugee]) -> None:
        """Send a block to the temporary tables, and say how far the work is."""
        self.battement.verifier()
        tampon.verser(ligne for _, ligne, _, _ in bloc if ligne is not None)
        dites: list[LigneDite] = []
        for numero, ligne, erreurs, avis in bloc:
            if ligne is None:
                self.rejetees += 1
                dites += [LigneDite(numero, REJET, *erreur) for erreur in erreurs]
            elif avis:  # a notice says that the line is taken
                if self.avis < AVIS_GARDES:
                    dites += [LigneDite(numero, AVIS, *un) for un in avis]
                self.avis += len(avis)
        tampon.dire(dites)
        self.lues += len(bloc)
        self._ecrire_lot(lignes_lues=self.lues, rejetees=self.rejetees)

    def _fusionner(self, curseur: Any, tampon: Tampon, *, encore: bool) -> None:
        try:
            with transaction.atomic():
                if encore:
                    suspendre_les_fusions(curseur)
                signer(curseur, f"lot:{self.lot.pk}")
                comptes = fusionner_tampon(
                    curseur,
                    source=self.lot.canal,
                    lot_id=self.lot.pk,
                    # A command asks nobody.
                    choix=self.lot.choix_doublons or (Choix.ECARTER if self.sans_personne else ""),
                    seul_si_nombreux=self.sans_personne and not self.lot.choix_doublons,
                )
                self._limiter_les_introuvables(curseur, tampon)
                if self.essai or self._tout_est_refuse(comptes):
                    raise _Defaire(comptes, tampon.mettre_de_cote())
                self._finir(tampon, comptes, ecrit_le=TransactionNow())
        except _Defaire as defait:
            comptes = defait.comptes
            with defait.signales, transaction.atomic():
                tampon.reprendre(defait.signales)
                if self.essai:
                    self._finir(
                        tampon, comptes, message=RIEN_NE_SERAIT_PRIS if self._tout_est_refuse(comptes) else ""
                    )
                else:
                    self._finir(
                        tampon, Comptes(0, 0, 0, comptes.rejetees, 0, comptes.doublons), message=RIEN_PRIS
                    )

    def _limiter_les_introuvables(self, curseur: Any, tampon: Tampon) -> None:
        """Of a deposit that asks for too many students whom nobody is, it is not told either which were found."""
        if self.sujets:
            introuvables.exiger(curseur, self.sujets, encore=tampon.introuvables())

    def _tout_est_refuse(self, comptes: Comptes) -> bool:
        return self.lot.tout_ou_rien and self.rejetees + comptes.rejetees > 0

    def _finir(self, tampon: Tampon, comptes: Comptes, *, message: str = "", **colonnes: object) -> None:
        """The end of the batch, in the transaction that applies it; or of its dry run."""
        maintenant = timezone.now()
        tues = tampon.taire_les_rejetees()
        issue: dict[str, object] = (
            {"etat": EtatLot.A_CONFIRMER, "essaye_le": maintenant}
            if self.essai
            else {"etat": EtatLot.TERMINE, "fini_le": maintenant}
        )
        self._ecrire_lot(
            **comptes._asdict()
            | {"changements": [list(un) for un in comptes.changements]}
            | issue
            | {
                "bail_jusqua": None,
                "lignes": self.lues,
                "lignes_lues": self.lues,
                "rejetees": self.rejetees + comptes.rejetees,
                "avis": max(0, self.avis - tues + tampon.avis_de_fusion()),
                "message": message,
            }
            | colonnes
        )
        introuvables.compter(self.sujets, tampon.introuvables())
        tampon.rapporter(lot_id=self.lot.pk)
        if not self.essai:
            annoncer_la_fin(Lot.objects.get(pk=self.lot.pk))


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
        anciens_uai=dict(
            UaiAncien.objects.filter(etablissement__fictif=fictif).values_list("uai", "etablissement__uai")
        ),
    )


def abandonner(lot: Lot) -> None:
    """End a batch that stops its worker each time it is tried."""
    _echouer(
        lot,
        f"Le traitement s'est interrompu à chaque tentative : {_rien(lot)}. "
        f"Contactez le support avec la référence du dépôt ({lot.cle}).",
    )


def _rien(lot: Lot) -> str:
    return "rien n'a été retiré" if lot.etat == EtatLot.RETRAIT_EN_COURS else "rien n'a été pris"


def _echouer(lot: Lot, message: str) -> None:
    """End the attempt in failure: back to the state from which it may be asked for again. Nothing was written.

    A batch that another worker holds by now is left to it.
    """
    issues: dict[EtatLot, dict[str, object]] = {
        # With other settings than the first ones, there is still the page where they are chosen.
        EtatLot.ANALYSE_EN_COURS: (
            {"etat": EtatLot.A_CONFIRMER}
            if lot.analyse
            else {"etat": EtatLot.ECHEC, "fini_le": timezone.now()}
        ),
        EtatLot.ESSAI_EN_COURS: {"etat": EtatLot.A_CONFIRMER, "essaye_le": None, **A_ZERO},
        EtatLot.EN_COURS: {"etat": EtatLot.ECHEC, "fini_le": timezone.now()},
        EtatLot.RETRAIT_EN_COURS: {"etat": EtatLot.TERMINE},
    }
    issue = issues[EtatLot(lot.etat)]
    with transaction.atomic():
        try:
            ecrire(lot, message=message, bail_jusqua=None, **issue)
        except BailPerdu:
            return
        if issue["etat"] == EtatLot.ECHEC:
            annoncer_la_fin(Lot.objects.get(pk=lot.pk))
        if lot.etat != EtatLot.RETRAIT_EN_COURS:
            LigneSignalee.objects.filter(lot=lot).delete()
        if lot.etat == EtatLot.ANALYSE_EN_COURS and not lot.analyse:
            effacer(Lot.objects.get(pk=lot.pk))  # a file that nobody could read is not kept
