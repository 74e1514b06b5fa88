"""The factories make what they say, under every constraint of the database."""

import pytest
from django.db import connection
from django.utils import timezone

from habilitations.jetons import emission
from referentiel.identifiants import cle_ine_valide, cle_uai_valide, normaliser_siret
from referentiel.models import Echange, Historique, Inscription
from tests import fabriques

pytestmark = pytest.mark.django_db


def test_les_identifiants_ont_une_cle_juste_et_ne_se_repetent_pas():
    assert cle_ine_valide(fabriques.ine())
    assert cle_uai_valide(fabriques.uai())
    assert normaliser_siret(fabriques.siret())
    assert len({fabriques.ine() for _ in range(50)}) == 50


def test_une_inscription_est_servie_sauf_l_ancienne():
    rentree = fabriques.rentree()
    assert fabriques.inscription().date_fin >= rentree
    ancienne = fabriques.inscription(ancienne=True)
    assert (rentree - ancienne.date_fin).days == 1


@pytest.mark.parametrize("fictif", [False, True])
def test_l_etudiant_et_l_etablissement_sont_du_meme_monde(fictif):
    inscription = fabriques.inscription(fictif=fictif)
    assert inscription.etudiant.fictif is inscription.etablissement.fictif is fictif
    assert fabriques.inscrit(identite={"nom_naissance": "Petit"}, fictif=fictif).fictif is fictif


def test_naissance_presumee():
    assert fabriques.etudiant(ne_dans_le_mois=True).date_naissance.day == 1
    annee = fabriques.etudiant(ne_dans_l_annee=True)
    assert (annee.date_naissance.month, annee.precision_naissance) == (1, "annee")


def test_le_secret_d_un_jeton_est_celui_de_son_empreinte():
    for situation in ({}, {"ecriture": True}, {"bac_a_sable": True}, {"ecriture": True, "bac_a_sable": True}):
        jeton, secret = fabriques.jeton(**situation)
        assert emission.bien_forme(secret)
        assert bytes(jeton.empreinte) == emission.empreintes(secret)[0]
        assert bool(jeton.uais) is situation.get("ecriture", False)


def test_situations_d_un_jeton():
    assert fabriques.jeton(expire=True).jeton.expire_le < timezone.now()
    assert fabriques.jeton(revoque=True).jeton.revoque_le is not None
    assert fabriques.jeton(habilitation_revoquee=True).jeton.habilitation.etat == "revoquee"
    assert fabriques.jeton(adresses=["192.0.2.0/24"]).jeton.adresses == ["192.0.2.0/24"]
    assert fabriques.jeton("mesri_admission").jeton.scopes == ["mesri_admission"]


@pytest.mark.parametrize("fois", [1, 2])
def test_une_epreuve_qui_valide_ses_lignes_ne_laisse_rien(donnees_validees, fois):
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
