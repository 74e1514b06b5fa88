"""Which establishments feed the referential, how much and how freshly: worked out in the background, read at once.

Writers: `rafraichir` counts everything, every quarter of an hour; `rafraichir_perimees` only the establishments whose
records have just changed (triggers say which), within half a minute. Readers take `models.Couverture`, one row an
establishment that has records (none: it never sent any, or has withdrawn all), and `models.CouvertureNationale`.
These are counts by establishment, without personal data: fit for a public page.

What is counted: the real records that reach the current university year (those that the API serves, contract §1). The
evolution says, for each month of the year, how many of them were already declared at its end, with the statut that
they had then: the history tells when an `admis` became `inscrit`. Withdrawn records are nowhere in it.
"""

import datetime
from collections.abc import Sequence
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from referentiel.calendrier import debut_annee_universitaire

#: Days after its last word during which what an establishment declared is fresh.
JOURS_FRAIS = 31

#: Advisory lock: two counts at once would do the same work and might deadlock.
_VERROU = "hashtextextended('referentiel.couverture', 0)"

# `width_bucket` gives the rank of a month: 0 before September, 1 in September…
# A change of statut corrects what the record's present statut says of the months before it: from the month when it was
# declared until that of the change, it had the old one. Several changes of a record add up.
_COMPTER = """
WITH cube AS MATERIALIZED (
    SELECT etablissement_id, CASE WHEN date_fin >= %(debut)s THEN statut END AS statut,
        CASE WHEN date_fin >= %(debut)s THEN regime END AS regime,
        CASE WHEN date_fin >= %(debut)s THEN width_bucket(cree_le, %(bornes)s::timestamptz[]) END AS mois,
        count(*) AS nombre, max(confirmee_le) AS confirmee
    FROM referentiel_inscription i WHERE NOT fictif {seulement}
    GROUP BY 1, 2, 3, 4
), changements AS (
    SELECT i.etablissement_id, h.avant ->> 'statut' AS avant, h.apres ->> 'statut' AS apres,
        width_bucket(i.cree_le, %(bornes)s::timestamptz[]) AS cree,
        width_bucket(h.instant, %(bornes)s::timestamptz[]) AS change, count(*) AS nombre
    FROM referentiel_historique h JOIN referentiel_inscription i ON i.id = h.objet_id
    WHERE h.objet = 'inscription' AND h.operation = 'modification' AND h.avant ? 'statut'
      AND h.instant >= (%(bornes)s::timestamptz[])[1]
      AND NOT i.fictif AND i.date_fin >= %(debut)s {seulement}
    GROUP BY 1, 2, 3, 4, 5
), mouvements AS (
    SELECT etablissement_id, statut, mois, sum(nombre) AS nombre FROM (
        SELECT etablissement_id, statut, mois, nombre FROM cube WHERE statut IS NOT NULL
        UNION ALL
        SELECT c.etablissement_id, m.statut, m.mois, m.nombre
        FROM changements c, LATERAL (VALUES (avant, cree, nombre), (avant, change, -nombre),
                                            (apres, cree, -nombre), (apres, change, nombre)) AS m(statut, mois, nombre)
    ) AS x GROUP BY 1, 2, 3
), series AS (
    SELECT e.etablissement_id, e.statut, r.mois,
        sum(coalesce(m.nombre, 0)) OVER (PARTITION BY e.etablissement_id, e.statut ORDER BY r.mois)::int AS cumul
    FROM (SELECT DISTINCT etablissement_id, statut FROM mouvements) AS e
    CROSS JOIN generate_series(0, cardinality(%(bornes)s::timestamptz[])) AS r(mois)
    LEFT JOIN mouvements m USING (etablissement_id, statut, mois)
), evolutions AS (
    SELECT etablissement_id, jsonb_object_agg(statut, serie) AS evolution
    FROM (SELECT etablissement_id, statut, jsonb_agg(cumul ORDER BY mois) AS serie FROM series GROUP BY 1, 2) AS x
    GROUP BY 1
), repartitions AS (
    SELECT etablissement_id, jsonb_object_agg(statut, regimes) AS repartition
    FROM (SELECT etablissement_id, statut, jsonb_object_agg(regime, nombre) AS regimes
          FROM (SELECT etablissement_id, statut, regime, sum(nombre)::int AS nombre
                FROM cube WHERE statut IS NOT NULL GROUP BY 1, 2, 3) AS y
          GROUP BY 1, 2) AS x
    GROUP BY 1
), anomalies AS (
    SELECT etablissement_id, count(*)::int AS nombre FROM referentiel_anomalie i
    WHERE traitee_le IS NULL AND etablissement_id IS NOT NULL {seulement}
    GROUP BY 1
), vues AS MATERIALIZED (
    SELECT etablissement_id, coalesce(sum(nombre) FILTER (WHERE statut IS NOT NULL), 0)::int AS inscriptions,
        max(confirmee) AS derniere_confirmation
    FROM cube GROUP BY 1
), taries AS (
    DELETE FROM referentiel_couverture i
    WHERE NOT EXISTS (SELECT FROM vues v WHERE v.etablissement_id = i.etablissement_id) {seulement}
)
INSERT INTO referentiel_couverture (etablissement_id, annee, inscriptions, repartition, evolution, anomalies,
    derniere_confirmation, calculee_le)
SELECT v.etablissement_id, %(annee)s, v.inscriptions, coalesce(r.repartition, '{{}}'), coalesce(e.evolution, '{{}}'),
    coalesce(a.nombre, 0), v.derniere_confirmation, now()
FROM vues v LEFT JOIN repartitions r USING (etablissement_id) LEFT JOIN evolutions e USING (etablissement_id)
    LEFT JOIN anomalies a USING (etablissement_id)
ON CONFLICT (etablissement_id) DO UPDATE SET annee = excluded.annee, inscriptions = excluded.inscriptions,
    repartition = excluded.repartition, evolution = excluded.evolution, anomalies = excluded.anomalies,
    derniere_confirmation = excluded.derniere_confirmation, calculee_le = excluded.calculee_le
"""

