"""The sandbox's page says the set, and only the set."""

import pytest

from referentiel.bac_a_sable import lire_jeu
from tests import fabriques
from tests.portail.pages import lire, plat

pytestmark = pytest.mark.django_db


def test_la_page_montre_chaque_etablissement_et_chaque_etudiant_du_jeu(client):
    texte = lire(client.get("/bac-a-sable")).texte
    jeu = lire_jeu()
    assert len(jeu.etudiants) > 20
    for etudiant in jeu.etudiants:
        assert etudiant.ine in texte
        assert plat(etudiant.cas) in texte
    for etablissement in jeu.etablissements:
        assert etablissement.nom in texte


def test_ce_qu_un_jeton_d_essai_a_ecrit_n_est_pas_montre(client, django_assert_num_queries):
    fabriques.inscrit(identite={"nom_naissance": "Canari", "fictif": True}, fictif=True)
    with django_assert_num_queries(0):
        assert "Canari" not in lire(client.get("/bac-a-sable")).texte
