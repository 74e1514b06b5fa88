"""Writing measures, and reading from them states, availability and incidents."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from math import floor
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.utils import timezone

from statut_etudiant.disponibilite.models import Echec, Etat, Journee, Sonde
from statut_etudiant.disponibilite.sondes import SONDES, Mesure

MINUTE = timedelta(minutes=1)
#: Failures with no more than this between them are one incident: a measure may be missing.
TROU = 3 * MINUTE
#: Without a measure for so long, nothing is known any more.
SILENCE = 5 * MINUTE
#: Shown day by day.
JOURS = 90
MOIS_MONTRES = 12
MOIS_GARDES = 13

_AJOUTER = """
INSERT INTO disponibilite_journee AS j (sonde, jour, mesures, pannes, maintenances) VALUES (%s, %s, 1, %s, %s)
ON CONFLICT (sonde, jour) DO UPDATE SET mesures = j.mesures + 1, pannes = j.pannes + excluded.pannes,
    maintenances = j.maintenances + excluded.maintenances
"""
# Measures may come late, and not in their order, after the database was away: the last one says the state.
_RETENIR = """
INSERT INTO disponibilite_sonde AS s (nom, etat, depuis, mesuree_le)
VALUES (%(nom)s, %(etat)s, %(instant)s, %(instant)s)
ON CONFLICT (nom) DO UPDATE SET etat = excluded.etat, mesuree_le = excluded.mesuree_le,
    depuis = CASE WHEN s.etat = excluded.etat THEN s.depuis ELSE excluded.depuis END
WHERE s.mesuree_le < excluded.mesuree_le
"""
_INCIDENTS = """
WITH e AS (
    SELECT sonde, etat, instant,
        instant - lag(instant) OVER (PARTITION BY sonde, etat ORDER BY instant) <= %(trou)s::interval AS suit
    FROM disponibilite_echec WHERE instant >= %(depuis)s
), i AS (
    SELECT *, count(*) FILTER (WHERE suit IS NOT TRUE) OVER (PARTITION BY sonde, etat ORDER BY instant) AS rang FROM e
)
SELECT sonde, etat, min(instant), max(instant) FROM i GROUP BY sonde, etat, rang ORDER BY 3 DESC, 1
"""


class Incident(NamedTuple):
    """`fin`: the first minute without it; None while it lasts."""

    sonde: str
    etat: Etat
    debut: datetime
    fin: datetime | None

    @property
    def libelle(self) -> str:
        return SONDES[self.sonde].libelle

    @property
    def minutes(self) -> int | None:
        return None if self.fin is None else round((self.fin - self.debut) / MINUTE)


def enregistrer(mesures: Iterable[Mesure], *, instant: datetime) -> None:
    """Write measures made at that instant; all or none."""
    instant = instant.replace(second=0, microsecond=0)
    jour = timezone.localdate(instant)
    with transaction.atomic(), connection.cursor() as curseur:
        for mesure in sorted(mesures):
            panne, maintenance = mesure.etat == Etat.PANNE, mesure.etat == Etat.MAINTENANCE
            curseur.execute(_AJOUTER, [mesure.sonde, jour, int(panne), int(maintenance)])
            curseur.execute(
                _RETENIR, {"nom": mesure.sonde, "etat": str(mesure.etat.value), "instant": instant}
            )
            if panne or maintenance:
                Echec.objects.get_or_create(
                    sonde=mesure.sonde, instant=instant, defaults={"etat": mesure.etat}
                )


def oublier(*, aujourdhui: date) -> int:
    """Erase what the page shows no more; how many rows."""
    limite = aujourdhui - relativedelta(months=MOIS_GARDES)
    journees, _ = Journee.objects.filter(jour__lt=limite).delete()
    echecs, _ = Echec.objects.filter(instant__date__lt=limite).delete()
    return journees + echecs


def incidents(*, maintenant: datetime) -> list[Incident]:
    """Those of the last twelve months, newest first, declared maintenance included."""
    courantes = {sonde.nom: sonde for sonde in Sonde.objects.all()}
    with connection.cursor() as curseur:
        curseur.execute(
            _INCIDENTS, {"trou": str(TROU), "depuis": maintenant - relativedelta(months=MOIS_MONTRES)}
        )
        lignes = curseur.fetchall()
    trouves = []
    for nom, etat, debut, dernier in lignes:
        if nom in SONDES:
            courante = courantes.get(nom)
            dure = courante is not None and courante.etat == etat and courante.depuis <= dernier
            trouves.append(Incident(nom, Etat(etat), debut, None if dure else dernier + MINUTE))
    return trouves


def disponibilite(journees: list[Journee]) -> str:
    """In percent, declared maintenance left out, rounded down: « 100 % » means no failure. Empty without a measure."""
    attendues = sum(journee.mesures - journee.maintenances for journee in journees)
    if not attendues:
        return ""
    bonnes = attendues - sum(journee.pannes for journee in journees)
    if bonnes == attendues:
        return "100"
    return f"{floor(10_000 * bonnes / attendues) / 100:.2f}".replace(".", ",")


def sur_90_jours(sondes: Iterable[str], *, aujourdhui: date) -> str:
    """The same of several services together, as the page counts it for each."""
    debut = aujourdhui - timedelta(days=JOURS - 1)
    return disponibilite(list(Journee.objects.filter(sonde__in=sondes, jour__gte=debut)))
