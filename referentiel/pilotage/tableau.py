"""What the dashboard of the establishments' admin shows: a few rows worked out beforehand (`pilotage.couverture`).

Nothing here counts inscriptions, whatever their number: the same few queries for one student or three million.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from referentiel import francais
from referentiel.calendrier import debut_annee_universitaire
from referentiel.droits import Droits
from referentiel.models import Anomalie, Couverture, CouvertureNationale, Etablissement, Lot
from referentiel.models.couverture import Comptes
from referentiel.nomenclatures import Regime, Statut
from referentiel.pilotage.couverture import debuts_de_mois
from referentiel.saisie.etablissements import criteres_etablissement
from referentiel.saisie.etudiants import LETTRES_MINIMUM

#: After so long without sending anything, an establishment is listed as silent.
SILENCE = datetime.timedelta(days=30)
DERNIERS_LOTS = 5
#: Establishments that a search shows.
TROUVES_MAXIMUM = 20
#: Establishments of each list shown to the ministry.
A_RELANCER = 5
#: Beyond, anomalies are no longer counted one by one.
ANOMALIES_COMPTEES = 10_000
MOIS_COURTS = ("jan", "fév", "mar", "avr", "mai", "juin", "juil", "août", "sep", "oct", "nov", "déc")


class LigneDeRegime(NamedTuple):
    libelle: str
    inscrits: int
    admis: int

    @property
    def total(self) -> int:
        return self.inscrits + self.admis


class Mois(NamedTuple):
    """The records declared at the end of this month, with the statut that they had then."""

    libelle: str
    court: str
    inscrits: int
    admis: int
    nouvelles: int | None  # more than the month before; None for what was there before September

    @property
    def total(self) -> int:
        return self.inscrits + self.admis


class Chiffres(NamedTuple):
    """`calcules_le`: none when nothing has been counted yet."""

    annee: str
    inscrits: int
    admis: int
    regimes: list[LigneDeRegime]
    mois: list[Mois]
    derniere_confirmation: datetime.datetime | None
    calcules_le: datetime.datetime | None

    @property
    def total(self) -> int:
        return self.inscrits + self.admis


class National(NamedTuple):
    """The figures of the country; establishments that declare this year's records, those that are fresh, students."""

    chiffres: Chiffres
    declarants: int
    frais: int
    etudiants: int


def annee_universitaire(jour: datetime.date) -> str:
    debut = debut_annee_universitaire(jour)
    return f"{debut.year}-{debut.year + 1}"


def etablissements(droits: Droits, *, uai: str = "") -> list[Etablissement]:
    """The person's establishments with their coverage, or the one of this UAI. Not all of them for the ministry."""
    visibles = Etablissement.objects.visibles_par(droits).select_related("couverture").order_by("nom", "uai")
    if uai:
        visibles = visibles.filter(uai=uai)
    elif droits.ministere:
        return []
    return list(visibles)


def chercher_etablissements(droits: Droits, texte: str) -> list[Etablissement]:
    """By UAI, SIRET, or words of the name: `TROUVES_MAXIMUM` + 1 at most, open ones first."""
    if len(texte.strip()) < LETTRES_MINIMUM:
        return []
    visibles = Etablissement.objects.visibles_par(droits).filter(criteres_etablissement(texte))
    return list(visibles.order_by("-ouvert", "nom", "uai")[: TROUVES_MAXIMUM + 1])


def chiffres(vus: Sequence[Etablissement], *, aujourdhui: datetime.date) -> Chiffres:
    """The figures of these establishments together."""
    couvertures = [couverture for vu in vus if (couverture := getattr(vu, "couverture", None)) is not None]
    return _additionner(couvertures, aujourdhui)


def chiffres_nationaux(*, aujourdhui: datetime.date) -> National:
    national = CouvertureNationale.objects.filter(annee=debut_annee_universitaire(aujourdhui).year).first()
    chiffres = _additionner([national] if national else [], aujourdhui)
    if national is None:
        return National(chiffres, 0, 0, 0)
    return National(chiffres, national.etablissements, national.frais, national.etudiants)


