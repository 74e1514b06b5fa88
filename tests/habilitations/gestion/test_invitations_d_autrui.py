"""Invitations of another establishment are neither cancelled by ours nor ours to cancel."""

import pytest
from django.test import Client
from django.urls import reverse

from habilitations.gestionnaires import collegues, invitations
from habilitations.models import Invitation
from tests.habilitations.gestion.aides import equipe, secret

pytestmark = pytest.mark.django_db
INVITEE = "ines@exemple.test"


def test_inviting_somebody_does_not_cancel_another_establishment_s_invitation() -> None:
    (ici, (un, _)), (ailleurs, (autre, _)) = equipe(), equipe()
    collegues.ajouter(acteur=autre, courriel=INVITEE, etablissements=[ailleurs])
    lien_d_ailleurs = secret(INVITEE)
    for _ in range(2):
        collegues.ajouter(acteur=un, courriel=INVITEE, etablissements=[ici])
    assert invitations.lire(lien_d_ailleurs).etablissements.get() == ailleurs
    # Ours: the last one counts.
    miennes = Invitation.objects.filter(etablissements=ici).order_by("pk")
    assert [invitation.annulee_le is None for invitation in miennes] == [False, True]


def test_inviting_for_one_establishment_does_not_cancel_one_s_own_for_another() -> None:
    (ici, (un, _)), (ailleurs, _) = equipe(), equipe()
    un.compte.gestions.create(
        etablissement=ailleurs, habilitation=ailleurs.gestionnaires.first().habilitation
    )
    collegues.ajouter(acteur=un, courriel=INVITEE, etablissements=[ailleurs])
    collegues.ajouter(acteur=un, courriel=INVITEE, etablissements=[ici])
    assert Invitation.objects.en_attente().count() == 2


def test_another_establishment_s_invitation_cannot_be_cancelled() -> None:
    (_, (un, _)), (ailleurs, (autre, _)) = equipe(), equipe()
    collegues.ajouter(acteur=autre, courriel=INVITEE, etablissements=[ailleurs])
    invitation = Invitation.objects.get()
    with pytest.raises(Invitation.DoesNotExist):
        collegues.annuler_invitation(acteur=un, invitation_id=invitation.pk)
    client = Client()
    client.force_login(un.compte)
    adresse = reverse("gestion-invitation-annuler", args=[invitation.pk])
    assert client.get(adresse).status_code == 404
    assert client.post(adresse).status_code == 404
    assert client.post(reverse("gestion-invitation-annuler", args=[10**12])).status_code == 404
    invitation.refresh_from_db()
    assert invitation.annulee_le is None
