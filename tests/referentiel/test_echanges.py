"""The journals refuse to be rewritten, keep their partitions ready, and are purged at the exact month."""

import datetime
import json
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from referentiel.journal.echanges import (
    MOIS_PREPARES,
    SQL_ECHANGES,
    perimees,
    preparer_partitions,
    purger,
)
from referentiel.models import Echange, Historique
from tests import fabriques
from tests.proprietaire import en_proprietaire, executer_en_proprietaire

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
DONNEES, NON_TROUVE = "referentiel_echange_donnees", "referentiel_echange_non_trouve"


def executer(sql: str, parametres=()) -> list[tuple]:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        return curseur.fetchall() if curseur.description else []


def inserer(**colonnes) -> None:
    appel = fabriques.ligne_du_journal() | {
        "jeton_id": 1,
        "habilitation_id": 1,
        "interface": "v3",
        "voie": "ine",
    }
    executer(SQL_ECHANGES, [json.dumps([appel | colonnes])])


def noter(issue: str = "donnees", instant: datetime.datetime | None = None) -> str:
    requete = f"essai-{issue}-{instant}"
    donnees = issue == "donnees"
    inserer(
        requete=requete,
        issue=issue,
        etudiant_id=7 if donnees else None,
        categories=["statut"] if donnees else [],
    )
    if instant is not None:
        # The instant is the database's: a past one is written here as an old row would be.
        with en_proprietaire():
            executer("ALTER TABLE referentiel_echange DISABLE TRIGGER echange_ajout_seul")
            executer("UPDATE referentiel_echange SET instant = %s WHERE requete = %s", [instant, requete])
            executer("ALTER TABLE referentiel_echange ENABLE TRIGGER echange_ajout_seul")
    return requete


def partitions(parent: str) -> list[str]:
    return [
        nom
        for (nom,) in executer(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1",
            [parent],
        )
    ]


def faire_partition(parent: str, mois: datetime.date) -> str:
    """As `referentiel_echange_preparer` would have made it in its time."""
    nom = f"{parent}_{mois:%Y_%m}"
    bornes = [
        datetime.datetime(*j.timetuple()[:3], tzinfo=PARIS) for j in (mois, mois + relativedelta(months=1))
    ]
    executer_en_proprietaire(f"CREATE TABLE {nom} PARTITION OF {parent} FOR VALUES FROM (%s) TO (%s)", bornes)
    return nom


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE referentiel_echange SET recipient = ''",
        "DELETE FROM referentiel_echange",
        "DELETE FROM referentiel_echange_donnees",
        "TRUNCATE referentiel_echange",
        "TRUNCATE referentiel_echange_donnees",
        "UPDATE referentiel_historique SET auteur = ''",
        "DELETE FROM referentiel_historique",
        "TRUNCATE referentiel_historique",
    ],
)
def test_a_journal_cannot_be_rewritten(sql):
    noter()
    fabriques.inscrit()
    executer_en_proprietaire("ALTER TABLE referentiel_historique ENABLE TRIGGER historique_non_vidable")
    # Foreign keys checked now: TRUNCATE would be refused for their sake, and not for the trigger's.
    executer("SET CONSTRAINTS ALL IMMEDIATE")
    avant = (Echange.objects.count(), Historique.objects.count())
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        executer_en_proprietaire(sql)
    assert (Echange.objects.count(), Historique.objects.count()) == avant != (0, 0)


def test_a_partition_is_safe_too():
    noter()
    mois = f"{DONNEES}_{timezone.localdate():%Y_%m}"
    for sql in (f"TRUNCATE {mois}", f"DELETE FROM {mois}", f"UPDATE {mois} SET siret = ''"):
        with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
            executer_en_proprietaire(sql)


@pytest.mark.parametrize(
    ("issue", "etudiant_id", "categories"),
    [
        ("donnees", None, ["statut"]),
        ("donnees", 7, []),
        ("non_trouve", 7, []),
        ("non_trouve", None, ["statut"]),
    ],
)
def test_outcome_and_content_go_together(issue, etudiant_id, categories):
    with pytest.raises(IntegrityError), transaction.atomic():
        inserer(requete="r", issue=issue, etudiant_id=etudiant_id, categories=categories)


