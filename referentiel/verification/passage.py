"""Having INES confirm the identity of students, some at a time, beside everything else.

A passage is short, gives way to deposits, and holds no transaction while it waits for INES. One at a time: a lease on
the connector's row. When INES is away or slow it stops, and the next passages wait longer and longer.

Real students only, whose birth day is known. Each is asked about once: confirmed, the student is marked, signed in the
history; refused, an anomaly tells the ministry. A cursor goes through the students by internal identifier and starts
again every day, for those of deposits that were committed after it had passed.
"""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from referentiel.ecriture.auteur import signer
from referentiel.models import Anomalie, ConnecteurInes, Etudiant, Lot, Verification
from referentiel.nomenclatures import LOT_EN_FILE, Precision
from referentiel.verification.ines import Ines, SansReponse

AUTEUR = "tache:verifier_identites"

#: A passage asks about this many students, or stops after this many seconds.
TAILLE, DUREE = 500, 45
#: Longer than a passage can last: the lease of one that was killed.
BAIL = timedelta(minutes=3)
TOUR = timedelta(days=1)
COMPTES = timedelta(hours=1)

#: Pauses double from the first to the second, for the whole service and for one student.
PAUSE, PAUSE_MAXIMALE = timedelta(minutes=1), timedelta(hours=1)
REPRISE, REPRISE_MAXIMALE = timedelta(minutes=10), timedelta(days=1)


class BilanDePassage(NamedTuple):
    confirmees: int = 0
    refusees: int = 0
    #: Why it stopped early: a motive of `ConnecteurInes`, or nothing.
    motif: str = ""


class _ASavoir(NamedTuple):
    """A student to ask about. `essais`: the times that INES gave no answer about them."""

    id: int
    ine: str
    date_naissance: date
    essais: int
    nouveau: bool


def passer(*, taille: int = TAILLE, duree: float = DUREE) -> BilanDePassage | None:
    """Ask about some students. None when it is not the time: another passage, or a pause after a failure."""
    if (bail := _prendre()) is None:
        return None
    ines = Ines()
    try:
        return _Passage(ines, bail).executer(taille, duree)
    finally:
        ines.fermer()
        ConnecteurInes.objects.filter(bail_jusqua=bail).update(bail_jusqua=None)


def _prendre() -> datetime | None:
    maintenant = timezone.now()
    ConnecteurInes.objects.bulk_create([ConnecteurInes()], ignore_conflicts=True)
    libre = ConnecteurInes.objects.filter(
        Q(bail_jusqua__isnull=True) | Q(bail_jusqua__lt=maintenant),
        Q(reprise_le__isnull=True) | Q(reprise_le__lte=maintenant),
    )
    bail = maintenant + BAIL
    return bail if libre.update(bail_jusqua=bail) else None


