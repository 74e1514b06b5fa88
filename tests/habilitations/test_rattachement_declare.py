"""Who merely says that they belong to an organisation reads nothing of what its members do."""

import pytest
from django.test import Client

from habilitations.models import Demande, Habilitation, Rattachement
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def validee() -> Demande:
    return scenes.demande("validee")


def _collegue(demande: Demande, *, verifie: bool) -> Client:
    personne = scenes.compte(organisation=demande.organisation)
    Rattachement.objects.filter(compte=personne).update(verifie=verifie)
    client = Client()
    client.force_login(personne)
    return client


@pytest.mark.parametrize(("verifie", "status"), [(False, 404), (True, 200)])
def test_a_colleague_reads_requests_and_habilitations_when_the_link_is_verified(
    validee: Demande, verifie: bool, status: int
) -> None:
    client = _collegue(validee, verifie=verifie)
    assert client.get(f"/demandes/{validee.pk}").status_code == status
    assert client.get(f"/habilitations/{validee.habilitation_id}").status_code == status


def test_a_declared_link_is_in_no_list(validee: Demande) -> None:
    personne = scenes.compte(organisation=validee.organisation)
    Rattachement.objects.filter(compte=personne).update(verifie=False)
    assert not Demande.objects.visibles_par(personne).exists()
    assert not Demande.objects.suivies_par(personne).exists()
    assert not Habilitation.objects.visibles_par(personne).exists()
