"""Correcting an inscription by giving it the INE of a student merged into another."""

import datetime

import pytest

from referentiel.ecriture.correction_d_inscription import Cible, corriger
from referentiel.ecriture.fusion_d_etudiants import GARDE, fusionner
from referentiel.ecriture.validation import valider
from referentiel.imports.depots import moteur
from referentiel.models import Inscription
from tests import fabriques
from tests.referentiel.ecriture.portes import champs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("naissance", "attendue"),
    [("2004-03-27", "modifiee"), ("2004-03-28", "modifiee"), ("2004-03-29", "etudiant_introuvable")],
)
def test_the_inscription_goes_to_the_kept_student(naissance, attendue):
    toulouse = fabriques.etablissement(uai="0311384L", code_commune="31555")
    garde = fabriques.etudiant(ine="0000000001B")
    retire = fabriques.etudiant(ine="1234567890V", date_naissance=datetime.date(2004, 3, 28))
    fusionner(garde_id=garde.pk, retire_id=retire.pk, identite=GARDE, motif="Double", auteur="compte:1")
    inscription = fabriques.inscription(etablissement=toulouse)
    ligne, erreurs, _ = valider(champs(dateNaissance=naissance), moteur.contexte(uais=None, fictif=False))
    assert ligne is not None, erreurs
    cible = Cible(Inscription.objects.all(), inscription.pk, inscription.modifie_le)
    issue = corriger(cible, ligne, auteur="compte:1")
    assert (issue.code, issue.ine_remplace) == (attendue, attendue == "modifiee")
    inscription.refresh_from_db()
    assert (inscription.etudiant == garde) == (attendue == "modifiee")
