"""The journals refuse to be rewritten, keep their partitions ready, and are purged at the exact month."""

import datetime
import json
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from referentiel.journal.echanges import (
    COLONNES_D_APPEL,
    MOIS_PREPARES,
    SQL_ECHANGES,
    preparer_partitions,
    purger,
)
from referentiel.models import Echange, Historique
from tests import fabriques

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
DONNEES, NON_TROUVE = "referentiel_echange_donnees", "referentiel_echange_non_trouve"


def executer(sql: str, parametres=()) -> list[tuple]:
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        return curseur.fetchall() if curseur.description else []


def inserer(**colonnes) -> None:
    appel = dict.fromkeys(COLONNES_D_APPEL, "") | {
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
    executer(f"CREATE TABLE {nom} PARTITION OF {parent} FOR VALUES FROM (%s) TO (%s)", bornes)
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
def test_un_journal_ne_se_reecrit_pas(sql):
    noter()
    fabriques.inscrit()
    executer("ALTER TABLE referentiel_historique ENABLE TRIGGER historique_non_vidable")
    # Foreign keys checked now: TRUNCATE would be refused for their sake, and not for the trigger's.
    executer("SET CONSTRAINTS ALL IMMEDIATE")
    avant = (Echange.objects.count(), Historique.objects.count())
    with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
        executer(sql)
    assert (Echange.objects.count(), Historique.objects.count()) == avant != (0, 0)


def test_une_partition_aussi_est_a_l_abri():
    noter()
    mois = f"{DONNEES}_{timezone.localdate():%Y_%m}"
    for sql in (f"TRUNCATE {mois}", f"DELETE FROM {mois}", f"UPDATE {mois} SET siret = ''"):
        with pytest.raises(IntegrityError, match="ne se modifie pas"), transaction.atomic():
            executer(sql)


@pytest.mark.parametrize(
    ("issue", "etudiant_id", "categories"),
    [
        ("donnees", None, ["statut"]),
        ("donnees", 7, []),
        ("non_trouve", 7, []),
        ("non_trouve", None, ["statut"]),
    ],
)
def test_l_issue_et_le_contenu_vont_ensemble(issue, etudiant_id, categories):
    with pytest.raises(IntegrityError), transaction.atomic():
        inserer(requete="r", issue=issue, etudiant_id=etudiant_id, categories=categories)


def test_les_lignes_de_plusieurs_appels_en_un_enonce():
    lignes = [
        dict.fromkeys(COLONNES_D_APPEL, "")
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


def test_partitions_pretes_d_avance():
    mois = timezone.localdate().replace(day=1)
    for parent in (DONNEES, NON_TROUVE):
        attendues = [f"{parent}_{mois + relativedelta(months=n):%Y_%m}" for n in range(-1, MOIS_PREPARES + 1)]
        assert partitions(parent) == attendues


def test_preparer_refait_ce_qui_manque_et_rien_d_autre():
    assert preparer_partitions() == 0
    mois = timezone.localdate().replace(day=1) + relativedelta(months=3)
    executer(f"DROP TABLE {DONNEES}_{mois:%Y_%m}")
    assert preparer_partitions() == 1
    executer(f"SELECT FROM {DONNEES}_{mois:%Y_%m}")


def test_les_mois_sont_ceux_de_paris():
    """The first instant of a month in Paris is in that month's partition, the one before in the previous one's."""
    minuit = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for instant in (minuit, minuit - datetime.timedelta(microseconds=1)):
        requete = noter(instant=instant)
        [(partition,)] = executer(
            "SELECT tableoid::regclass::text FROM referentiel_echange WHERE requete = %s", [requete]
        )
        assert partition == f"{DONNEES}_{instant.astimezone(PARIS):%Y_%m}"


@pytest.mark.parametrize(
    ("parent", "issue", "gardes"), [(DONNEES, "donnees", 36), (NON_TROUVE, "non_trouve", 12)]
)
def test_la_purge_a_l_instant_juste(parent, issue, gardes):
    """The last row of a month of age `gardes` is kept until the month is over, and goes with the next one."""
    mois = datetime.date(2020, 3, 1)
    nom = faire_partition(parent, mois)
    derniere = datetime.datetime(2020, 3, 31, 23, 59, 59, 999999, tzinfo=PARIS)
    requete = noter(issue, derniere)
    # The month of March 2020 may go when its last instant is `gardes` months old: on 1 April, not before.
    limite = datetime.datetime(2020, 4, 1, tzinfo=PARIS) + relativedelta(months=gardes)
    assert purger(maintenant=limite - datetime.timedelta(microseconds=1)) == []
    assert Echange.objects.filter(requete=requete).exists()
    assert purger(maintenant=limite) == [nom]
    assert not Echange.objects.filter(requete=requete).exists()
    assert purger(maintenant=limite) == []


def test_la_purge_ne_touche_pas_l_autre_issue():
    faites = [faire_partition(parent, datetime.date(2020, 3, 1)) for parent in (DONNEES, NON_TROUVE)]
    assert purger(maintenant=datetime.datetime(2021, 4, 1, tzinfo=PARIS)) == [faites[1]]
    assert faites[0] in partitions(DONNEES)


def test_la_purge_rattrape_ses_retards():
    faites = [faire_partition(DONNEES, datetime.date(2019, mois, 1)) for mois in (1, 2, 12)]
    assert purger(maintenant=datetime.datetime(2026, 11, 21, tzinfo=PARIS)) == faites


def test_la_purge_d_aujourd_hui_ne_supprime_rien_de_prepare():
    noter()
    assert purger() == []
    assert Echange.objects.count() == 1
