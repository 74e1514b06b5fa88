"""An organisation with objects, a key that reads all of them, and another organisation with its own."""

from types import SimpleNamespace

import pytest

from habilitations.acteur import Acteur
from habilitations.integrateurs import cles
from habilitations.models import CleApi, Organisation
from tests import fabriques
from tests.habilitations import scenes

TOUT = tuple(CleApi.Portee.values)


def creer_cle(organisation: Organisation, *portees: str, jours: int = 90) -> cles.Creee:
    return cles.creer(
        acteur=Acteur(scenes.compte(organisation=organisation)),
        organisation=organisation,
        libelle="Tableau de bord",
        portees=portees or TOUT,
        jours=jours,
    )


def entete(creee: cles.Creee) -> dict[str, str]:
    return {"X-Api-Key": creee.valeur}


@pytest.fixture
def monde(db: None) -> SimpleNamespace:
    organisation, autre = fabriques.organisation(), fabriques.organisation()
    acteur = scenes.demandeur(organisation)
    return SimpleNamespace(
        organisation=organisation,
        autre=autre,
        validee=scenes.demande("validee", acteur=acteur),
        brouillon=scenes.brouillon(acteur=acteur),
        etrangere=scenes.demande("validee", acteur=scenes.demandeur(autre)),
        cle=creer_cle(organisation),
        cle_de_l_autre=creer_cle(autre),
    )
