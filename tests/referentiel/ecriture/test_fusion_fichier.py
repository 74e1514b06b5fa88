"""Lines of one file that meet each other: the outcome is that of the same lines sent one by one, in their order."""

import datetime
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referentiel.ecriture.fusion_d_etudiants import GARDE, fusionner
from referentiel.models import Anomalie, Etudiant, Historique, Inscription, Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import (
    Appel,
    champs,
    contenu,
    deposer_octets,
    en_csv,
    identite,
    signalees,
    traiter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


def deposer_lignes(*lignes, **options) -> Lot:
    lot = traiter(deposer_octets(en_csv(list(lignes)), **options))
    assert lot.etat == "termine", lot.message
    return lot


def comptes(lot):
    return lot.creees, lot.modifiees, lot.inchangees, lot.rejetees, lot.etudiants_crees


def test_the_last_line_of_a_key_wins():
    lot = deposer_lignes(
        champs(identite=identite(), regime="RF2"),
        champs(identite=identite(), regime="RF3", diplome="Autre"),
        champs(identite=identite(), regime="RF5"),
        champs(regime="RF4", statut="admis"),
    )
    assert Inscription.objects.get(diplome="").regime == "RF4"
    assert comptes(lot) == (2, 0, 2, 0, 1)
    assert signalees(lot, "avis") == [
        (2, "", "", "doublon_dans_le_fichier"),
        (4, "", "", "doublon_dans_le_fichier"),
        (5, "statut", "admis", "admission_et_inscription"),
        # A line without diploma may well be the one that has some.
        (5, "diplome", "", "doublon_probable"),
    ]
    assert lot.avis == 3
    # What was never registered leaves no trace.
    assert Historique.objects.filter(objet="inscription").count() == 2


def test_a_last_line_that_repeats_what_is_stored_changes_nothing():
    deposer_lignes(champs(identite=identite()))
    lot = deposer_lignes(champs(regime="RF7"), champs(regime="RF1"))
    assert comptes(lot) == (0, 0, 2, 0, 0)
    assert Inscription.objects.get().regime == "RF1"
    assert Historique.objects.filter(objet="inscription").count() == 1


def test_of_contradictory_birth_dates_the_first_identity_holds():
    lot = deposer_lignes(
        champs(identite=identite("Le Goff"), diplome="A"),
        champs(identite=identite("Le Gall"), dateNaissance="2001-01-01", diplome="A", regime="RF6"),
        champs(dateNaissance="2001-01-01", diplome="B"),
        champs(diplome="B"),
    )
    assert comptes(lot) == (2, 0, 0, 2, 1)
    assert signalees(lot, "rejet") == [
        (3, "ine", "1234567890V", "etudiant_introuvable"),
        (4, "ine", "1234567890V", "etudiant_introuvable"),
    ]
    assert Etudiant.objects.get().nom_naissance == "Le Goff"
    # The rejected line does not stand for the one that it contradicts.
    assert Inscription.objects.get(diplome="A").regime == "RF1"
    assert not Anomalie.objects.exists()


def test_of_contradictory_identities_the_first_is_kept_and_the_other_told():
    lot = deposer_lignes(
        champs(identite=identite("Le Goff"), diplome="A"),
        champs(identite=identite("Le Gall"), diplome="B"),
        champs(identite=identite("LE GALL"), diplome="C"),
    )
    assert comptes(lot) == (3, 0, 0, 0, 1)
    assert signalees(lot, "avis") == [
        (3, "identite.nomNaissance", "Le Gall", "nom_different"),
        (4, "identite.nomNaissance", "LE GALL", "nom_different"),
    ]
    anomalie = Anomalie.objects.get()
    assert (anomalie.recu["nomNaissance"], anomalie.lot) == ("Le Gall", lot)
    assert Etudiant.objects.get().nom_naissance == "Le Goff"


def test_an_identity_counts_from_its_line_on():
    lot = deposer_lignes(
        champs(diplome="A"),
        champs(diplome="B", identite=identite()),
        champs(diplome="C"),
        champs(ine="1111111111A", diplome="D"),
    )
    assert comptes(lot) == (2, 0, 0, 2, 1)
    assert signalees(lot, "rejet") == [
        (2, "ine", "1234567890V", "etudiant_introuvable"),
        (5, "ine", "1111111111A", "etudiant_introuvable"),
    ]
    assert set(Inscription.objects.values_list("diplome", flat=True)) == {"B", "C"}


def test_the_deposit_is_that_of_the_creation():
    premier = deposer_lignes(champs(identite=identite()))
    second = deposer_lignes(champs(regime="RF2"), champs(diplome="B"))
    assert Inscription.objects.get(diplome="").lot == premier
    assert Inscription.objects.get(diplome="B").lot == second


# --- any sequence, cut anywhere

INES = ["1234567890V", "0000000001B", "1111111111A"]
NAISSANCES = ["2004-03-27", "2003-01-01"]
IDENTITES = [None, identite("Le Goff", "Anne"), identite("Le Gall", "Zoé", sexe="M", lieu=None)]

LIGNES = st.lists(
    st.builds(
        lambda ine, naissance, qui, diplome, regime: champs(
            ine=ine, dateNaissance=naissance, diplome=diplome, regime=regime, identite=qui or ...
        ),
        st.sampled_from(INES),
        st.sampled_from(NAISSANCES),
        st.sampled_from(IDENTITES),
        st.sampled_from(["", "Droit"]),
        st.sampled_from(["RF1", "RF2", "RF5"]),
    ),
    min_size=1,
    max_size=9,
)


def remplacer(ancien, actuel):
    garde = fabriques.etudiant(ine=actuel, nom_naissance="Le Goff", prenoms=["Anne"])
    retire = fabriques.etudiant(ine=ancien, date_naissance=datetime.date(2003, 1, 1))
    fusionner(garde_id=garde.pk, retire_id=retire.pk, identite=GARDE, motif="Double", auteur="compte:1")


class _Defaire(Exception):
    pass


def issue_de(envoyer):
    """What a way of sending leaves in the database, which is then as before."""
    from django.db import transaction

    resultat = None
    try:
        with transaction.atomic():
            envoyer()
            anomalies = Anomalie.objects.values_list("etudiant__ine", "cle", "recu__nomNaissance")
            resultat = (*contenu(), set(anomalies))
            raise _Defaire
    except _Defaire:
        return resultat


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lignes=LIGNES, coupes=st.sets(st.integers(1, 8), max_size=3), fusionnes=st.booleans())
def test_one_by_one_in_one_file_or_in_several_the_content_ends_the_same(lignes, coupes, fusionnes):
    """`fusionnes`: one of the INE has been replaced by another, and its student was born on the other date."""
    bornes = [0, *sorted(coupe for coupe in coupes if coupe < len(lignes)), len(lignes)]
    morceaux = [lignes[a:b] for a, b in itertools.pairwise(bornes)]

    def issue(envoyer):
        return issue_de(lambda: (fusionnes and remplacer(INES[2], INES[1]), envoyer()))

    une_par_une = issue(lambda: [Appel().envoyer(ligne) for ligne in lignes])
    en_un_fichier = issue(lambda: deposer_lignes(*lignes))
    en_plusieurs = issue(lambda: [deposer_lignes(*morceau) for morceau in morceaux])
    assert en_un_fichier == une_par_une
    assert en_plusieurs == une_par_une
