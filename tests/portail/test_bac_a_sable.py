"""The sandbox's page says the set, and only the set."""

import pytest

from referentiel.bac_a_sable import lire_jeu
from tests import fabriques
from tests.portail.pages import lire, plat

pytestmark = pytest.mark.django_db


def test_the_page_shows_each_establishment_and_student_of_the_set(client):
    texte = lire(client.get("/bac-a-sable")).texte
    jeu = lire_jeu()
    assert len(jeu.etudiants) > 20
    for etudiant in jeu.etudiants:
        assert etudiant.ine in texte
        assert plat(etudiant.cas) in texte
    for etablissement in jeu.etablissements:
        assert etablissement.nom in texte


def test_what_a_sandbox_token_wrote_is_not_shown(client, django_assert_num_queries):
    fabriques.inscrit(identite={"nom_naissance": "Canari", "fictif": True}, fictif=True)
    with django_assert_num_queries(0):
        assert "Canari" not in lire(client.get("/bac-a-sable")).texte
