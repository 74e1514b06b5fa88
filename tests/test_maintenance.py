"""A declared maintenance: what is read is served, what would be written is refused, and says when to come back."""

import datetime

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referentiel.models import Echange, Inscription
from statut_etudiant import maintenance
from statut_etudiant.celery import app as celery
from tests import fabriques
from tests.api.ecriture.aides import Appelant, creer_jeton, enregistrement
from tests.portail.pages import lire
from tests.referentiel.gestion import personnes

DIX_MINUTES = datetime.timedelta(minutes=10)


@pytest.fixture
def declaree(settings) -> None:
    settings.MAINTENANCE_JUSQUA = (timezone.now() + DIX_MINUTES).isoformat()


def verifier_page(reponse) -> None:
    assert reponse.status_code == 503
    assert 590 < int(reponse.headers["Retry-After"]) <= 600
    assert lire(reponse).titre == "Maintenance en cours — API Statut étudiant"


@pytest.mark.django_db
def test_the_writing_api_refuses_and_says_when_to_come_back(declaree):
    etablissement = fabriques.etablissement()
    appelant = Appelant(creer_jeton(etablissement.uai))
    for reponse in (
        appelant.poster(enregistrement(uai=etablissement.uai)),
        appelant.poster([enregistrement(uai=etablissement.uai)], chemin="/api/inscriptions"),
        appelant.lire("/api/inscriptions"),
        appelant.retirer("/api/inscription/1"),
    ):
        assert reponse.status_code == 503
        assert reponse.json()["message"] == "service en maintenance"
        assert 590 < int(reponse.headers["Retry-After"]) <= 600
    assert not Inscription.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "chemin", ["/connexion", "/contact", "/gestion/depots/nouveau", "/demandes/nouvelle"]
)
def test_a_form_that_is_sent_is_told_until_when(declaree, chemin):
    verifier_page(Client().post(chemin, {"courriel": "a@exemple.test"}))


def test_a_page_that_writes_nothing_is_served_and_one_that_does_is_refused_by_postgresql(
    donnees_validees, settings
):
    etablissement = fabriques.etablissement()
    etudiant = fabriques.inscrit(etablissement=etablissement)
    client = personnes.gestionnaire(etablissement)
    client.raise_request_exception = False
    fiche = reverse("gestion:referentiel_etudiant_change", args=[etudiant.pk])
    settings.MAINTENANCE_JUSQUA = (timezone.now() + DIX_MINUTES).isoformat()
    assert client.get("/").status_code == 200
    assert client.get("/gestion/").status_code == 200
    # Opening a student's file is noted: it cannot be, so it is not shown.
    verifier_page(client.get(fiche))
    assert not Echange.objects.exists()
    settings.MAINTENANCE_JUSQUA = ""
    assert client.get(fiche).status_code == 200
    assert Echange.objects.count() == 1


@pytest.fixture
def fenetres():
    declarees: list[maintenance.Fenetre] = []
    maintenance.lire_les_fenetres_par(lambda: declarees)
    yield declarees
    maintenance.lire_les_fenetres_par(None)


@pytest.mark.parametrize(
    ("debut", "fin", "attendue"),
    [(-60, 600, True), (-600, -1, False), (60, 600, False), (-60, 1, True)],
)
def test_a_window_declared_ahead_opens_and_closes_by_itself(fenetres, debut, fin, attendue):
    maintenant = timezone.now()
    fenetres.append(
        maintenance.Fenetre(
            maintenant + datetime.timedelta(seconds=debut),
            maintenant + datetime.timedelta(seconds=fin),
            "Bascule",
        )
    )
    maintenance.relire()
    assert (maintenance.en_cours() is not None) is attendue
    assert (maintenance.attente() is not None) is attendue


def test_of_two_windows_the_last_to_end_says_when_to_come_back(fenetres, settings):
    maintenant = timezone.now()
    settings.MAINTENANCE_JUSQUA = (maintenant + datetime.timedelta(minutes=5)).isoformat()
    fenetres.append(maintenance.Fenetre(maintenant, maintenant + datetime.timedelta(minutes=20), "Bascule"))
    maintenance.relire()
    assert maintenance.en_cours().raison == "Bascule"
    assert 1190 < maintenance.attente() <= 1200


def test_windows_are_kept_while_the_database_does_not_answer(fenetres):
    maintenant = timezone.now()
    maintenance.lire_les_fenetres_par(lambda: [maintenance.Fenetre(maintenant, maintenant + DIX_MINUTES)])
    maintenance.relire()

    def absente():
        raise DatabaseError

    maintenance.lire_les_fenetres_par(absente)
    maintenance.relire()
    assert maintenance.attente() is not None


def test_a_task_leaves_its_work_where_it_is_but_measures_go_on(settings, monkeypatch):
    faites = []
    monkeypatch.setattr("statut_etudiant.planification.PENDANT_LA_MAINTENANCE", {"essai.mesurer"})

    @celery.task(name="essai.ecrire")
    def ecrire():
        faites.append("ecrire")

    @celery.task(name="essai.mesurer")
    def mesurer():
        faites.append("mesurer")

    try:
        settings.MAINTENANCE_JUSQUA = (timezone.now() + DIX_MINUTES).isoformat()
        ecrire()
        mesurer()
        assert faites == ["mesurer"]
        settings.MAINTENANCE_JUSQUA = ""
        ecrire()
        assert faites == ["mesurer", "ecrire"]
    finally:
        for nom in ("essai.ecrire", "essai.mesurer"):
            celery.tasks.unregister(nom)
