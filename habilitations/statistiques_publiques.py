"""The public statistics, worked out beforehand so that the page costs nothing.

Two months of calls, the habilitations in force and how long they take, what the register holds.
"""

from datetime import date, timedelta
from typing import TypedDict

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.db.models import Count, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from habilitations.demandes import statistiques
from habilitations.models import AppelsDuJour, Demande, Habilitation, StatistiquesPubliques
from referentiel.models import Couverture, CouvertureNationale
from referentiel.pilotage.couverture import JOURS_FRAIS

#: « Les statistiques sont disponibles sur 2 mois. »
MOIS = 2
#: An establishment whose last confirmation is not older is fresh, or recent.
JOURS_RECENTS = 92

_VERROU = "SELECT pg_advisory_xact_lock(hashtextextended('habilitations.statistiques_publiques', 0))"

# Answers come from the journal, which has each of them; refusals, which it does not keep, from the tokens' counts.
_COMPTER = """
INSERT INTO habilitations_appelsdujour (jour, api, voie, issue, appels)
SELECT (e.instant AT TIME ZONE 'Europe/Paris')::date, e.interface, e.voie, e.issue, count(*)
FROM referentiel_echange e LEFT JOIN habilitations_jeton j ON j.id = e.jeton_id
WHERE e.instant >= %(depuis)s::date::timestamp AT TIME ZONE 'Europe/Paris'
  AND e.interface IN ('v2', 'v3', 'bouquet') AND e.voie IN ('ine', 'identite', 'france_connect')
  AND j.type IS DISTINCT FROM 't'
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT c.jour, CASE j.type WHEN 'e' THEN 'ecriture' ELSE 'lecture' END, '',
    CASE WHEN c.statut >= 500 THEN 'erreur' WHEN c.statut >= 400 THEN 'refuse' ELSE 'accepte' END, sum(c.appels)
FROM habilitations_consommation c JOIN habilitations_jeton j ON j.id = c.jeton_id
WHERE c.jour >= %(depuis)s AND j.type <> 't'
  AND (j.type = 'e' OR c.statut >= 400 AND c.statut <> 404)
GROUP BY 1, 2, 3, 4
"""


class Fraicheur(TypedDict):
    """Establishments that declare, by the age of what they last confirmed."""

    frais: int
    recents: int
    anciens: int


class Chiffres(TypedDict):
    """`regimes`: régime → enrolments and admissions. `cas`: ready-made form → habilitations, under "" those that began
    without one. Times in days, None without an answer in twelve months."""

    habilitations: dict[str, int]
    cas: dict[str, int]
    organisations: int
    reponses: int
    mediane: float | None
    neuf_sur_dix: float | None
    regimes: dict[str, int]
    fraicheur: Fraicheur


def debut(aujourdhui: date) -> date:
    """The first day of the two months that are shown."""
    return aujourdhui - relativedelta(months=MOIS)


def calculer(*, aujourdhui: date) -> None:
    """Add up the calls of the days that have changed, forget those that are shown no more, take the other figures."""
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute(_VERROU)
            depuis = _depuis(aujourdhui)
            AppelsDuJour.objects.filter(Q(jour__lt=debut(aujourdhui)) | Q(jour__gte=depuis)).delete()
            curseur.execute(_COMPTER, {"depuis": depuis})
        StatistiquesPubliques.objects.update_or_create(
            pk=1, defaults={"contenu": _chiffres(aujourdhui), "calculees_le": timezone.now()}
        )


def _depuis(aujourdhui: date) -> date:
    """Days before the last one counted do not change any more: the tokens' counts come some seconds late."""
    dernier: date | None = AppelsDuJour.objects.aggregate(dernier=Max("jour"))["dernier"]
    premier = debut(aujourdhui)
    return premier if dernier is None else max(premier, min(dernier, aujourdhui) - timedelta(days=1))


def _chiffres(aujourdhui: date) -> Chiffres:
    actives = Habilitation.objects.actives()
    par_type = dict(actives.order_by().values_list("type").annotate(nombre=Count("pk")))
    ensemble, _ = statistiques.reponses(jusqu_a=aujourdhui)
    return {
        "habilitations": {type_: par_type.get(type_, 0) for type_ in Habilitation.Type.values},
        "cas": _par_cas(),
        "organisations": actives.aggregate(nombre=Count("organisation", distinct=True))["nombre"],
        "reponses": ensemble.total,
        "mediane": ensemble.mediane,
        "neuf_sur_dix": ensemble.neuf_sur_dix,
        "regimes": _regimes(),
        "fraicheur": _fraicheur(aujourdhui),
    }


def _par_cas() -> dict[str, int]:
    """By what the request that gave each began with: the last that was approved, as for the list of habilitations."""
    demandes = Demande.objects.filter(habilitation=OuterRef("pk"), instantane_valide__isnull=False)
    d_origine = Subquery(demandes.order_by("-pk").values("cas")[:1])
    actives = Habilitation.objects.actives().order_by().annotate(d_origine=Coalesce(d_origine, Value("")))
    return dict(actives.values_list("d_origine").annotate(nombre=Count("pk")))


def _regimes() -> dict[str, int]:
    nationale = CouvertureNationale.objects.first()
    regimes: dict[str, int] = {}
    for par_regime in nationale.repartition.values() if nationale else ():
        for regime, nombre in par_regime.items():
            regimes[regime] = regimes.get(regime, 0) + nombre
    return regimes


def _fraicheur(aujourdhui: date) -> Fraicheur:
    frais = Q(derniere_confirmation__date__gte=aujourdhui - timedelta(days=JOURS_FRAIS))
    recents = Q(derniere_confirmation__date__gte=aujourdhui - timedelta(days=JOURS_RECENTS))
    comptes = Couverture.objects.filter(inscriptions__gt=0).aggregate(
        frais=Count("pk", filter=frais),
        recents=Count("pk", filter=recents & ~frais),
        anciens=Count("pk", filter=~recents),
    )
    return {"frais": comptes["frais"], "recents": comptes["recents"], "anciens": comptes["anciens"]}
