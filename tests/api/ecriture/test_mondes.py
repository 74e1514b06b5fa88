"""The sandbox and the real world never meet, in either direction, even by the same INE."""

import pytest

from referentiel.models import Etudiant, Inscription
from tests.api.ecriture.aides import (
    FICTIVE,
    IDENTITE,
    INE,
    TOULOUSE,
    Appelant,
    creer_etudiant,
    creer_jeton,
    enregistrement,
)

pytestmark = pytest.mark.django_db


def test_the_sandbox_writes_in_its_own_world(bac_a_sable):
    creer_etudiant(fictif=True)
    assert bac_a_sable.poster(enregistrement(uai=FICTIVE)).status_code == 200
    assert Inscription.objects.get().fictif


def test_the_sandbox_does_not_know_the_real_establishments(bac_a_sable, toulouse):
    jeton = Appelant(creer_jeton(FICTIVE, TOULOUSE, type_="t"))
    for appelant in (bac_a_sable, jeton):
        response = appelant.poster(enregistrement(identite=IDENTITE))
        assert (response.status_code, response.json()["message"]) == (404, "établissement introuvable")
    assert not Etudiant.objects.exists()


def test_a_real_token_does_not_know_the_sandbox(toulouse, fictive):
    response = Appelant(creer_jeton(TOULOUSE, FICTIVE)).poster(enregistrement(uai=FICTIVE, identite=IDENTITE))
    assert (response.status_code, response.json()["message"]) == (404, "établissement introuvable")
    assert not Etudiant.objects.exists()


def test_the_sandbox_does_not_find_a_real_student(bac_a_sable):
    creer_etudiant()
    response = bac_a_sable.poster(enregistrement(uai=FICTIVE))
    assert (response.status_code, response.json()["message"]) == (404, "étudiant introuvable")


def test_a_real_token_does_not_find_a_fictitious_student(appelant):
    creer_etudiant(fictif=True)
    response = appelant.poster(enregistrement())
    assert (response.status_code, response.json()["message"]) == (404, "étudiant introuvable")


@pytest.mark.parametrize("fictif_d_abord", [True, False])
def test_the_same_ine_in_both_worlds_makes_two_students(appelant, bac_a_sable, fictif_d_abord):
    appels = [
        (bac_a_sable, enregistrement(uai=FICTIVE, dateNaissance="2001-01-01", identite=IDENTITE)),
        (appelant, enregistrement(identite=IDENTITE | {"nomNaissance": "Martin"})),
    ]
    for qui, corps in appels if fictif_d_abord else reversed(appels):
        response = qui.poster(corps)
        assert response.json()["message"] == "une nouvelle inscription créée"
        assert "avis" not in response.json()
    assert set(Etudiant.objects.values_list("ine", "fictif", "nom_naissance")) == {
        (INE, True, "Le Goff"),
        (INE, False, "Martin"),
    }
    for inscription in Inscription.objects.select_related("etudiant", "etablissement"):
        assert inscription.fictif == inscription.etudiant.fictif == inscription.etablissement.fictif
