from collections.abc import Iterator
from typing import Any

import pytest

from tests.habilitations.integrations.recepteur import Recepteur, ecouter


@pytest.fixture
def boucle(settings: Any) -> None:
    """Webhooks may call this machine, as in the demonstration."""
    settings.WEBHOOKS_BOUCLE = True


@pytest.fixture
def recepteur(boucle: None) -> Iterator[Recepteur]:
    with ecouter() as serveur:
        yield serveur
