"""`/metrics`, for Prometheus: what an operator watches, read from the database at each scrape.

From the database and not from each process's memory: the figures are those of the whole service, however many web
processes and workers there are. Kept off the public network by the reverse proxy; nothing personal is in it.
"""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from statut_etudiant import epreuve_d_ecriture, retard_de_replique, trafic

#: Name, help, statement giving one number.
NOMBRES = (
    (
        "depots_en_attente",
        "Deposits that wait for a worker or are being done",
        "SELECT count(*) FROM referentiel_lot WHERE etat IN ('en_attente', 'en_cours')",
    ),
    (
        "depot_plus_ancien_secondes",
        "Age of the oldest deposit that is not done",
        "SELECT coalesce(extract(epoch FROM now() - min(depose_le)), 0) FROM referentiel_lot"
        " WHERE etat IN ('en_attente', 'en_cours')",
    ),
    (
        "courriels_en_attente",
        "Mails in the outbox",
        "SELECT count(*) FROM habilitations_courriel WHERE envoye_le IS NULL",
    ),
    (
        "courriel_plus_ancien_secondes",
        "Age of the oldest mail that is neither sent nor given up",
        "SELECT coalesce(extract(epoch FROM now() - min(cree_le)), 0) FROM habilitations_courriel"
        " WHERE envoye_le IS NULL AND abandonne_le IS NULL",
    ),
    (
        "demandes_a_instruire",
        "Requests that wait for a decision",
        "SELECT count(*) FROM habilitations_demande WHERE etat = 'soumise'",
    ),
    (
        "demande_plus_ancienne_secondes",
        "Age of the oldest request that waits for a decision (two months: rejected by silence)",
        "SELECT coalesce(extract(epoch FROM now() - min(soumise_le)), 0) FROM habilitations_demande"
        " WHERE etat = 'soumise'",
    ),
    (
        "partitions_du_journal",
        "Months of the exchange journal that have their partition, this one included",
        "SELECT count(*) FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid"
        " WHERE h.inhparent = 'referentiel_echange_donnees'::regclass"
        " AND c.relname >= 'referentiel_echange_donnees_' || to_char(now() AT TIME ZONE 'Europe/Paris', 'YYYY_MM')",
    ),
    *(
        (
            f"identites_{colonne}",
            f"{aide} (counted hourly when INES is configured)",
            f"SELECT coalesce(max({colonne}), 0) FROM referentiel_connecteurines",  # noqa: S608 (constants)
        )
        for colonne, aide in (
            ("verifiees", "Students whose identity INES has confirmed"),
            ("a_verifier", "Students whose identity INES has still to be asked about"),
            ("refusees", "Students whom INES does not know with their birth date"),
        )
    ),
    (
        "ines_echecs_de_suite",
        "Failures of INES in a row; 0 when it answers or is not configured",
        "SELECT coalesce(max(echecs), 0) FROM referentiel_connecteurines",
    ),
    (
        "anomalies_ouvertes",
        "Anomalies that wait for a conclusion",
        "SELECT count(*) FROM referentiel_anomalie WHERE traitee_le IS NULL",
    ),
    (
        "franceconnect_disjoncteurs_ouverts",
        "Web processes that leave FranceConnect alone after failures in a row, or try it again",
        "SELECT count(*) FROM habilitations_franceconnect_disjoncteur"
        " WHERE etat <> 'ferme' AND vu_le > now() - interval '1 minute'",
    ),
    (
        "rectifications_en_retard",
        "Rectification requests whose answer is overdue (one month, GDPR art. 12)",
        "SELECT count(*) FROM citoyens_rectification WHERE etat = 'ouverte'"
        " AND echeance < (now() AT TIME ZONE 'Europe/Paris')::date",
    ),
    (
        "contestations_en_retard",
        "Contested consultations whose answer is overdue",
        "SELECT count(*) FROM citoyens_contestation WHERE etat = 'ouverte'"
        " AND echeance < (now() AT TIME ZONE 'Europe/Paris')::date",
    ),
    (
        "sceaux_dernier_numero",
        "Number of the last seal of the journals: it never goes down",
        "SELECT coalesce(max(numero), 0) FROM referentiel_sceau",
    ),
    (
        "scellement_secondes",
        "Time since a worker last noted how far the journals go; some 300 when they are sealed as they should be",
        "SELECT coalesce(extract(epoch FROM now() - max(releve_le)), 0) FROM referentiel_relevedesjournaux",
    ),
    (
        "alertes_a_voir",
        "Alerts about uses of the service that the data protection officer has not looked at",
        "SELECT count(*) FROM referentiel_alerte WHERE vue_le IS NULL",
    ),
    ("connexions_postgresql", "Connections to the database", "SELECT count(*) FROM pg_stat_activity"),
    (
        "connexions_postgresql_max",
        "Connections that the database takes at most",
        "SELECT current_setting('max_connections')::int",
    ),
)

