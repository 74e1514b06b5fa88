"""Which records are served, and to whom: the years (contract §1), and the two worlds that never meet."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from tests import fabriques
from tests.api.lecture.appels import (
    IDENTITE,
    INE,
    PAR_IDENTITE_V2,
    PAR_IDENTITE_V3,
    V2,
    lire,
    obtenir,
    par_ine,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def dossier(fin: str) -> str:
    """The INE of a student whose only record ends that day."""
    jour = datetime.date.fromisoformat(fin)
    return fabriques.inscrit(date_debut=jour - datetime.timedelta(days=300), date_fin=jour).ine


@pytest.fixture
def aujourdhui(monkeypatch):
    def fixer(*instant: int, fuseau=PARIS) -> None:
        fige = datetime.datetime(*instant, tzinfo=fuseau)
        monkeypatch.setattr("django.utils.timezone.now", lambda: fige)

    return fixer


@pytest.mark.parametrize(
    ("instant", "annees", "fin", "servi"),
    [
        ((2026, 11, 21), 0, "2026-09-01", True),
        ((2026, 11, 21), 0, "2026-08-31", False),
        ((2026, 11, 21), 1, "2025-09-01", True),
        ((2026, 11, 21), 1, "2025-08-31", False),
        ((2026, 11, 21), 5, "2021-09-01", True),
        ((2026, 11, 21), 5, "2021-08-31", False),
        ((2027, 8, 31), 0, "2026-09-01", True),
        ((2027, 9, 1), 0, "2026-09-01", False),
        ((2027, 9, 1), 0, "2027-08-31", False),
        ((2027, 9, 1), 0, "2027-09-01", True),
        ((2026, 1, 1), 0, "2025-09-01", True),
        ((2026, 1, 1), 0, "2032-01-01", True),
    ],
)
def test_a_record_is_served_by_its_academic_year_and_the_years_of_history(
    client, settings, aujourdhui, instant, annees, fin, servi
):
    ine, emis = dossier(fin), fabriques.jeton()
    aujourdhui(*instant)
    settings.HISTORIQUE_ANNEES = annees
    statut = 200 if servi else 404
    assert obtenir(client, V2, {"ine": ine}, emis.cle).status_code == statut
    assert obtenir(client, INE, par_ine(ine), emis.bearer).status_code == statut
    assert obtenir(client, IDENTITE, PAR_IDENTITE_V3, emis.bearer).status_code == statut


def test_the_academic_year_starts_at_midnight_in_paris(client, aujourdhui):
    ine, emis = dossier("2026-08-31"), fabriques.jeton()
    aujourdhui(2026, 8, 31, 21, 59, fuseau=datetime.UTC)
    assert obtenir(client, INE, par_ine(ine), emis.bearer).status_code == 200
    aujourdhui(2026, 8, 31, 22, 0, fuseau=datetime.UTC)
    assert obtenir(client, INE, par_ine(ine), emis.bearer).status_code == 404


def test_records_too_old_are_not_in_the_list(client, settings):
    etudiant, emis = fabriques.inscrit(), fabriques.jeton()
    ancienne = fabriques.inscription(etudiant=etudiant, ancienne=True)
    for annees, nombre in ((0, 1), (1, 2)):
        settings.HISTORIQUE_ANNEES = annees
        reponse = obtenir(client, V2, {"ine": etudiant.ine}, emis.cle)
        assert len(lire(reponse)["inscriptions"]) == nombre
        assert (str(ancienne.date_fin).encode() in reponse.content) is (nombre == 2)


def test_a_student_without_any_record_is_not_found(client):
    etudiant = fabriques.etudiant()
    assert obtenir(client, INE, par_ine(etudiant.ine), fabriques.jeton().bearer).status_code == 404


# --- two worlds


@pytest.mark.parametrize("etudiant_fictif", [True, False])
@pytest.mark.parametrize("bac_a_sable", [True, False])
def test_each_token_sees_its_own_world_and_that_one_only(client, etudiant_fictif, bac_a_sable):
    ine = fabriques.inscrit(fictif=etudiant_fictif).ine
    emis = fabriques.jeton(bac_a_sable=bac_a_sable)
    attendu = 200 if bac_a_sable is etudiant_fictif else 404
    for chemin, parametres in (
        (V2, {"ine": ine}),
        (V2, PAR_IDENTITE_V2),
        (INE, par_ine(ine)),
        (IDENTITE, PAR_IDENTITE_V3),
    ):
        assert obtenir(client, chemin, parametres, emis.cle).status_code == attendu


def test_the_same_ine_in_both_worlds_names_two_persons(client):
    reel = fabriques.inscrit(identite={"nom_naissance": "Réelle"})
    fabriques.inscrit(identite={"ine": reel.ine, "nom_naissance": "Fictive"}, fictif=True)
    for bac_a_sable, nom in ((False, "Réelle"), (True, "Fictive")):
        corps = lire(obtenir(client, V2, {"ine": reel.ine}, fabriques.jeton(bac_a_sable=bac_a_sable).cle))
        assert corps["nom"] == nom


def test_a_fictitious_student_is_nobody_s_namesake(client):
    fabriques.inscrit()
    fabriques.inscrit(fictif=True)
    for bac_a_sable in (False, True):
        emis = fabriques.jeton(bac_a_sable=bac_a_sable)
        assert obtenir(client, IDENTITE, PAR_IDENTITE_V3, emis.bearer).status_code == 200


def test_a_sandbox_token_without_habilitation_reads_by_its_scopes(client):
    """Integration starts on a draft: the sandbox token comes before any habilitation."""
    emis = fabriques.jeton("mesri_admission", bac_a_sable=True)
    emis.jeton.habilitation = None
    emis.jeton.save()
    assert (
        obtenir(client, INE, par_ine(fabriques.inscrit(fictif=True, admis=True).ine), emis.cle).status_code
        == 200
    )
    assert obtenir(client, INE, par_ine(fabriques.inscrit(fictif=True).ine), emis.cle).status_code == 404
