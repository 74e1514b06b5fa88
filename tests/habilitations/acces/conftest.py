from typing import Any

import pytest
from django.conf import global_settings


@pytest.fixture(autouse=True)
def vraies_empreintes(request: pytest.FixtureRequest, settings: Any) -> None:
    """A right hash costs some 300 ms, by design: only the test of durations pays it."""
    if request.node.get_closest_marker("vraies_empreintes"):
        settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