def _additionner(lignes: Sequence[Comptes], aujourdhui: datetime.date) -> Chiffres:
    """Counts of another year are not of this one: they are left out until they have been made again."""
    debuts = debuts_de_mois(aujourdhui)
    de_l_annee = [ligne for ligne in lignes if ligne.annee == debuts[0].year]

    def compter(statut: str, regime: str) -> int:
        return sum(ligne.repartition.get(statut, {}).get(regime, 0) for ligne in de_l_annee)

    def a_la_fin(statut: str, rang: int) -> int:
        series = [ligne.evolution.get(statut) or [0] for ligne in de_l_annee]
        # Counted last month and not since: nothing has moved.
        return sum(serie[min(rang, len(serie) - 1)] for serie in series)

    regimes = [
        LigneDeRegime(libelle, compter(Statut.INSCRIT, code), compter(Statut.ADMIS, code))
        for code, libelle in Regime.choices
    ]
    mois: list[Mois] = []
    for rang in range(len(debuts) + 1):
        inscrits, admis = a_la_fin(Statut.INSCRIT, rang), a_la_fin(Statut.ADMIS, rang)
        debut = timezone.localtime(debuts[rang - 1]) if rang else None
        mois.append(
            Mois(
                francais.date(debut, "F Y") if debut else f"avant septembre {debuts[0].year}",
                MOIS_COURTS[debut.month - 1] if debut else "avant",
                inscrits,
                admis,
                inscrits + admis - mois[-1].total if mois else None,
            )
        )
    return Chiffres(
        annee_universitaire(aujourdhui),
        sum(regime.inscrits for regime in regimes),
        sum(regime.admis for regime in regimes),
        [regime for regime in regimes if regime.total],
        mois,
        max((ligne.derniere_confirmation for ligne in lignes if ligne.derniere_confirmation), default=None),
        min((ligne.calculee_le for ligne in lignes), default=None),
    )


def en_periode(jour: datetime.date) -> bool:
    """Whether establishments are expected to send: not in the summer, from 15 July to 15 September."""
    return not (7, 15) <= (jour.month, jour.day) < (9, 15)


def silencieux(derniere: datetime.datetime | None, *, maintenant: datetime.datetime) -> bool:
    return derniere is not None and derniere < maintenant - SILENCE


def derniers_lots(droits: Droits, *, uai: str = "") -> list[Lot]:
    lots = Lot.objects.visibles_par(droits)
    if uai:
        lots = lots.filter(uais__contains=[uai])
    return list(lots.select_related("compte").order_by("-id")[:DERNIERS_LOTS])


def anomalies_ouvertes(droits: Droits, *, etablissement: Etablissement | None = None) -> int:
    """Counts up to `ANOMALIES_COMPTEES` + 1."""
    ouvertes = Anomalie.objects.visibles_par(droits).ouvertes()
    if etablissement is not None:
        ouvertes = ouvertes.filter(etablissement=etablissement)
    return ouvertes.order_by()[: ANOMALIES_COMPTEES + 1].count()


class ARelancer(NamedTuple):
    """What the ministry should look at. `jamais`: open establishments without any record."""

    silencieux: list[Couverture]
    nombre_de_silencieux: int
    jamais: int
    anomalies: list[Couverture]


def a_relancer(*, maintenant: datetime.datetime) -> ARelancer:
    ouverts = Couverture.objects.filter(etablissement__ouvert=True).select_related("etablissement")
    muets = ouverts.filter(derniere_confirmation__lt=maintenant - SILENCE)
    return ARelancer(
        list(muets.order_by("-inscriptions", "etablissement__uai")[:A_RELANCER]),
        muets.count(),
        Etablissement.objects.reels().ouverts().filter(couverture__isnull=True).count(),
        list(
            Couverture.objects.filter(Q(anomalies__gt=0))
            .select_related("etablissement")
            .order_by("-anomalies", "etablissement__uai")[:A_RELANCER]
        ),
    )
