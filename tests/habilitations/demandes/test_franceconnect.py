"""A FranceConnect request is coherent when it is submitted: shapes, and a client that is nobody else's (habilitations,
« Who may decide »)."""

import pytest

from habilitations.demandes import actes
from habilitations.refus import DemandeIncomplete
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

CLIENT = "6925fb8143c76eded44d32b40c0cb1006065f7f003de52712b78985704f39950"


def refus(**champs: str) -> dict[str, list[str]]:
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur, type_="franceconnect", **champs)
    with pytest.raises(DemandeIncomplete) as leve:
        actes.soumettre(demande_id=demande.pk, acteur=acteur)
    return leve.value.erreurs["franceconnect"]


@pytest.mark.parametrize("numero", ["12345", "FC-2026-042", "H 1234", "DP/98765"])
def test_an_applicant_submits_with_the_number_of_their_decision(numero: str) -> None:
    demande = scenes.demande(
        "soumise", type_="franceconnect", fc_numero_habilitation=numero, fc_client_id=CLIENT
    )
    assert demande.etat == "soumise"


@pytest.mark.parametrize("numero", ["à venir", "en cours", "?", "-", "FC\n12", "<12>"])
def test_an_applicant_does_not_submit_with_what_is_no_number(numero: str) -> None:
    assert list(refus(fc_numero_habilitation=numero)) == ["fc_numero_habilitation"]


@pytest.mark.parametrize(
    "client", ["à venir", "ab", f"client : {CLIENT}", f"{CLIENT}\n", "https://ville.test/"]
)
def test_an_applicant_does_not_submit_with_what_is_no_client(client: str) -> None:
    assert list(refus(fc_client_id=client)) == ["fc_client_id"]


def test_an_applicant_does_not_submit_with_the_client_of_another_organisation() -> None:
    scenes.demande("validee", type_="franceconnect", fc_client_id=CLIENT)
    [message] = refus(fc_client_id=CLIENT)["fc_client_id"]
    assert "autre organisation" in message


def test_the_client_of_a_habilitation_that_was_revoked_may_be_asked_again() -> None:
    scenes.demande("revoquee", type_="franceconnect", fc_client_id=CLIENT)
    assert scenes.demande("soumise", type_="franceconnect", fc_client_id=CLIENT).etat == "soumise"


def test_an_applicant_changes_a_habilitation_that_keeps_its_client() -> None:
    acteur = scenes.demandeur()
    demande = scenes.demande(
        "brouillon", reouverture=True, acteur=acteur, type_="franceconnect", fc_client_id=CLIENT
    )
    assert actes.soumettre(demande_id=demande.pk, acteur=acteur).etat == "soumise"
