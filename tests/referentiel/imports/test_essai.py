"""The dry run: it foretells the deposit exactly, and leaves no trace of itself."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referentiel.imports.depots import bail, moteur
from referentiel.imports.depots.conduite import demander_essai
from referentiel.models import Anomalie, Etudiant, Inscription, LigneSignalee
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, signalees, traiter
from tests.referentiel.imports.parcours import (
    COMPTES,
    ecrire,
    envoyer,
    essayer,
    histoire,
    lire,
    reprendre,
    valeurs,
    vidage,
)

pytestmark = pytest.mark.django_db

INES = ["1234567890V", "0000000001B", "1111111111A"]

#: Sound lines, and one of each thing that stops a line or makes it talked about.
LIGNES = [
    *(champs(ine=ine, identite=identite(), diplome=diplome) for ine in INES for diplome in ("", "Droit")),
    champs(regime="RF2"),
    champs(statut="admis"),
    champs(ine="1111111111A"),
    champs(ine="2222222222Z"),
    champs(ine="0000000001B", identite=identite("Le Gall")),
    champs(ine="tropcourt"),
    champs(ine=...),
    champs(dateNaissance="2004-02-31"),
    champs(dateNaissance="2001-01-01"),
    champs(uai="0755890V"),
    champs(uai="9999999X"),
    champs(statut="parti"),
    champs(codeCommune="00000"),
    champs(codeCommune="75056"),
    champs(dateFinInscription="2001-01-01"),
    champs(identite=identite(""), diplome="x"),
    champs(diplome="d" * 300),
]
#: What no column holds: lines that cannot be cut into cells.
BRUTES = ['"jamais fermé;;;', "a;" * 40, "x"]


@pytest.fixture(autouse=True)
def monde():
    toulouse = fabriques.etablissement(uai="0311384L", code_commune="31555")
    fabriques.etablissement(uai="0755890V", code_commune="75105")
    connu = fabriques.etudiant(ine="1234567890V", nom_naissance="Le Goff", prenoms=["Anne-Marie"])
    ligne = champs()
    fabriques.inscription(
        etudiant=connu,
        etablissement=toulouse,
        date_debut=ligne["dateDebutInscription"],
        date_fin=ligne["dateFinInscription"],
    )


def fichier(lignes, brutes=()):
    return en_csv(lignes) + "".join(f"{brute}\r\n" for brute in brutes).encode()


def dites(lot):
    return signalees(lot, "rejet"), signalees(lot, "avis")


def comparer(octets, *, tout_ou_rien):
    """Try, then write: the same counts and the same report; before that, nothing has changed."""
    avant = vidage(), histoire()
    lot = envoyer(octets)
    essaye = essayer(lot, tout_ou_rien=tout_ou_rien)
    assert essaye.essaye_le is not None, essaye.message
    assert (vidage(), histoire()) == avant
    prevus, annonces = valeurs(lot, COMPTES), dites(lot)
    fait = ecrire(lot)
    assert fait.etat == "termine"
    if tout_ou_rien and fait.rejetees:
        assert fait.message == moteur.RIEN_PRIS
        assert (vidage(), histoire()) == avant
        assert (fait.lignes, fait.rejetees, fait.avis) == (essaye.lignes, essaye.rejetees, essaye.avis)
    else:
        assert valeurs(lot, COMPTES) == prevus
    assert dites(lot) == annonces
    return essaye


def test_each_kind_of_line_is_announced_as_it_will_be_taken():
    essaye = comparer(fichier(LIGNES, BRUTES), tout_ou_rien=False)
    assert (essaye.lignes, essaye.lignes_lues) == (len(LIGNES) + len(BRUTES),) * 2
    assert (
        min(valeurs(essaye, ("creees", "modifiees", "inchangees", "rejetees", "etudiants_crees", "avis")))
        >= 0
    )
    assert essaye.rejetees >= 14
    assert essaye.etudiants_crees == 2
    assert Anomalie.objects.exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lignes=st.lists(st.sampled_from(LIGNES), min_size=1, max_size=12),
    brutes=st.lists(st.sampled_from(BRUTES), max_size=2),
    tout_ou_rien=st.booleans(),
)
def test_the_dry_run_announces_what_the_writing_does_whatever_the_file(lignes, brutes, tout_ou_rien):
    point = transaction.savepoint()
    comparer(fichier(lignes, brutes), tout_ou_rien=tout_ou_rien)
    transaction.savepoint_rollback(point)


# --- seen from other sessions


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_anything_of_a_dry_run(monkeypatch, ailleurs):
    lot = envoyer(fichier(LIGNES))
    demander_essai(lot_id=lot.pk, tout_ou_rien=False)
    avant = vidage(), histoire()
    vus = []

    def regarder():
        vus.append((vidage(), histoire()) == avant and not LigneSignalee.objects.exists())

    fusionner = moteur.fusionner_tampon

    def regardee(*args, **options):
        comptes = fusionner(*args, **options)
        ailleurs(regarder)
        # Another deposit of the same establishment is written meanwhile, for a student of its own.
        autre = ailleurs(lambda: deposer_octets(en_csv([champs(ine="3333333333C", identite=identite())])))
        monkeypatch.setattr(moteur, "fusionner_tampon", fusionner)
        ailleurs(lambda: traiter(autre))
        return comptes

    monkeypatch.setattr(moteur, "fusionner_tampon", regardee)
    moteur.traiter(bail.prendre("a"))
    assert vus == [True]
    assert lire(lot).etat == "a_confirmer"
    assert Inscription.objects.count() == 2
    assert Etudiant.objects.filter(ine="3333333333C").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pendant", ["_verser", "_fusionner", "_finir"])
def test_a_dry_run_whose_lease_is_lost_writes_nothing(monkeypatch, ailleurs, pendant):
    lot = envoyer(fichier(LIGNES))
    demander_essai(lot_id=lot.pk, tout_ou_rien=False)
    lent = bail.prendre("lent")
    etape = getattr(moteur._Traitement, pendant)
    autres = []

    def dormir(self, *args, **options):
        if not autres:
            autres.append(ailleurs(lambda: reprendre(lot)))
        return etape(self, *args, **options)

    monkeypatch.setattr(moteur._Traitement, pendant, dormir)
    with pytest.raises(bail.BailPerdu):
        moteur.traiter(lent)
    assert not LigneSignalee.objects.exists()
    moteur.traiter(autres[0])
    repris = lire(lot)
    assert (repris.etat, repris.executant, repris.creees > 0) == ("a_confirmer", "autre", True)
    assert Inscription.objects.count() == 1
