"""The factories make what they say, under every constraint of the database."""

import pytest
from django.db import connection
from django.utils import timezone

from habilitations.jetons import emission
from referentiel.identifiants import cle_ine_valide, cle_uai_valide, normaliser_siret
from referentiel.models import Echange, Historique, Inscription
from tests import fabriques

pytestmark = pytest.mark.django_db


def test_identifiers_have_a_right_key_and_never_repeat():
    assert cle_ine_valide(fabriques.ine())
    assert cle_uai_valide(fabriques.uai())
    assert normaliser_siret(fabriques.siret())
    assert len({fabriques.ine() for _ in range(50)}) == 50


def test_an_inscription_is_served_except_an_old_one():
    rentree = fabriques.rentree()
    assert fabriques.inscription().date_fin >= rentree
    ancienne = fabriques.inscription(ancienne=True)
    assert (rentree - ancienne.date_fin).days == 1


@pytest.mark.parametrize("fictif", [False, True])
def test_student_and_establishment_are_of_one_world(fictif):
    inscription = fabriques.inscription(fictif=fictif)
    assert inscription.etudiant.fictif is inscription.etablissement.fictif is fictif
    assert fabriques.inscrit(identite={"nom_naissance": "Petit"}, fictif=fictif).fictif is fictif


def test_a_presumed_birth_date_is_found_by_its_first_day():
    assert fabriques.etudiant(ne_dans_le_mois=True).date_naissance.day == 1
    annee = fabriques.etudiant(ne_dans_l_annee=True)
    assert (annee.date_naissance.month, annee.precision_naissance) == (1, "annee")


def test_the_secret_of_a_token_is_that_of_its_digest():
    for situation in ({}, {"ecriture": True}, {"bac_a_sable": True}, {"ecriture": True, "bac_a_sable": True}):
        jeton, secret = fabriques.jeton(**situation)
        assert emission.bien_forme(secret)
        assert bytes(jeton.empreinte) == emission.empreintes(secret)[0]
        assert bool(jeton.uais) is situation.get("ecriture", False)


def test_a_token_has_the_situation_asked_for():
    assert fabriques.jeton(expire=True).jeton.expire_le < timezone.now()
    assert fabriques.jeton(revoque=True).jeton.revoque_le is not None
    assert fabriques.jeton(habilitation_revoquee=True).jeton.habilitation.etat == "revoquee"
    assert fabriques.jeton(adresses=["192.0.2.0/24"]).jeton.adresses == ["192.0.2.0/24"]
    assert fabriques.jeton("mesri_admission").jeton.scopes == ["mesri_admission"]


@pytest.mark.parametrize("fois", [1, 2])
def test_a_test_that_commits_leaves_nothing(donnees_validees, fois):
    """Twice, so that the second run sees what the first one left."""
    assert not Inscription.objects.exists()
    assert not Historique.objects.exists()
    assert not Echange.objects.exists()
    etudiant = fabriques.inscrit()
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO referentiel_echange (issue, requete, organisation, siret, recipient, interface, voie,"
            " etudiant_id, categories) VALUES ('donnees', 'essai', '', '', '', 'v3', 'ine', %s, '{statut}')",
            [etudiant.pk],
        )
    assert Echange.objects.count() == 1
    assert Historique.objects.count() == 2