# Establishments of another year have not been counted since the year changed: they are waited for.
_SOMMER = """
WITH c AS MATERIALIZED (SELECT * FROM referentiel_couverture WHERE annee = %(annee)s)
INSERT INTO referentiel_couverturenationale (id, annee, etablissements, frais, inscriptions, repartition, evolution,
    anomalies, derniere_confirmation, calculee_le)
SELECT 1, %(annee)s, count(*) FILTER (WHERE inscriptions > 0),
    count(*) FILTER (WHERE inscriptions > 0 AND derniere_confirmation >= %(frais)s), coalesce(sum(inscriptions), 0),
    coalesce((SELECT jsonb_object_agg(statut, regimes) FROM (
        SELECT statut, jsonb_object_agg(regime, nombre) AS regimes FROM (
            SELECT s.key AS statut, r.key AS regime, sum(r.value::int) AS nombre
            FROM c, jsonb_each(c.repartition) AS s, jsonb_each_text(s.value) AS r GROUP BY 1, 2) AS y
        GROUP BY 1) AS x), '{}'),
    coalesce((SELECT jsonb_object_agg(statut, serie) FROM (
        SELECT statut, jsonb_agg(nombre ORDER BY rang) AS serie FROM (
            SELECT s.key AS statut, m.rang, sum(m.value::int) AS nombre
            FROM c, jsonb_each(c.evolution) AS s, jsonb_array_elements_text(s.value) WITH ORDINALITY AS m(value, rang)
            GROUP BY 1, 2) AS y
        GROUP BY 1) AS x), '{}'),
    (SELECT count(*) FROM referentiel_anomalie a JOIN referentiel_etudiant e ON e.id = a.etudiant_id
     WHERE a.traitee_le IS NULL AND NOT e.fictif),
    max(derniere_confirmation), now()
FROM c
ON CONFLICT (id) DO UPDATE SET annee = excluded.annee, etablissements = excluded.etablissements,
    frais = excluded.frais, inscriptions = excluded.inscriptions, repartition = excluded.repartition,
    evolution = excluded.evolution,
    anomalies = excluded.anomalies, derniere_confirmation = excluded.derniere_confirmation,
    calculee_le = excluded.calculee_le
"""

