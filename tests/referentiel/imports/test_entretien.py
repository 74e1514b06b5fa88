"""How long the content of deposits is kept."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone

from referentiel import tasks
from referentiel.imports.depots import entretien
from referentiel.imports.depots.conduite import annuler, confirmer
from referentiel.imports.depots.rejets import ecrire_rejets
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.models import FragmentDeLot, Inscription, LigneSignalee, Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, traiter
from tests.referentiel.imports.parcours import (
    RETRAIT,
    deposer_fichier,
    envoyer,
    essayer,
    lire,
    retirer,
    valeurs,
)

pytestmark = pytest.mark.django_db

OCTETS = en_csv([champs(identite=identite()), champs(statut="x")])


@pytest.fixture(autouse=True)
def toulouse():
    fabriques.etablissement(uai="0311384L", code_commune="31555")


def vieillir(lot, jours):
    avant = {
        nom: valeur - timedelta(days=jours)
        for nom in ("demande_le", "fini_le")
        if (valeur := getattr(lire(lot), nom)) is not None
    }
    Lot.objects.filter(pk=lot.pk).update(**avant)


def test_a_deposit_never_confirmed_is_cancelled_after_thirty_days():
    oublie, recent, en_attente = envoyer(OCTETS), envoyer(OCTETS), envoyer(OCTETS)
    essayer(oublie)
    essayer(en_attente)
    confirmer(lot_id=en_attente.pk)
    for lot, jours in ((oublie, 31), (recent, 29), (en_attente, 31)):
        vieillir(lot, jours)
    tasks.entretenir_lots()
    assert (lire(oublie).etat, lire(oublie).message) == ("annule", entretien.JAMAIS_CONFIRME)
    assert (lire(recent).etat, lire(en_attente).etat) == ("a_confirmer", "en_attente")
    assert set(FragmentDeLot.objects.values_list("lot", flat=True)) == {recent.pk, en_attente.pk}
    assert not LigneSignalee.objects.filter(lot=oublie).exists()
    assert entretien.entretenir(maintenant=timezone.now()) == (0, 0)


def test_the_content_of_a_finished_deposit_goes_after_twelve_months_and_its_counts_stay():
    lot, recent = deposer_fichier(OCTETS), deposer_fichier(OCTETS)
    vieillir(lot, 367)
    vieillir(recent, 364)
    assert entretien.entretenir(maintenant=timezone.now()) == (0, 1)
    assert (lire(lot).etat, lire(lot).creees, lire(lot).rejetees) == ("termine", 1, 1)
    assert set(FragmentDeLot.objects.values_list("lot", flat=True)) == {recent.pk}
    assert set(LigneSignalee.objects.filter(lot=lot).values_list("valeur", "code")) >= {
        ("", "valeur_inconnue")
    }
    assert not LigneSignalee.objects.filter(lot=lot).exclude(valeur="").exists()
    assert LigneSignalee.objects.filter(lot=recent, valeur="x").exists()
    with pytest.raises(FichierIllisible, match="n'est plus conservé"):
        ecrire_rejets(lire(lot), io.BytesIO())
    # Its inscriptions name it still: it can be withdrawn.
    assert entretien.entretenir(maintenant=timezone.now()) == (0, 0)
    assert valeurs(retirer(lot), RETRAIT)[0] + Inscription.objects.count() == 1


def test_the_content_of_a_failed_deposit_goes_after_thirty_days():
    lot = traiter(deposer_octets(b"%PDF-1.7"))
    assert lot.etat == "echec"
    vieillir(lot, 29)
    assert entretien.entretenir(maintenant=timezone.now()) == (0, 0)
    vieillir(lot, 2)
    assert entretien.entretenir(maintenant=timezone.now()) == (0, 1)
    assert not FragmentDeLot.objects.exists()


def test_an_abandoned_deposit_keeps_neither_its_bytes_nor_its_lines():
    lot = essayer(envoyer(OCTETS))
    assert LigneSignalee.objects.filter(lot=lot).exists()
    annuler(lot_id=lot.pk)
    assert (lire(lot).etat, lire(lot).efface_le is None) == ("annule", False)
    assert not FragmentDeLot.objects.exists()
    assert not LigneSignalee.objects.exists()
