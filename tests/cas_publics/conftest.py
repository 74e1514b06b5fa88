import pytest

from tests.cas_publics.portes import Portes


@pytest.fixture
def portes(db: None) -> Portes:
    return Portes()
