"""Notices before a token expires, and reminders: each exactly once, however often the task runs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from habilitations import echeances
from habilitations.jetons import vie
from habilitations.models import Courriel, Demande, Jeton
from tests.habilitations import scenes
from tests.habilitations.jetons import en_service

pytestmark = pytest.mark.django_db


def avancer(jeton: Jeton, jours: int) -> None:
    """Put the token's end so many days from today, at noon: the thresholds are counted in calendar days."""
    midi = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    Jeton.objects.filter(pk=jeton.pk).update(
        expire_le=midi + timedelta(days=jours), cree_le=midi - timedelta(days=500)
    )


@pytest.mark.parametrize("jours", [90, 60, 30, 15, 7])
def test_each_threshold_is_told_once_to_each_holder(jours: int) -> None:
    acteur, jeton, _ = en_service()
    avancer(jeton, jours)
    assert echeances.prevenir_des_expirations() == 2
    assert echeances.prevenir_des_expirations() == 0
    courriels = Courriel.objects.filter(genre="jeton_expire_bientot")
    assert acteur.compte.courriel in courriels.values_list("destinataire", flat=True)
    assert all(f"dans {jours} jours" in courriel.objet for courriel in courriels)


def test_a_token_is_told_of_on_its_last_day_and_never_after() -> None:
    _, jeton, _ = en_service()
    avancer(jeton, 0)
    assert echeances.prevenir_des_expirations() == 2
    assert "aujourd'hui" in Courriel.objects.filter(genre="jeton_expire_bientot").first().objet
    avancer(jeton, -1)
    assert echeances.prevenir_des_expirations() == 0


def test_after_a_pause_of_the_task_only_the_nearest_threshold_is_told() -> None:
    _, jeton, _ = en_service()
    avancer(jeton, 12)
    assert echeances.prevenir_des_expirations() == 2


@pytest.mark.parametrize("jours", [91, 300])
def test_a_token_far_from_its_end_is_not_told_of(jours: int) -> None:
    _, jeton, _ = en_service()
    avancer(jeton, jours)
    assert echeances.prevenir_des_expirations() == 0


def test_a_revoked_token_is_not_told_of() -> None:
    _, jeton, _ = en_service()
    avancer(jeton, 7)
    Jeton.objects.update(revoque_le=timezone.now(), motif_revocation="Essai")
    assert echeances.prevenir_des_expirations() == 0


@pytest.mark.parametrize(
    ("etat", "genre"),
    [("brouillon", "brouillon_en_attente"), ("modifications_demandees", "modifications_en_attente")],
)
def test_what_awaits_its_applicant_for_two_weeks_is_recalled_once(etat: str, genre: str) -> None:
    demande = scenes.demande(etat)
    assert echeances.relancer_les_demandeurs() == 0
    Demande.objects.filter(pk=demande.pk).update(modifie_le=timezone.now() - timedelta(days=15, minutes=1))
    assert echeances.relancer_les_demandeurs() == 1
    assert echeances.relancer_les_demandeurs() == 0
    assert Courriel.objects.get(genre=genre).destinataire == demande.demandeur.courriel


@pytest.mark.parametrize("etat", ["brouillon", "modifications_demandees"])
def test_what_is_taken_up_then_left_again_is_recalled_again(etat: str) -> None:
    """Touched after the first reminder, then left for two weeks more: the second reminder leaves too."""
    demande = scenes.demande(etat)
    for jours in (50, 20):
        Demande.objects.filter(pk=demande.pk).update(modifie_le=timezone.now() - timedelta(days=jours))
        assert echeances.relancer_les_demandeurs() == 1
        assert echeances.relancer_les_demandeurs() == 0
    assert Courriel.objects.filter(demande=demande, genre__endswith="_en_attente").count() == 2


def test_a_prolonged_token_has_its_announcements_again() -> None:
    acteur, jeton, _ = en_service()
    avancer(jeton, 30)
    assert echeances.prevenir_des_expirations() == 2
    vie.prolonger(jeton=jeton, acteur=acteur, rien_n_a_change=True)
    assert echeances.prevenir_des_expirations() == 0
    avancer(jeton, 15)
    assert echeances.prevenir_des_expirations() == 2


def test_a_submitted_request_is_not_recalled() -> None:
    demande = scenes.demande("soumise")
    Demande.objects.filter(pk=demande.pk).update(modifie_le=timezone.now() - timedelta(days=40))
    assert echeances.relancer_les_demandeurs() == 0
