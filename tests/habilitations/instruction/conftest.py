"""Sign in as a member of the ministry, without the login pages, which have their own tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from habilitations.models import Compte
from tests.habilitations import scenes

Connecter = Callable[..., Client]


@pytest.fixture
def connecter() -> Connecter:
    def faire(*roles: str, compte: Compte | None = None) -> Client:
        client = Client()
        client.compte = compte or scenes.compte(*roles)
        client.force_login(client.compte)
        return client

    return faire


@pytest.fixture
def instructeur(connecter: Connecter) -> Client:
    return connecter("instructeur")
