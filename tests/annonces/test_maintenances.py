"""A window of maintenance: declared ahead, announced, then kept by the API in every process."""

import time
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from habilitations.models import Role
from statut_etudiant import maintenance as porte
from statut_etudiant.annonces import bandeaux, maintenances
from statut_etudiant.annonces.copie import Copie
from statut_etudiant.annonces.models import Maintenance
from tests.annonces.test_bandeaux import montres, saisi
from tests.habilitations import scenes
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

HEURE = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fenetres_lues(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the application does when it starts; read when a test says so, and not by a thread."""
    porte.lire_les_fenetres_par(maintenances.lire)
    monkeypatch.setattr(porte._declarees, "a_relire", float("inf"))


def relire() -> None:
    porte.relire()
    bandeaux.COPIE.relire()


def declarer(debut: timedelta, fin: timedelta, **champs: Any) -> Maintenance:
    maintenant = timezone.now()
    une = Maintenance.objects.create(
        **{
            "debut": maintenant + debut,
            "fin": maintenant + fin,
            "motif": "mise à jour",
            "auteur": scenes.compte(),
        }
        | champs
    )
    connection.check_constraints()  # now: the reading doors leave the test's transaction read-only
    relire()
    return une


def test_declared_ahead_it_is_announced_and_the_api_answers_as_usual(client: Client) -> None:
    declarer(timedelta(days=10), timedelta(days=10, hours=2))
    texte = lire(client.get("/disponibilite")).texte
    assert "Maintenance prévue Mise à jour. L'API répondra « maintenance » (503) du" in texte
    flux = ElementTree.fromstring(client.get("/disponibilite.atom").content)  # noqa: S314 (our own)
    (titre,) = [un.text for un in flux.iterfind(".//{http://www.w3.org/2005/Atom}entry/{*}title")]
    assert titre == "Maintenance : mise à jour"
    assert montres(client) == []  # not yet on every page
    assert client.get("/v3/mesri/statut_etudiant/ine").status_code == 401
    assert client.get("/api/mesri_statut_etudiant_ine/ping").json()["status"] == "ok"


def test_three_days_before_every_page_says_it(client: Client) -> None:
    declarer(timedelta(days=2), timedelta(days=2, hours=2))
    assert montres(client) == ["Maintenance prévue."]


@pytest.mark.parametrize(
    ("chemin", "code"),
    [
        ("/v3/mesri/statut_etudiant/ine", "25020"),
        ("/v3/mesri/statut_etudiant/identite", "25020"),
        ("/v3/mesri/statut_etudiant/france_connect", "25020"),
        ("/api/v2/etudiants", "Maintenance in progress"),
    ],
)
def test_meanwhile_the_doors_say_so_and_when_to_come_back(client: Client, chemin: str, code: str) -> None:
    declarer(-HEURE, HEURE)
    reponse = client.get(chemin)
    assert reponse.status_code == 503
    assert 3500 < int(reponse["Retry-After"]) <= 3600
    assert code in reponse.content.decode()
    assert client.get("/api/mesri_statut_etudiant_ine/ping").json()["status"] == "maintenance"
    texte = lire(client.get("/disponibilite")).texte
    assert "Maintenance en cours" in texte
    assert "Maintenance prévue" not in texte
    assert montres(client) == ["Maintenance en cours."]


def test_the_setting_and_the_window_are_one_gate(settings: Any) -> None:
    assert porte.attente() is None
    settings.MAINTENANCE_JUSQUA = (timezone.now() + 2 * HEURE).isoformat()
    declarer(-HEURE, HEURE)
    assert 7100 < (porte.attente() or 0) <= 7200
    settings.MAINTENANCE_JUSQUA = (timezone.now() - HEURE).isoformat()
    assert 3500 < (porte.attente() or 0) <= 3600


def test_an_administrator_declares_amends_and_ends_it(
    client: Client, django_capture_on_commit_callbacks
) -> None:
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    maintenant = timezone.now()
    envoi = {"motif": "mise à jour", "debut": saisi(maintenant - HEURE), "fin": saisi(maintenant + HEURE)}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/annonces/maintenances/nouvelle", envoi)["Location"] == "/annonces"
    assert porte.attente() is not None
    une = Maintenance.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/annonces/maintenances/{une.pk}", envoi | {"fin": saisi(maintenant + 3 * HEURE)})
    assert (porte.attente() or 0) > 7200
    assert (
        "Finir la maintenance maintenant"
        in lire(client.get(f"/annonces/maintenances/{une.pk}/annuler")).texte
    )
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/annonces/maintenances/{une.pk}/annuler")
    assert porte.attente() is None
    une.refresh_from_db()
    assert une.annulee_le is None  # it took place


def test_one_to_come_that_is_cancelled_takes_no_place(client: Client) -> None:
    une = declarer(HEURE, 2 * HEURE)
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    client.post(f"/annonces/maintenances/{une.pk}/annuler")
    assert Maintenance.objects.get().annulee_le is not None
    relire()
    assert (maintenances.lire(), montres(client)) == ([], [])
    declarer(HEURE, 2 * HEURE)  # the place is free


def test_two_at_once_are_refused_in_words(client: Client) -> None:
    declarer(HEURE, 3 * HEURE)
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    maintenant = timezone.now()
    envoi = {"motif": "autre", "debut": saisi(maintenant + 2 * HEURE), "fin": saisi(maintenant + 4 * HEURE)}
    reponse = client.post("/annonces/maintenances/nouvelle", envoi)
    assert reponse.status_code == 422
    assert "Une autre maintenance est déjà déclarée sur cette période." in lire(reponse).texte


@pytest.mark.parametrize(("debut", "fin"), [(HEURE, HEURE), (HEURE, timedelta(days=8))])
def test_the_database_refuses_a_window_without_length_or_of_more_than_a_week(debut, fin) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        declarer(debut, fin)


def test_a_window_of_more_than_a_week_is_refused_in_words(client: Client) -> None:
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    envoi = {"motif": "autre", "debut": "2026-12-01T08:00", "fin": "2027-12-01T08:00"}
    reponse = client.post("/annonces/maintenances/nouvelle", envoi)
    assert "Une maintenance dure 7 jours au plus." in lire(reponse).texte


def test_while_the_database_is_away_what_is_known_stays() -> None:
    presente = [("a",), OperationalError(), ("b",)]

    def lire_() -> Any:
        suivant = presente.pop(0)
        if isinstance(suivant, Exception):
            raise suivant
        return suivant

    copie: Copie[Any] = Copie(lire_, vide=(), secondes=0)
    copie.active = True
    assert [copie.valeur() for _ in range(3)] == [("a",), ("a",), ("b",)]


def test_it_is_not_asked_again_before_its_time() -> None:
    lectures: list[float] = []
    copie: Copie[Any] = Copie(lambda: lectures.append(time.monotonic()), vide=None, secondes=60)
    copie.active = True
    for _ in range(5):
        copie.valeur()
    assert len(lectures) == 1


def test_the_application_gives_its_windows_to_the_gate() -> None:
    porte.lire_les_fenetres_par(None)
    apps.get_app_config("annonces").ready()
    assert porte._declarees.lecteur == maintenances.lire


def test_during_a_window_only_the_announcements_are_written(client: Client) -> None:
    une = declarer(-HEURE, HEURE)
    client.force_login(scenes.compte(Role.Nom.ADMINISTRATEUR))
    assert client.post("/demandes/nouvelle", {"type": "lecture"}).status_code == 503
    assert client.post(f"/annonces/maintenances/{une.pk}/annuler")["Location"] == "/annonces"
    relire()
    assert porte.attente() is None


def test_who_runs_the_service_ends_it_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="Aucune maintenance"):
        call_command("finir_maintenance")
    declarer(-HEURE, HEURE)
    call_command("finir_maintenance")
    relire()
    assert porte.attente() is None
    assert "mise à jour" in capsys.readouterr().out
