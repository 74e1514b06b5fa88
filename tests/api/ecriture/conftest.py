import pytest

from referentiel.models import Etablissement, Etudiant
from tests.api.ecriture.aides import (
    FICTIVE,
    PARIS,
    TOULOUSE,
    Appelant,
    creer_etablissement,
    creer_etudiant,
    creer_jeton,
)


@pytest.fixture
def toulouse(db) -> Etablissement:
    return creer_etablissement(TOULOUSE)


@pytest.fixture
def paris(db) -> Etablissement:
    return creer_etablissement(PARIS, commune="75105")


@pytest.fixture
def fictive(db) -> Etablissement:
    return creer_etablissement(FICTIVE, commune="29232", fictif=True)


@pytest.fixture
def etudiant(db) -> Etudiant:
    return creer_etudiant()


@pytest.fixture
def appelant(toulouse) -> Appelant:
    """Writes for Toulouse."""
    return Appelant(creer_jeton(TOULOUSE))


@pytest.fixture
def bac_a_sable(fictive) -> Appelant:
    return Appelant(creer_jeton(FICTIVE, type_="t"))
