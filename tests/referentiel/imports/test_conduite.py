"""A file from its upload to its withdrawal: what each act does, what it refuses, and in which words."""

import pytest

from referentiel import tasks
from referentiel.imports.conduite import (
    confirmer,
    demander_essai,
    demander_retrait,
    recevoir,
)
from referentiel.models import Etudiant, Historique, Inscription, Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, en_csv, identite, signalees

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


OCTETS = en_csv([champs(identite=identite()), champs(statut="x"), champs(ine="1111111111A")])
COMPTES = ("lignes", "creees", "modifiees", "inchangees", "rejetees", "etudiants_crees", "avis")


def envoyer(octets=OCTETS, **options):
    options = {"nom_fichier": "inscrits.csv", "uais": ["0311384L"], "compte_id": None} | options
    return recevoir(contenu=[octets], **options)


def lire(lot):
    return Lot.objects.get(pk=lot.pk)


def essayer(lot, *, tout_ou_rien=False):
    demander_essai(lot_id=lot.pk, tout_ou_rien=tout_ou_rien)
    tasks.traiter_lots()
    return lire(lot)


def deposer(octets=OCTETS, **options):
    lot = envoyer(octets, **options)
    essayer(lot)
    confirmer(lot_id=lot.pk)
    tasks.traiter_lots()
    return lire(lot)


def comptes(lot):
    return [getattr(lot, nom) for nom in COMPTES]


# --- the whole way


def test_un_fichier_s_essaie_se_confirme_et_se_retire():
    lot = envoyer()
    essaye = essayer(lot)
    assert (essaye.etat, comptes(essaye)) == (
        "a_confirmer",
        [3, 1, 0, 0, 2, 1, 1],
    )  # a wrong key
    assert essaye.essaye_le is not None
    assert essaye.bail_jusqua is None
    dites = signalees(lot, "rejet")
    assert [ligne[3] for ligne in dites] == ["valeur_inconnue", "etudiant_inconnu"]
    assert not Inscription.objects.exists()
    assert not Etudiant.objects.exists()
    assert not Historique.objects.exists()

    confirmer(lot_id=lot.pk)
    tasks.traiter_lots()
    fait = lire(lot)
    assert (fait.etat, comptes(fait)) == ("termine", comptes(essaye))
    assert signalees(lot, "rejet") == dites
    assert Inscription.objects.get().lot == lot

    demander_retrait(lot_id=lot.pk)
    tasks.traiter_lots()
    retire = lire(lot)
    assert (retire.etat, retire.retirees, retire.etudiants_retires, retire.gardees) == ("retire", 1, 1, 0)
    assert not Inscription.objects.exists()
    assert not Etudiant.objects.exists()
    assert set(Historique.objects.filter(operation="suppression").values_list("auteur", flat=True)) == {
        f"lot:{lot.pk}:retrait"
    }
