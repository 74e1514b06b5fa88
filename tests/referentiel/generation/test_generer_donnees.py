from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from habilitations.scopes import SCOPES
from referentiel.calendrier import debut_annee_universitaire
from referentiel.communes import reference
from referentiel.generation import copie
from referentiel.generation.numeros import Numeros
from referentiel.models import Etablissement, Etudiant, Historique, Inscription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def etablissements() -> None:
    Etablissement.objects.create(
        uai="0311384L", nom="Université Toulouse", type="universite", code_commune="31555"
    )
    Etablissement.objects.create(uai="0750655E", nom="Lycée Louis", type="lycee", code_commune="75105")
    Etablissement.objects.create(uai="0010001F", nom="École fermée", code_commune="01001", ouvert=False)
    Etablissement.objects.create(uai="9990001A", nom="École fictive", code_commune="31555", fictif=True)


def generer(*options: str) -> str:
    messages = StringIO()
    call_command("generer_donnees", *options, stderr=messages)
    return messages.getvalue()


def contenu() -> list[tuple[object, ...]]:
    return list(
        Inscription.objects.order_by("etudiant__ine", "date_debut").values_list(
            "etudiant__ine", "etudiant__nom_naissance", "etudiant__prenoms", "etudiant__sexe",
            "etudiant__date_naissance", "etudiant__precision_naissance", "etudiant__lieu_naissance",
            "etablissement__uai", "statut", "regime", "date_debut", "date_fin", "diplome",
        )
    )  # fmt: skip


def test_as_many_students_and_inscriptions_are_made_as_asked_for() -> None:
    messages = generer("--etudiants", "300", "--inscriptions-par-etudiant", "3")
    assert Etudiant.objects.count() == 300
    assert Inscription.objects.count() == 900
    assert "300 étudiants et 900 inscriptions" in messages


def test_each_student_has_an_inscription_of_this_year_then_of_the_ones_before() -> None:
    generer("--etudiants", "50", "--inscriptions-par-etudiant", "3")
    rentree = debut_annee_universitaire(date.today())  # noqa: DTZ011 (same day as the server's, in these tests)
    for etudiant in Etudiant.objects.prefetch_related("inscriptions"):
        annees = sorted(inscription.date_debut.year for inscription in etudiant.inscriptions.all())
        assert annees == [rentree.year - 2, rentree.year - 1, rentree.year]


def test_students_go_to_real_and_open_establishments_only() -> None:
    generer("--etudiants", "500")
    assert set(Inscription.objects.values_list("etablissement__uai", flat=True)) == {"0311384L", "0750655E"}
    assert not Etudiant.objects.filter(fictif=True).exists()


def test_data_are_varied_and_plausible() -> None:
    generer("--etudiants", "3000")
    etudiants = Etudiant.objects.all()
    assert set(etudiants.values_list("sexe", flat=True)) == {"F", "M", None}
    assert set(etudiants.values_list("precision_naissance", flat=True)) == {"jour", "mois", "annee"}
    assert etudiants.filter(lieu_naissance__startswith="99").exists()
    assert etudiants.filter(prenoms__len=3).exists()
    assert etudiants.values("nom_naissance").distinct().count() > 1000
    connues = reference()
    assert all(
        connues.connue(lieu)
        for lieu in etudiants.filter(lieu_naissance__isnull=False)
        .exclude(lieu_naissance__startswith="99")
        .values_list("lieu_naissance", flat=True)
    )
    inscriptions = Inscription.objects.all()
    assert set(inscriptions.values_list("statut", flat=True)) == {"inscrit", "admis"}
    assert set(inscriptions.values_list("regime", flat=True)) == {f"RF{n}" for n in range(1, 8)}
    assert set(inscriptions.values_list("cursus", flat=True)) == {"", "L", "M", "D"}


def test_the_same_seed_makes_the_same_data() -> None:
    faits = []
    for _ in range(2):
        with transaction.atomic():
            generer("--etudiants", "100", "--graine", "5")
            faits.append(contenu())
            transaction.set_rollback(True)
    assert faits[0] == faits[1]


@pytest.mark.parametrize("graine", ["0", "1"])
def test_a_second_run_adds_other_students(graine: str) -> None:
    generer("--etudiants", "100")
    generer("--etudiants", "100", "--graine", graine)
    assert Etudiant.objects.count() == 200


def test_a_known_ine_is_left_to_its_student() -> None:
    pris = Etudiant.objects.create(
        ine=Numeros(0).ine(3), nom_naissance="Réel", prenoms=["Ana"], date_naissance="2000-01-02"
    )
    generer("--etudiants", "10")
    pris.refresh_from_db()
    assert (pris.nom_naissance, pris.inscriptions.count()) == ("Réel", 0)
    assert Etudiant.objects.count() == 11


def test_without_establishments_the_demonstration_s_are_imported() -> None:
    Etablissement.objects.all().delete()
    generer("--etudiants", "30")
    assert Etablissement.objects.filter(uai="0755890V", fictif=False).exists()
    assert Inscription.objects.count() == 30


def test_batches_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copie, "TAILLE_LOT", 7)
    suivi: list[int] = []
    comptes = copie.generer(etudiants=20, par_etudiant=2, graine=0, progression=suivi.append)
    assert suivi == [7, 14, 20]
    assert comptes == (20, 40)
    assert Inscription.objects.count() == 40


def test_the_database_writes_search_keys_and_history() -> None:
    generer("--etudiants", "20")
    assert not Etudiant.objects.filter(cle_nom="").exists()
    assert Historique.objects.filter(auteur=copie.AUTEUR, operation="creation").count() == 40


def test_an_ordinary_token_sees_each_student(client: Client) -> None:
    sortie = StringIO()
    call_command(
        "creer_jeton", "--siret", "13002526500013", "--intitule", "Essai", "--scopes", ",".join(SCOPES),
        stdout=sortie, stderr=StringIO(),
    )  # fmt: skip
    generer("--etudiants", "15")
    for ine in Etudiant.objects.values_list("ine", flat=True):
        response = client.get(
            "/api/v2/etudiants", {"ine": ine}, headers={"X-Api-Key": sortie.getvalue().strip()}
        )
        assert (response.status_code, response.json()["ine"]) == (200, ine)


def test_production_is_refused(settings: Settings) -> None:
    settings.ENVIRONNEMENT = "production"
    with pytest.raises(CommandError, match="refusée en production"):
        generer("--etudiants", "1")
    assert not Etudiant.objects.exists()


@pytest.mark.parametrize(
    "options",
    [
        ["--etudiants", "0"],
        ["--etudiants", "-3"],
        ["--etudiants", "mille"],
        ["--etudiants", "5", "--inscriptions-par-etudiant", "0"],
        ["--etudiants", "5", "--inscriptions-par-etudiant", "13"],
        [],
    ],
)
def test_wrong_options_are_refused(options: list[str]) -> None:
    with pytest.raises(CommandError):
        generer(*options)


def test_nothing_is_shown_when_it_is_not_wanted() -> None:
    assert generer("--etudiants", "5", "--verbosity", "0") == ""


def test_the_planner_s_statistics_are_up_to_date() -> None:
    generer("--etudiants", "40")
    with connection.cursor() as curseur:
        curseur.execute("SELECT reltuples FROM pg_class WHERE relname = 'referentiel_etudiant'")
        assert curseur.fetchone()[0] == 40