class _Passage:
    def __init__(self, ines: Ines, bail: datetime) -> None:
        self.ines = ines
        self.bail = bail
        self.connecteur = ConnecteurInes.objects.get()

    def executer(self, taille: int, duree: float) -> BilanDePassage:
        fin = time.monotonic() + duree
        confirmees = refusees = 0
        motif = ""
        curseur = self.connecteur.curseur
        demandes = list(self._a_savoir(taille))
        for un in demandes:
            if time.monotonic() > fin or _depot_en_attente():
                break
            try:
                connu = self.ines.connait(un.ine, un.date_naissance)
            except SansReponse as silence:
                motif = silence.motif
                self._ralentir(silence, repondu=bool(confirmees or refusees))
                if not silence.de_la_question:
                    break
                _reporter(un)
            else:
                if connu:
                    confirmees += _confirmer(un)
                else:
                    refusees += _refuser(un)
            if un.nouveau:
                curseur = un.id
            if motif:
                break
        self._finir(curseur, repondu=bool(confirmees or refusees), epuise=not demandes, motif=motif)
        return BilanDePassage(confirmees, refusees, motif)

    def _a_savoir(self, taille: int) -> Iterator[_ASavoir]:
        a_reprendre = Verification.objects.filter(
            etat=Verification.Etat.A_REPRENDRE,
            prochain_essai__lte=timezone.now(),
            etudiant__identite_verifiee=False,
            etudiant__fictif=False,
        ).order_by("prochain_essai", "etudiant")
        champs = ("etudiant", "etudiant__ine", "etudiant__date_naissance", "essais")
        pris = 0
        for ligne in a_reprendre.values_list(*champs)[:taille]:
            pris += 1
            yield _ASavoir(*ligne, nouveau=False)  # type: ignore[misc]
        nouveaux = (
            Etudiant.objects.filter(
                pk__gt=self.connecteur.curseur,
                fictif=False,
                identite_verifiee=False,
                precision_naissance=Precision.JOUR,
            )
            .exclude(Exists(Verification.objects.filter(etudiant=OuterRef("pk"))))
            .order_by("pk")
        )
        for ligne in nouveaux.values_list("pk", "ine", "date_naissance")[: taille - pris]:
            yield _ASavoir(*ligne, 0, True)

    def _ralentir(self, silence: SansReponse, *, repondu: bool) -> None:
        maintenant = timezone.now()
        echecs = 1 if repondu else self.connecteur.echecs + 1
        pause = _doubler(PAUSE, echecs, PAUSE_MAXIMALE)
        if silence.attente is not None:
            pause = max(pause, min(timedelta(seconds=silence.attente), 6 * PAUSE_MAXIMALE))
        self._ecrire(
            echecs=echecs, reprise_le=maintenant + pause, dernier_echec=maintenant, motif=silence.motif
        )

    def _finir(self, curseur: int, *, repondu: bool, epuise: bool, motif: str) -> None:
        maintenant = timezone.now()
        colonnes: dict[str, object] = {"curseur": curseur}
        if repondu:
            colonnes["derniere_reponse"] = maintenant
            if not motif:
                colonnes |= {"echecs": 0, "reprise_le": None}
        tour_le = self.connecteur.tour_le
        if tour_le is None or (epuise and maintenant - tour_le > TOUR):
            colonnes |= {"tour_le": maintenant, "curseur": 0 if tour_le else curseur}
        comptees_le = self.connecteur.comptees_le
        if comptees_le is None or maintenant - comptees_le > COMPTES:
            colonnes |= {"comptees_le": maintenant, **_compter()}
        self._ecrire(**colonnes)

    def _ecrire(self, **colonnes: object) -> None:
        """Nothing is written without the lease."""
        ConnecteurInes.objects.filter(bail_jusqua=self.bail).update(**colonnes)


def _depot_en_attente() -> bool:
    """Deposits go first: they use the same workers."""
    return Lot.objects.filter(etat__in=LOT_EN_FILE).exists()


def _confirmer(un: _ASavoir) -> bool:
    """What INES confirmed is what is registered, unless it changed while INES was answering."""
    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, AUTEUR)
        faite = _inchange(un).update(identite_verifiee=True, modifie_le=timezone.now())
        Verification.objects.filter(etudiant=un.id).delete()
    return bool(faite)


def _refuser(un: _ASavoir) -> bool:
    jour = un.date_naissance.isoformat()
    with transaction.atomic():
        # Students are locked before anomalies, in the same order as every other writer.
        if not _inchange(un).select_for_update(no_key=True).exists():
            return False
        Anomalie.objects.bulk_create(
            [
                Anomalie(
                    type=Anomalie.Type.IDENTITE_REFUSEE,
                    etudiant_id=un.id,
                    recu={"dateNaissance": jour},
                    cle=jour,
                )
            ],
            ignore_conflicts=True,
        )
        _consigner(un, Verification.Etat.REFUSEE, prochain_essai=None)
    return True


def _reporter(un: _ASavoir) -> None:
    with transaction.atomic():
        if _inchange(un).select_for_update(no_key=True).exists():
            prochain = timezone.now() + _doubler(REPRISE, un.essais + 1, REPRISE_MAXIMALE)
            _consigner(un, Verification.Etat.A_REPRENDRE, prochain_essai=prochain)


def _inchange(un: _ASavoir):  # type: ignore[no-untyped-def]
    return Etudiant.objects.filter(
        pk=un.id, ine=un.ine, date_naissance=un.date_naissance, identite_verifiee=False
    )


def _consigner(un: _ASavoir, etat: str, *, prochain_essai: datetime | None) -> None:
    Verification.objects.update_or_create(
        etudiant_id=un.id,
        defaults={
            "etat": etat,
            "essais": un.essais + 1,
            "dernier_essai": timezone.now(),
            "prochain_essai": prochain_essai,
        },
    )


def _doubler(premiere: timedelta, rang: int, maximum: timedelta) -> timedelta:
    return min(premiere * 2 ** min(rang - 1, 20), maximum)


def _compter() -> dict[str, int]:
    reels = Etudiant.objects.filter(fictif=False)
    verifiees, autres = reels.aggregate(
        v=Count("pk", filter=Q(identite_verifiee=True)), a=Count("pk", filter=Q(identite_verifiee=False))
    ).values()
    refusees = Verification.objects.filter(etat=Verification.Etat.REFUSEE).count()
    return {"verifiees": verifiees, "refusees": refusees, "a_verifier": max(0, autres - refusees)}
