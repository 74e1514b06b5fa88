"""How long the links last that give something to whoever opens them, in figures of our own."""

import datetime

import pytest
from django.utils import timezone

from habilitations.gestionnaires import collegues
from habilitations.models import Invitation, LienDeJeton
from tests import fabriques
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db


def duree(fin: datetime.datetime) -> float:
    """Days from now, to the minute."""
    return round((fin - timezone.now()).total_seconds() / 60) / (24 * 60)


def test_the_link_of_a_token_lasts_three_days() -> None:
    scenes.demande("validee")
    assert duree(LienDeJeton.objects.get().expire_le) == 3


def test_an_invitation_to_manage_lasts_seven_days() -> None:
    etablissement = fabriques.etablissement()
    collegues.ajouter(
        acteur=scenes.gestionnaire(etablissement),
        courriel="nouveau@exemple.test",
        etablissements=[etablissement],
    )
    assert duree(Invitation.objects.get().expire_le) == 7
