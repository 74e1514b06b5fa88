"""The FranceConnect doors served as in production: many exchanges at once, and a FranceConnect that hangs."""

import http.client
import json
import random
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from referentiel.models import Echange, Etudiant
from tests import fabriques
from tests.api.lecture.appels import FRANCE_CONNECT, RECIPIENT, V2
from tests.franceconnect.citoyens import citoyen
from tests.franceconnect.local import FranceConnectLocal
from tests.serveur_web import ServeurWeb

pytestmark = [pytest.mark.service, pytest.mark.usefixtures("donnees_validees")]

COMMUNES = ("59350", "62041", "31555", "69384", "13208", "33063", "2A004", "98735", "35238", "75112")
SCOPES = ("mesri_inscription_etudiant", "mesri_identifiant")


def obtenir(
    connexion: http.client.HTTPConnection, chemin: str, entetes: dict[str, str], **parametres: str
) -> Any:
    connexion.request("GET", f"{chemin}?{urlencode({'recipient': RECIPIENT, **parametres})}", headers=entetes)
    reponse = connexion.getresponse()
    corps = reponse.read()
    return reponse, json.loads(corps)


def _serveur(franceconnect: FranceConnectLocal, dossier: Path, *, processus: int) -> ServeurWeb:
    return ServeurWeb(processus=processus, journal=dossier / "web.log", **franceconnect.reglages())


def test_a_thousand_mixed_exchanges_among_homonyms_and_each_sees_exactly_their_own(
    franceconnect: FranceConnectLocal, tmp_path: Path
) -> None:
    """Ten students of one name, born the same day in ten communes; services by FranceConnect and by token."""
    etudiants = [
        fabriques.inscrit(
            identite={
                "nom_naissance": "Delattrez",
                "prenoms": ["Thomas"],
                "sexe": "M",
                "date_naissance": "2004-02-10",
                "lieu_naissance": commune,
            }
        )
        for commune in COMMUNES
    ]
    services = [
        fabriques.habilitation(
            type="franceconnect", fc_client_id=f"service-{rang}", scopes=list(SCOPES), quota_par_seconde=1000
        )
        for rang in range(3)
    ]
    par_jeton = fabriques.jeton(*SCOPES, sans_quota=True)
    jetons = {
        (etudiant.pk, service.fc_client_id): franceconnect.jeton(
            "thomas-lille",
            *SCOPES,
            service=service.fc_client_id,
            duree=600,
            birthplace=etudiant.lieu_naissance,
        )
        for etudiant in etudiants
        for service in services
    }
    hasard = random.Random(2026)
    appels = [(hasard.choice(etudiants), hasard.choice([*services, None])) for _ in range(1000)]

    with _serveur(franceconnect, tmp_path, processus=2) as web:

        def appeler(un: tuple[Etudiant, Any]) -> tuple[int, str]:
            etudiant, service = un
            connexion = web.connexion()
            try:
                if service is None:
                    _, corps = obtenir(connexion, V2, par_jeton.cle, ine=etudiant.ine)
                else:
                    jeton = jetons[etudiant.pk, service.fc_client_id]
                    _, corps = obtenir(connexion, V2, {"Authorization": f"Bearer {jeton}"})
                return etudiant.pk, corps.get("ine", str(corps))
            finally:
                connexion.close()

        with ThreadPoolExecutor(16) as fils:
            obtenus = list(fils.map(appeler, appels))

    ines = {etudiant.pk: etudiant.ine for etudiant in etudiants}
    assert [(qui, ine) for qui, ine in obtenus if ine != ines[qui]] == []
    attendus = Counter(etudiant.pk for etudiant, _ in appels)
    siens: dict[int, set[str]] = {}
    for etudiant in etudiants:
        lignes = json.loads(citoyen(etudiant).get("/mon-espace/consultations.json").content)["consultations"]
        siens[etudiant.pk] = {une["reference"] for une in lignes if une["organisme"]["siret"]}
        du_journal = Echange.objects.filter(etudiant_id=etudiant.pk).exclude(interface="citoyen")
        assert siens[etudiant.pk] == {f"E{numero}" for numero in du_journal.values_list("id", flat=True)}
        assert len(siens[etudiant.pk]) == attendus[etudiant.pk]
    assert sum(map(len, siens.values())) == len(set().union(*siens.values())) == 1000


def test_our_own_tokens_keep_their_speed_while_franceconnect_hangs(
    franceconnect: FranceConnectLocal, tmp_path: Path
) -> None:
    fabriques.habilitation(
        type="franceconnect", fc_client_id="lent", scopes=list(SCOPES), quota_par_seconde=1000
    )
    jeton, etudiant = fabriques.jeton(*SCOPES, sans_quota=True), fabriques.inscrit()
    acces = franceconnect.jeton("agathe", *SCOPES, service="lent")

    with _serveur(franceconnect, tmp_path, processus=1) as web:
        connexion = web.connexion()

        def p95(nombre: int) -> float:
            durees = []
            for _ in range(nombre):
                debut = time.perf_counter()
                reponse, corps = obtenir(connexion, V2, jeton.cle, ine=etudiant.ine)
                durees.append(time.perf_counter() - debut)
                assert reponse.status == 200, corps
            return statistics.quantiles(durees, n=20)[-1]

        p95(50)
        avant = p95(200)
        franceconnect.comporter("lent")

        def pendre(_: int) -> tuple[int, float]:
            autre = web.connexion()
            debut = time.perf_counter()
            reponse, _corps = obtenir(autre, FRANCE_CONNECT, {"Authorization": f"Bearer {acces}"})
            autre.close()
            return reponse.status, time.perf_counter() - debut

        with ThreadPoolExecutor(100) as fils:
            pendus = [fils.submit(pendre, rang) for rang in range(100)]
            time.sleep(0.5)
            pendant = p95(200)
            issues = [pendu.result() for pendu in pendus]
        connexion.close()

    statuts = Counter(statut for statut, _ in issues)
    assert statuts[504] == 64  # as many as may wait
    assert statuts[503] == 36
    assert max(duree for _, duree in issues) < 4.5
    # The figure is 1.5; a loaded machine needs room, a blocked loop would take seconds.
    assert pendant < 3 * avant + 0.05, (avant, pendant)
