from typing import Any

import pytest


@pytest.fixture(autouse=True)
def empreintes_rapides(request: pytest.FixtureRequest, settings: Any) -> None:
    """A right hash costs some 300 ms, by design: only the test of durations pays it."""
    if request.node.get_closest_marker("vraies_empreintes") is None:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
