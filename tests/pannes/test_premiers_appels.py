"""The first calls of a process that has just begun to serve, many at once."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.serveur_web import ServeurWeb

DOCUMENTS = (
    "/api/open-api.yml",
    "/api/open-api-v2.yml",
    "/api/open-api-v3.yml",
    "/api/france-connect/open-api.yml",
    "/api/open-api-ecriture.yml",
    "/api/errors",
)


@pytest.mark.service
@pytest.mark.django_db(transaction=True)
def test_the_documents_are_whole_for_the_first_sixteen_who_ask_at_once(tmp_path: Path):
    with ServeurWeb(processus=1, journal=tmp_path / "web.log") as web:

        def lire(chemin: str) -> tuple[int, bytes]:
            with contextlib.closing(web.connexion()) as connexion:
                connexion.request("GET", chemin)
                reponse = connexion.getresponse()
                return reponse.status, reponse.read()

        with ThreadPoolExecutor(16) as fils:
            reponses = list(fils.map(lire, [chemin for chemin in DOCUMENTS for _ in range(16)]))
    assert [statut for statut, _ in reponses] == [200] * 96
    par_document = [{corps for _, corps in reponses[debut : debut + 16]} for debut in range(0, 96, 16)]
    assert [len(corps) for corps in par_document] == [1] * 6
    assert par_document[0].pop() == Path("docs/open-api.yml").read_bytes()
