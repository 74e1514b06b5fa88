"""Each alert rule is shown to fire, by Prometheus itself, and to be silent when all is well."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

REGLES = Path(__file__).parents[1] / "docs" / "exploitation" / "alertes.yml"
M = "statut_etudiant_"

#: The series that make each fire, then those of a service that is well; minute after minute, in promtool's notation;
#: then the minute when it is asked, and the labels of the alert besides its gravity.
ESSAIS = {
    "MesuresIllisibles": (
        {'up{job="statut_etudiant",instance="web-1"}': "0x10"},
        {'up{job="statut_etudiant",instance="web-1"}': "1x10"},
        2,
        {"job": "statut_etudiant", "instance": "web-1"},
    ),
    "Erreurs5xx": (
        {
            f'{M}reponses_total{{famille="api",statut="200"}}': "0+1000x20",
            f'{M}reponses_total{{famille="api",statut="503"}}': "0+2x20",
        },
        {
            f'{M}reponses_total{{famille="api",statut="200"}}': "0+10000x20",
            f'{M}reponses_total{{famille="api",statut="503"}}': "0+2x20",
        },
        10,
        {"famille": "api"},
    ),
    "LecturesLentes": (
        {
            f'{M}duree_secondes_bucket{{famille="lecture",le="0.25"}}': "0+90x20",
            f'{M}duree_secondes_bucket{{famille="lecture",le="0.5"}}': "0+100x20",
            f'{M}duree_secondes_bucket{{famille="lecture",le="+Inf"}}': "0+100x20",
        },
        {
            f'{M}duree_secondes_bucket{{famille="lecture",le="0.25"}}': "0+99x20",
            f'{M}duree_secondes_bucket{{famille="lecture",le="0.5"}}': "0+100x20",
            f'{M}duree_secondes_bucket{{famille="lecture",le="+Inf"}}': "0+100x20",
        },
        12,
        {},
    ),
    "PagesLentes": (
        {
            f'{M}duree_secondes_bucket{{famille="site",le="1.0"}}': "0+90x40",
            f'{M}duree_secondes_bucket{{famille="site",le="2.5"}}': "0+100x40",
            f'{M}duree_secondes_bucket{{famille="site",le="+Inf"}}': "0+100x40",
        },
        {
            f'{M}duree_secondes_bucket{{famille="site",le="1.0"}}': "0+99x40",
            f'{M}duree_secondes_bucket{{famille="site",le="2.5"}}': "0+100x40",
            f'{M}duree_secondes_bucket{{famille="site",le="+Inf"}}': "0+100x40",
        },
        25,
        {},
    ),
    "EcrituresBloquees": ({f"{M}ecritures_bloquees": "1x10"}, {f"{M}ecritures_bloquees": "0x10"}, 3, {}),
    "PlanificateurMuet": (
        {f'{M}signe_de_vie_secondes{{nom="beat"}}': "0+60x10"},
        {f'{M}signe_de_vie_secondes{{nom="beat"}}': "5x10"},
        5,
        {"nom": "beat"},
    ),
    "ExecutantsMuets": (
        {f'{M}signe_de_vie_secondes{{nom="tache"}}': "0+60x10"},
        {f'{M}signe_de_vie_secondes{{nom="tache"}}': "12x10"},
        6,
        {"nom": "tache"},
    ),
    "CourtierEngorge": (
        {f"{M}courtier_retard_secondes": "90x20"},
        {f"{M}courtier_retard_secondes": "2x20"},
        7,
        {},
    ),
    "DepotsEnAttente": (
        {f"{M}depot_plus_ancien_secondes": "0+60x30"},
        {f"{M}depot_plus_ancien_secondes": "300x30"},
        15,
        {},
    ),
    "CourrielsEnAttente": (
        {f"{M}courriel_plus_ancien_secondes": "0+60x40"},
        {f"{M}courriel_plus_ancien_secondes": "120x40"},
        25,
        {},
    ),
    # Never: infinite.
    "SauvegardeAncienne": (
        {f'{M}signe_de_vie_secondes{{nom="sauvegarde"}}': " ".join(["Inf"] * 20)},
        {f'{M}signe_de_vie_secondes{{nom="sauvegarde"}}': "90000x20"},
        7,
        {"nom": "sauvegarde"},
    ),
    "CertificatBientotPerime": (
        {f"{M}certificat_expire_secondes": "1123200x120"},  # 13 days
        {f"{M}certificat_expire_secondes": "1296000x120"},  # 15 days
        70,
        {},
    ),
    "PartitionsDuJournal": (
        {f"{M}partitions_du_journal": "2x120"},
        {f"{M}partitions_du_journal": "12x120"},
        70,
        {},
    ),
    "JournauxNonScelles": (
        {f"{M}scellement_secondes": "0+60x120"},
        {f"{M}scellement_secondes": "300x120"},
        80,
        {},
    ),
    "SceauxDisparus": (
        {f"{M}sceaux_dernier_numero": "500x30 420x30"},
        {f"{M}sceaux_dernier_numero": "500+1x60"},
        45,
        {},
    ),
    "FranceConnectNousRefuse": (
        {f'{M}franceconnect_verifications_total{{issue="identifiants_refuses"}}': "0+1x20"},
        {f'{M}franceconnect_verifications_total{{issue="identifiants_refuses"}}': "3x20"},
        15,
        {"issue": "identifiants_refuses"},
    ),
    "FranceConnectAbsent": (
        {f"{M}franceconnect_disjoncteurs_ouverts": "2x10"},
        {f"{M}franceconnect_disjoncteurs_ouverts": "0x10"},
        7,
        {},
    ),
    "InesAbsent": (
        {f"{M}ines_echecs_de_suite": "11x60"},
        {f"{M}ines_echecs_de_suite": "3x60"},
        40,
        {},
    ),
    "ReponsesDuesEnRetard": (
        {f"{M}rectifications_en_retard": "0x120", f"{M}contestations_en_retard": "1x120"},
        {f"{M}rectifications_en_retard": "0x120", f"{M}contestations_en_retard": "0x120"},
        70,
        {},
    ),
    "ConnexionsPostgresql": (
        {f"{M}connexions_postgresql": "170x20", f"{M}connexions_postgresql_max": "200x20"},
        {f"{M}connexions_postgresql": "60x20", f"{M}connexions_postgresql_max": "200x20"},
        8,
        {},
    ),
    "RepliqueEnRetard": (
        {f"{M}replique_retard_secondes": "31x10"},
        {f"{M}replique_retard_secondes": "4x10"},
        3,
        {},
    ),
}


def regles() -> dict[str, dict]:
    (groupe,) = yaml.safe_load(REGLES.read_text())["groups"]
    return {regle["alert"]: regle for regle in groupe["rules"]}


def promtool(*arguments: object) -> None:
    programme = shutil.which("promtool")
    if programme is None:
        refuser = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuser("promtool n'est pas installé (paquet Debian prometheus) : les alertes ne sont pas éprouvées")
    fait = subprocess.run(
        [programme, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )
    assert fait.returncode == 0, fait.stdout + fait.stderr


def test_prometheus_reads_the_rules():
    promtool("check", "rules", REGLES)


def test_no_rule_is_without_its_trial():
    assert set(ESSAIS) == set(regles())


@pytest.mark.parametrize("nom", ESSAIS)
def test_a_rule_fires_when_it_should_and_not_otherwise(nom, tmp_path):
    regle = regles()[nom]
    panne, bien, minute, etiquettes = ESSAIS[nom]
    resume = regle["annotations"]["summary"]
    for etiquette, valeur in etiquettes.items():
        resume = resume.replace(f"{{{{ $labels.{etiquette} }}}}", valeur)
    alerte = {"exp_labels": {**regle["labels"], **etiquettes}, "exp_annotations": {"summary": resume}}
    essais = [
        {
            "interval": "1m",
            "input_series": [{"series": serie, "values": valeurs} for serie, valeurs in series.items()],
            "alert_rule_test": [{"eval_time": f"{minute}m", "alertname": nom, "exp_alerts": attendues}],
        }
        for series, attendues in ((panne, [alerte]), (bien, []))
    ]
    fichier = tmp_path / "essais.yml"
    fichier.write_text(yaml.safe_dump({"rule_files": [str(REGLES)], "tests": essais}, allow_unicode=True))
    promtool("test", "rules", fichier)


@pytest.mark.django_db
def test_the_rules_ask_for_measures_that_are_given(client: Client):
    texte = client.get("/metrics").content.decode()
    donnees = {famille.name for famille in text_string_to_metric_families(texte)}
    demandees = {
        re.sub(r"_(bucket|total)$", "", nom)
        for regle in regles().values()
        for nom in re.findall(r"statut_etudiant_\w+", regle["expr"])
    }
    # Not given before a worker has done a task, and seen the certificate of the public address, nor without a replica.
    assert demandees - donnees == {
        "statut_etudiant_certificat_expire_secondes",
        "statut_etudiant_courtier_retard_secondes",
        "statut_etudiant_replique_retard_secondes",
    }
