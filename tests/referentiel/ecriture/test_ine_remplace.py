"""Writing with the INE of a student merged into another: same outcome by each door."""

import datetime

import pytest

from referentiel.ecriture.fusion_d_etudiants import GARDE, fusionner
from referentiel.ecriture.signalements import MESSAGES
from referentiel.models import Anomalie, Etudiant, Inscription, LigneSignalee
from tests import fabriques
from tests.referentiel.ecriture.portes import (
    Appel,
    Fichier,
    Sort,
    champs,
    deposer_octets,
    en_csv,
    identite,
    signalees,
    traiter,
)

pytestmark = pytest.mark.django_db

ANCIEN, ACTUEL = "1234567890V", "0000000001B"


@pytest.fixture(params=[Appel, Fichier], ids=["appel", "fichier"])
def porte(request):
    return request.param()


@pytest.fixture(autouse=True)
def garde():
    """Born on 27 March, kept; the one who went was born on the 28th."""
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    kept = fabriques.etudiant(
        ine=ACTUEL, nom_naissance="Le Goff", prenoms=["Anne-Marie"], lieu_naissance="29232"
    )
    autre = fabriques.etudiant(ine=ANCIEN, date_naissance=datetime.date(2004, 3, 28))
    fusionner(garde_id=kept.pk, retire_id=autre.pk, identite=GARDE, motif="Double", auteur="compte:1")
    return kept


@pytest.mark.parametrize("naissance", ["2004-03-27", "2004-03-28"])
def test_the_line_is_the_kept_student_s(porte, garde, naissance):
    assert porte.envoyer(champs(ine=ANCIEN, dateNaissance=naissance)) == Sort("creee", ("ine_remplace",))
    assert Inscription.objects.get().etudiant == garde
    assert porte.envoyer(champs(ine=ACTUEL)) == Sort("inchangee")
    garde.refresh_from_db()
    assert garde.date_naissance == datetime.date(2004, 3, 27)


def test_another_birth_date_than_the_kept_student_s_is_refused(porte):
    ligne = champs(ine=ANCIEN, dateNaissance="2004-03-29")
    assert porte.envoyer(ligne) == Sort("etudiant_introuvable")
    # The dropped student's date is worth nothing without its INE.
    assert porte.envoyer(champs(ine=ACTUEL, dateNaissance="2004-03-28")) == Sort("etudiant_introuvable")


def test_the_identity_that_is_sent_makes_nobody_again(porte, garde):
    ligne = champs(ine=ANCIEN, identite=identite())
    assert porte.envoyer(ligne) == Sort("creee", ("ine_remplace",))
    assert list(Etudiant.objects.all()) == [garde]
    ligne = champs(ine=ANCIEN, identite=identite("Martin"))
    assert porte.envoyer(ligne) == Sort("inchangee", ("ine_remplace", "nom_different"))
    assert Anomalie.objects.get().etudiant == garde


def test_an_ine_is_replaced_in_its_world_only(porte):
    fabriques.etablissement(uai="9999999A", fictif=True)
    assert porte.envoyer(champs(ine=ANCIEN, uai="9999999A"), fictif=True).issue == "etudiant_introuvable"


def test_in_one_file_the_old_and_the_new_ine_are_the_same_student(garde):
    lot = traiter(
        deposer_octets(
            en_csv(
                [
                    champs(ine=ANCIEN, dateNaissance="2004-03-28", regime="RF2"),
                    champs(ine=ACTUEL, regime="RF3"),
                    champs(ine=ANCIEN, diplome="B", identite=identite()),
                ]
            )
        )
    )
    assert (lot.etat, lot.creees, lot.rejetees, lot.etudiants_crees) == ("termine", 2, 0, 0)
    assert [(ligne, code) for ligne, _, _, code in signalees(lot, "avis")] == [
        (2, "ine_remplace"),
        (2, "doublon_dans_le_fichier"),
        (4, "doublon_probable"),
        (4, "ine_remplace"),
    ]
    assert Inscription.objects.get(diplome="").regime == "RF3"
    assert LigneSignalee.objects.filter(code="ine_remplace").first().message == MESSAGES["ine_remplace"]
