"""On the loop too: the caller's identifier beside ours, and this machine only when there is no ENVIRONNEMENT."""

import re
from typing import Any

import pytest

from referentiel.models import Echange
from tests import fabriques
from tests.api.boucle.aides import appeler, boucle
from tests.api.lecture.appels import V2, par_ine

pytestmark = pytest.mark.usefixtures("donnees_validees")


@pytest.mark.parametrize("proxys", [0, 1])
def test_the_caller_s_identifier_is_never_that_of_the_log(settings: Any, proxys: int) -> None:
    settings.PROXYS_DE_CONFIANCE = proxys
    etudiant, emis = fabriques.inscrit(), fabriques.jeton()
    entetes = {**emis.cle, "X-Request-ID": "toujours-le-meme", "X-Forwarded-For": "192.0.2.1"}

    async def scenario(application: Any) -> Any:
        return await appeler(application, V2, par_ine(etudiant.ine), entetes)

    recu = boucle(scenario)
    assert recu.statut == 200
    assert recu.entetes["x-request-id"] == "toujours-le-meme"
    notre = recu.entetes["x-request-id-serveur"]
    assert re.fullmatch(r"[0-9a-f]{32}", notre)
    assert [echange.requete for echange in Echange.objects.all()] == [notre]


@pytest.mark.parametrize(
    ("environnement", "entetes", "statut"),
    [
        ("developpement", {"X-Forwarded-For": "192.0.2.7"}, 418),  # left to Django's side, which refuses it
        ("developpement", {"Forwarded": "for=192.0.2.7"}, 418),
        ("developpement", {}, 200),
        ("production", {"X-Forwarded-For": "192.0.2.7"}, 200),
    ],
    ids=str,
)
def test_without_environment_a_door_is_open_to_this_machine_only(
    settings: Any, environnement: str, entetes: dict[str, str], statut: int
) -> None:
    settings.ENVIRONNEMENT = environnement
    etudiant, emis = fabriques.inscrit(), fabriques.jeton()

    async def scenario(application: Any) -> Any:
        return await appeler(application, V2, par_ine(etudiant.ine), {**emis.cle, **entetes})

    assert boucle(scenario).statut == statut
