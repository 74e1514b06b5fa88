"""« Guide des établissements »: each command runs as it is shown, against a real server; the file is taken too."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from referentiel.bac_a_sable import charger
from referentiel.models import Etudiant, Inscription
from referentiel.tasks import traiter_lots
from statut_etudiant.portail import guide
from tests import fabriques
from tests.portail.pages import lire

UAI = "9990001X"


def lancer(nom: str, **environnement: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-s"],
        input=guide.exemple(nom, aujourdhui=timezone.localdate()),
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environnement},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("donnees_validees")
def test_each_command_does_what_the_page_says(live_server: Any) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    jeton = fabriques.jeton(bac_a_sable=True, ecriture=True, uais=[UAI], sans_quota=True)
    acces = {"ADRESSE": live_server.url, "JETON": jeton.secret}

    ecrite = json.loads(lancer("inscription", **acces).stdout)
    assert ecrite["message"] == "une nouvelle inscription créée"
    assert json.loads(lancer("inscription", **acces).stdout)["message"] == "inscription inchangée"

    assert json.loads(lancer("nouveau", **acces).stdout)["inscription"]["statut"] == "admis"
    assert Etudiant.objects.get(ine="990000901BE").prenoms == ["Anne-Marie", "Gaëlle"]

    retiree = lancer("retrait", ID_INSCRIPTION=ecrite["inscription"]["id_inscription"], **acces)
    assert json.loads(retiree.stdout)["message"] == "inscription retirée"
    assert not Inscription.objects.filter(pk=ecrite["inscription"]["id_inscription"]).exists()

    recu = json.loads(lancer("lot", **acces).stdout)["lot"]
    assert recu["enregistrements"] == 3
    assert traiter_lots() == 1
    suivi = json.loads(lancer("suivi", LOT=recu["id"], **acces).stdout)
    assert (suivi["etat"], suivi["comptes"]["creees"], suivi["comptes"]["rejetees"]) == ("termine", 2, 1)
    (rejet,) = suivi["erreurs"]
    assert rejet["parameter"] == "statut"

    refuse = lancer("inscription", ADRESSE=live_server.url, JETON="ase_t_inconnu")
    assert refuse.returncode != 0
    assert "401" in refuse.stderr


@pytest.mark.django_db
def test_the_file_that_is_shown_is_taken_whole_from_a_real_establishment(
    client: Client, tmp_path: Path
) -> None:
    montre = lire(client.get("/guide-des-etablissements"))
    (lignes,) = [texte for texte in montre.textes if texte.lstrip("\ufeff").startswith("INE;")]
    fichier = tmp_path / "exemple.csv"
    fichier.write_text(re.sub(r"999000\d[A-Z]", fabriques.etablissement().uai, lignes))
    call_command("importer_inscriptions", str(fichier))
    ines = Inscription.objects.values_list("etudiant__ine", flat=True)
    assert sorted(ines) == ["990000101DJ", "990000104DF", "990000403CH"]


@pytest.mark.django_db
def test_the_page_shows_the_whole_of_each_command(client: Client) -> None:
    codes = "".join(lire(client.get("/guide-des-etablissements")).textes)
    for nom in guide.NOMS:
        assert guide.exemple(nom, aujourdhui=timezone.localdate()) in codes
