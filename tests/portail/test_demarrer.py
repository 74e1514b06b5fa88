"""« Démarrage rapide »: each example runs as it is shown, against a real server."""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.scopes import CATALOGUE
from referentiel.bac_a_sable import charger
from referentiel.calendrier import debut_annee_universitaire
from statut_etudiant.portail.demarrer import LANGAGES, Langage
from tests import fabriques
from tests.portail.pages import lire


def lancer(langage: Langage, *, adresse: str, jeton: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which(langage.programme[0]):
        pytest.skip(
            f"{langage.programme[0]} n'est pas installé : l'exemple en {langage.nom} n'a pas été essayé"
        )
    return subprocess.run(
        langage.programme,
        input=langage.exemple,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8"}
        | {"ADRESSE": adresse, "JETON": jeton},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("donnees_validees")
@pytest.mark.parametrize("langage", LANGAGES, ids=lambda langage: langage.cle)
def test_each_example_gives_the_student_then_fails_loudly_without_a_right(live_server: Any, langage) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    jeton = fabriques.jeton(*(scope.nom for scope in CATALOGUE), bac_a_sable=True)
    fin = f"{debut_annee_universitaire(timezone.localdate()).year + 1}-08-31"

    reussi = lancer(langage, adresse=live_server.url, jeton=jeton.secret)
    assert reussi.returncode == 0, reussi.stderr
    if langage.cle == "curl":
        (dossier,) = json.loads(reussi.stdout)["data"]["admissions"]
        assert (dossier["est_inscrit"], dossier["date_fin"]) == (True, fin)
    else:
        assert reussi.stdout.split() == ["inscrit", fin]

    refuse = lancer(langage, adresse=live_server.url, jeton="ase_t_inconnu")
    assert refuse.returncode != 0
    assert "401" in refuse.stdout + refuse.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("donnees_validees")
@pytest.mark.parametrize("langage", LANGAGES[1:], ids=lambda langage: langage.cle)
def test_each_program_says_what_to_do_of_a_person_who_is_not_found(live_server: Any, langage) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    jeton = fabriques.jeton("mesri_admission", bac_a_sable=True)
    reponse = lancer(langage, adresse=live_server.url, jeton=jeton.secret)
    assert (reponse.returncode, reponse.stdout) == (0, "introuvable : demandez un justificatif\n")


@pytest.mark.django_db
def test_the_page_shows_the_whole_of_each_example(client: Client) -> None:
    codes = "".join(lire(client.get("/demarrer")).textes)
    for langage in LANGAGES:
        assert langage.exemple in codes