def test_the_rows_of_several_calls_are_written_in_one_statement():
    lignes = [
        fabriques.ligne_du_journal()
        | {
            "jeton_id": jeton,
            "habilitation_id": None,
            "issue": issue,
            "etudiant_id": etudiant,
            "categories": categories,
        }
        for jeton, issue, etudiant, categories in (
            (1, "donnees", 7, ["ine", "statut"]),
            (2, "non_trouve", None, []),
        )
    ]
    executer(SQL_ECHANGES, [json.dumps(lignes)])
    vues = executer(
        "SELECT jeton_id, issue, etudiant_id, categories FROM referentiel_echange ORDER BY jeton_id"
    )
    assert vues == [(1, "donnees", 7, ["ine", "statut"]), (2, "non_trouve", None, [])]


def test_partitions_are_made_in_advance():
    mois = timezone.localdate().replace(day=1)
    for parent in (DONNEES, NON_TROUVE):
        attendues = [f"{parent}_{mois + relativedelta(months=n):%Y_%m}" for n in range(-1, MOIS_PREPARES + 1)]
        assert partitions(parent) == attendues


def test_preparing_makes_what_lacks_and_nothing_else():
    assert preparer_partitions() == 0
    mois = timezone.localdate().replace(day=1) + relativedelta(months=3)
    executer_en_proprietaire(f"DROP TABLE {DONNEES}_{mois:%Y_%m}")
    assert preparer_partitions() == 1
    assert f"{DONNEES}_{mois:%Y_%m}" in partitions(DONNEES)


def test_months_are_those_of_paris():
    """The first instant of a month in Paris is in that month's partition, the one before in the previous one's."""
    minuit = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for instant in (minuit, minuit - datetime.timedelta(microseconds=1)):
        requete = noter(instant=instant)
        [(partition,)] = executer(
            "SELECT tableoid::regclass::text FROM referentiel_echange WHERE requete = %s", [requete]
        )
        assert partition == f"{DONNEES}_{instant.astimezone(PARIS):%Y_%m}"


@pytest.mark.parametrize(("parent", "gardes"), [(DONNEES, 36), (NON_TROUVE, 12)])
def test_a_month_expires_at_the_exact_instant(parent, gardes):
    """A month of age `gardes` is kept until its last instant is that old."""
    nom = faire_partition(parent, datetime.date(2020, 3, 1))
    # March 2020 may go when its last instant is `gardes` months old: on 1 April, not before.
    limite = datetime.datetime(2020, 4, 1, tzinfo=PARIS) + relativedelta(months=gardes)
    assert perimees(limite - datetime.timedelta(microseconds=1)) == []
    assert perimees(limite) == [nom]


@pytest.mark.parametrize(
    ("parent", "issue", "gardes"), [(DONNEES, "donnees", 36), (NON_TROUVE, "non_trouve", 12)]
)
def test_the_purge_keeps_the_months_of_legal_age_and_drops_the_one_before(parent, issue, gardes):
    """By the database's clock: the month of `gardes` months ago stays, whole; the one before goes, with its rows."""
    mois = timezone.localdate().replace(day=1)
    garde, supprime = mois - relativedelta(months=gardes), mois - relativedelta(months=gardes + 1)
    noms = [faire_partition(parent, un) for un in (garde, supprime)]
    requetes = [
        noter(issue, datetime.datetime(un.year, un.month, un.day, tzinfo=PARIS)) for un in (garde, supprime)
    ]
    assert purger() == [noms[1]]
    assert noms[0] in partitions(parent)
    assert noms[1] not in partitions(parent)
    assert list(Echange.objects.values_list("requete", flat=True)) == [requetes[0]]
    assert purger() == []


def test_expired_partitions_are_those_of_their_outcome():
    faites = [faire_partition(parent, datetime.date(2020, 3, 1)) for parent in (DONNEES, NON_TROUVE)]
    assert perimees(datetime.datetime(2021, 4, 1, tzinfo=PARIS)) == [faites[1]]


def test_the_purge_catches_up():
    faites = [faire_partition(DONNEES, datetime.date(2019, mois, 1)) for mois in (1, 2, 12)]
    assert purger() == faites


def test_today_s_purge_drops_nothing_prepared():
    noter()
    assert purger() == []
    assert Echange.objects.count() == 1