_APPELS = """
SELECT statut, sum(appels) FROM habilitations_consommation
WHERE jour >= date_trunc('month', now() AT TIME ZONE 'Europe/Paris') GROUP BY statut ORDER BY statut
"""

# `identifiants_refuses` is an alarm: FranceConnect refuses us, and no service can be answered.
_VERIFICATIONS = "SELECT issue, nombre FROM habilitations_franceconnect_verification ORDER BY issue"


#: What must be seen alive now and then; infinitely old when it never was.
SIGNES = ("beat", "tache", "sauvegarde")
_SIGNES = "SELECT nom, extract(epoch FROM now() - vu_le)::float8, valeur FROM disponibilite_signedevie"
_REPONSES = "SELECT famille, statut, borne, nombre, millisecondes FROM disponibilite_reponse"


def _signes(curseur: Any) -> Iterator[Metric]:
    curseur.execute(_SIGNES)
    vus = {nom: (age, valeur) for nom, age, valeur in curseur.fetchall()}
    ages = GaugeMetricFamily(
        "statut_etudiant_signe_de_vie_secondes",
        "Time since the scheduler, a task or a backup was last seen; infinite when it never was",
        labels=["nom"],
    )
    for nom in SIGNES:
        ages.add_metric([nom], vus[nom][0] if nom in vus else math.inf)
    yield ages
    if "tache" in vus and vus["tache"][1] is not None:
        yield GaugeMetricFamily(
            "statut_etudiant_courtier_retard_secondes",
            "Time that the last message waited in the broker for a worker",
            value=vus["tache"][1],
        )
    if "certificat" in vus:
        yield GaugeMetricFamily(
            "statut_etudiant_certificat_expire_secondes",
            "Time until the public address's TLS certificate expires",
            value=-vus["certificat"][0],
        )


def _reponses(curseur: Any) -> Iterator[Metric]:
    curseur.execute(_REPONSES)
    lignes = curseur.fetchall()
    par_statut: Counter[tuple[str, int]] = Counter()
    par_borne: dict[str, Counter[int]] = {}
    sommes: Counter[str] = Counter()
    for famille, statut, borne, nombre, millisecondes in lignes:
        par_statut[famille, statut] += nombre
        par_borne.setdefault(famille, Counter())[borne] += nombre
        sommes[famille] += millisecondes
    total = CounterMetricFamily(
        "statut_etudiant_reponses", "Answers of all web processes", labels=["famille", "statut"]
    )
    for (famille, statut), nombre in sorted(par_statut.items()):
        total.add_metric([famille, str(statut)], nombre)
    yield total
    durees = HistogramMetricFamily(
        "statut_etudiant_duree_secondes", "Time taken to answer", labels=["famille"]
    )
    for famille, bornes in sorted(par_borne.items()):
        seaux, cumul = [], 0
        for borne in trafic.BORNES:
            cumul += bornes[borne]
            seaux.append((str(borne / 1000), cumul))
        seaux.append(("+Inf", cumul + bornes[0]))
        durees.add_metric([famille], seaux, sommes[famille] / 1000)
    yield durees


def _ecritures() -> Metric:
    return GaugeMetricFamily(
        "statut_etudiant_ecritures_bloquees",
        "1 when what is written does not end, as this process just tried",
        value=float(not epreuve_d_ecriture.reussie()),
    )


def _replique() -> Iterator[Metric]:
    """Nothing where no replica is set."""
    retard = retard_de_replique.secondes()
    if retard is not None:
        yield GaugeMetricFamily(
            "statut_etudiant_replique_retard_secondes",
            "How far the replica of the searches is behind the primary; infinite when it is away or follows no more",
            value=retard,
        )


class _Base(Collector):
    def collect(self) -> Iterator[Metric]:
        with connection.cursor() as curseur:
            for nom, aide, sql in NOMBRES:
                curseur.execute(sql)
                yield GaugeMetricFamily(f"statut_etudiant_{nom}", aide, value=float(curseur.fetchone()[0]))
            appels = CounterMetricFamily(
                "statut_etudiant_appels_du_mois", "Calls of token holders this month", labels=["statut"]
            )
            curseur.execute(_APPELS)
            for statut, nombre in curseur.fetchall():
                appels.add_metric([str(statut)], float(nombre))
            yield appels
            verifications = CounterMetricFamily(
                "statut_etudiant_franceconnect_verifications",
                "Checks of FranceConnect's access tokens, by outcome",
                labels=["issue"],
            )
            curseur.execute(_VERIFICATIONS)
            for issue, nombre in curseur.fetchall():
                verifications.add_metric([issue], float(nombre))
            yield verifications
            yield from _signes(curseur)
            yield from _reponses(curseur)
        yield _ecritures()
        yield from _replique()


@login_not_required
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    registre = CollectorRegistry(auto_describe=False)
    registre.register(_Base())
    try:
        corps = generate_latest(registre)
    except DatabaseError:
        return HttpResponse("base de données indisponible\n", status=503, content_type="text/plain")
    return HttpResponse(corps, content_type=CONTENT_TYPE_LATEST)
