"""Agents who verify too much, or too many people whom nobody knows: told once a day, to whom may do something."""

import json
import time

import pytest
from django.db import connection

from habilitations.jetons import surveillance as des_jetons
from habilitations.jetons.surveillance import VOISINS_MAXIMUM
from habilitations.models import Courriel, Role
from referentiel.journal.echanges import SQL_ECHANGES
from referentiel.models import Alerte
from statut_etudiant.guichet import surveillance
from tests import fabriques
from tests.guichet import aides
from tests.guichet.aides import GUICHET, texte
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def echanges(compte_id: int, nombre: int, *, introuvables: int = 0, interface: str = "guichet") -> None:
    """As many rows of today's journal, by this account."""
    ligne = {
        "requete": "essai", "jeton_id": None, "habilitation_id": 1, "organisation": "Ville", "siret": "1" * 14,
        "recipient": "1" * 14, "interface": interface, "voie": "identite", "etudiant_id": None, "categories": [],
        "jti_fc": "", "appelant": "", "editeur": "", "editeur_siret": "", "compte_id": compte_id, "dossier": "X",
    }  # fmt: skip
    with connection.cursor() as curseur:
        trouve = {"issue": "donnees", "categories": ["statut"]}
        lignes = [{**ligne, "issue": "non_trouve"}] * introuvables
        lignes += [{**ligne, **trouve, "etudiant_id": 1 + rang} for rang in range(nombre - introuvables)]
        curseur.execute(SQL_ECHANGES, [json.dumps(lignes)])


@pytest.fixture
def agent():
    ville = aides.ville()
    client, designe = aides.agent(ville)
    client.get(GUICHET)
    designe.refresh_from_db()
    return ville, designe


def alertes() -> list[tuple[str, str, dict]]:
    return list(Alerte.objects.order_by("genre").values_list("genre", "sujet", "mesures"))


@pytest.mark.parametrize(
    ("nombre", "introuvables", "levees"),
    [
        (300, 49, []),
        (300, 149, []),  # less than half
        (300, 150, [("introuvables", {"verifications": 300, "introuvables": 150})]),
        (60, 50, [("introuvables", {"verifications": 60, "introuvables": 50})]),
        (5000, 0, []),  # one list, once
        (5001, 0, [("volume", {"verifications": 5001})]),
    ],
)
def test_what_a_day_must_hold_to_be_told(agent, nombre, introuvables, levees) -> None:
    _, designe = agent
    echanges(designe.compte_id, nombre, introuvables=introuvables)
    assert surveillance.surveiller() == len(levees)
    assert alertes() == [(genre, f"compte:{designe.compte_id}", mesures) for genre, mesures in levees]


def test_software_s_calls_are_not_the_agent_s(agent) -> None:
    _, designe = agent
    echanges(designe.compte_id, 6000, interface="v3")
    assert surveillance.surveiller() == 0


def test_told_once_a_day_to_whom_may_do_something(agent) -> None:
    ville, designe = agent
    scenes.compte(Role.Nom.DPD, courriel="dpd@ministere.test")
    echanges(designe.compte_id, 60, introuvables=60)
    assert surveillance.surveiller() == 1
    echanges(designe.compte_id, 60, introuvables=60)
    assert surveillance.surveiller() == 0
    assert alertes()[0][2] == {"verifications": 120, "introuvables": 120}
    (courriel,) = Courriel.objects.filter(genre="guichet_alerte")
    assert courriel.destinataire == ville.responsable.compte.courriel
    assert "60 vérifications au guichet dans la journée, 60 étudiants introuvables" in courriel.texte
    assert f"/verifier-un-statut/habilitations/{ville.habilitation.pk}" in courriel.texte
    assert des_jetons.annoncer() == 1
    (au_dpd,) = Courriel.objects.filter(genre="alerte_d_usage")
    assert au_dpd.destinataire == "dpd@ministere.test"
    dpd = aides.connecte(scenes.compte(Role.Nom.DPD))
    assert "120 vérifications au guichet" in texte(dpd.get("/protection/alertes"))


def test_who_walks_along_ine_at_the_desk_is_seen(agent) -> None:
    _, designe = agent
    client = aides.connecte(designe.compte)
    for rang in range(VOISINS_MAXIMUM):
        etudiant = fabriques.inscrit(identite={"ine": f"12345678{rang:02}V"})
        while aides.par_ine(client, etudiant.ine).status_code == 429:
            time.sleep(0.1)
    des_jetons.surveiller()
    assert [(genre, sujet) for genre, sujet, _ in alertes()] == [("suite", f"compte:{designe.compte_id}")]