# A student may be enrolled in several establishments: this is no sum, and reads every enrolment of the year.
_COMPTER_LES_ETUDIANTS = """
UPDATE referentiel_couverturenationale SET etudiants = (
    SELECT count(DISTINCT etudiant_id) FROM referentiel_inscription WHERE NOT fictif AND date_fin >= %s)
"""


def rafraichir(*, aujourdhui: datetime.date) -> int:
    """Work the whole summary out again; how many establishments feed the referential."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"SELECT pg_advisory_xact_lock({_VERROU})")
        # Marks made from here on may not be seen by the count: they stay.
        curseur.execute("DELETE FROM referentiel_couvertureperimee")
        etablissements = _compter(curseur, aujourdhui)
        _sommer(curseur, aujourdhui)
        curseur.execute(_COMPTER_LES_ETUDIANTS, [debut_annee_universitaire(aujourdhui)])
    return etablissements


def rafraichir_perimees(*, aujourdhui: datetime.date, secondes: float) -> int:
    """Count again the establishments whose records have changed, oldest change first; how many were.

    Stops after about `secondes`: a big establishment takes one second, and the others' turn comes at the next call or
    with the whole count. Nothing is done during a whole count.
    """
    fin = monotonic() + secondes
    faits: set[int] = set()
    while monotonic() < fin and (suivant := _prochaine_perimee(faits)) is not None:
        with transaction.atomic(), connection.cursor() as curseur:
            if not _prendre_le_verrou(curseur):
                break
            curseur.execute(
                "DELETE FROM referentiel_couvertureperimee WHERE etablissement_id = %s", [suivant]
            )
            _compter(curseur, aujourdhui, seuls=[suivant])
            faits.add(suivant)
    if faits:
        with transaction.atomic(), connection.cursor() as curseur:
            if _prendre_le_verrou(curseur):
                _sommer(curseur, aujourdhui)
    return len(faits)


def debuts_de_mois(aujourdhui: datetime.date) -> list[datetime.datetime]:
    """The first instant of each month of the current university year, up to the current month."""
    fuseau = ZoneInfo(settings.TIME_ZONE)
    debut = debut_annee_universitaire(aujourdhui)
    combien = (aujourdhui.year - debut.year) * 12 + aujourdhui.month - debut.month + 1
    mois = [divmod(debut.month - 1 + rang, 12) for rang in range(combien)]
    return [datetime.datetime(debut.year + an, m + 1, 1, tzinfo=fuseau) for an, m in mois]


def _compter(curseur: Any, aujourdhui: datetime.date, seuls: Sequence[int] | None = None) -> int:
    debut = debut_annee_universitaire(aujourdhui)
    curseur.execute(
        _COMPTER.format(seulement="" if seuls is None else "AND i.etablissement_id = ANY(%(seuls)s)"),
        {"debut": debut, "annee": debut.year, "bornes": debuts_de_mois(aujourdhui), "seuls": seuls},
    )
    etablissements: int = curseur.rowcount
    return etablissements


def _sommer(curseur: Any, aujourdhui: datetime.date) -> None:
    frais = datetime.datetime.combine(
        aujourdhui - datetime.timedelta(days=JOURS_FRAIS), datetime.time(), ZoneInfo(settings.TIME_ZONE)
    )
    curseur.execute(_SOMMER, {"annee": debut_annee_universitaire(aujourdhui).year, "frais": frais})


def _prendre_le_verrou(curseur: Any) -> bool:
    curseur.execute(f"SELECT pg_try_advisory_xact_lock({_VERROU})")
    (pris,) = curseur.fetchone()
    return bool(pris)


def _prochaine_perimee(deja: set[int]) -> int | None:
    """Each establishment once a call: one that never stops writing must not starve the others."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT etablissement_id FROM referentiel_couvertureperimee WHERE etablissement_id <> ALL(%s::bigint[]) "
            "ORDER BY id LIMIT 1",
            [list(deja)],
        )
        ligne = curseur.fetchone()
    return ligne and ligne[0]
