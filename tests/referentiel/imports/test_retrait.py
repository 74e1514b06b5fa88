"""Withdrawing a deposit: what it did is undone, what others have made their own since is left to them."""

import datetime

import pytest
from django.db import connection
from django.utils import timezone

from referentiel.ecriture.auteur import signer
from referentiel.ecriture.retrait import retirer as retirer_une
from referentiel.imports.depots import bail, retrait
from referentiel.imports.depots.conduite import demander_retrait
from referentiel.models import Anomalie, DoublonPossible, Etudiant, Historique, Inscription
from tests import fabriques
from tests.proprietaire import en_proprietaire
from tests.referentiel.ecriture.portes import Appel, champs, deposer_octets, en_csv, identite, traiter
from tests.referentiel.imports.parcours import RETRAIT, histoire, lire, reprendre, retirer, valeurs, vidage

# Confirmations are told apart by their transactions.
pytestmark = pytest.mark.django_db(transaction=True)

NOUVEL_INE, AUTRE_INE = "0000000001B", "1111111111A"
CREE = champs(ine=NOUVEL_INE, identite=identite())
MODIFIE = champs(regime="RF5", statut="admis", niveauDiplome="L3")
AJOUTE = champs(diplome="Droit")


@pytest.fixture(autouse=True)
def monde(transactional_db):
    toulouse = fabriques.etablissement(uai="0311384L", code_commune="31555")
    connu = fabriques.etudiant(ine="1234567890V", nom_naissance="Le Goff", prenoms=["Anne-Marie", "Gaëlle"])
    ligne = champs()
    debut, fin = (
        datetime.date.fromisoformat(ligne[nom]) for nom in ("dateDebutInscription", "dateFinInscription")
    )
    fabriques.inscription(etudiant=connu, etablissement=toulouse, date_debut=debut, date_fin=fin)
    return toulouse


def deposer(*lignes, **options):
    lot = traiter(deposer_octets(en_csv(list(lignes)), uais=["0311384L"], **options))
    assert lot.etat == "termine", lot.message
    return lot


def ecrire_comme(auteur, queryset, **colonnes):
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as curseur:
        signer(curseur, auteur)
        assert queryset.update(**colonnes) == 1


def test_the_register_becomes_again_exactly_what_it_was():
    avant = vidage()
    lot = deposer(
        CREE,
        champs(
            ine=NOUVEL_INE, identite=identite("Le Gall"), diplome="Droit"
        ),  # an anomaly of a student of its own
        MODIFIE,
        AJOUTE,
        champs(identite=identite("Le Gall"), diplome="Arts"),  # an anomaly
        champs(statut="x"),
    )
    assert (lot.creees, lot.modifiees, lot.etudiants_crees) == (4, 1, 1)
    assert Anomalie.objects.count() == 2
    debut = Historique.objects.latest("id").pk
    retire = retirer(lot)
    assert (retire.etat, *valeurs(lot, RETRAIT)) == ("retire", 4, 1, 0, 1)
    assert retire.retire_le is not None
    assert vidage() == avant
    suites = Historique.objects.filter(pk__gt=debut).values_list("objet", "operation", "auteur")
    assert sorted(suites) == sorted(
        [("inscription", "suppression", f"lot:{lot.pk}:retrait")] * 4
        + [("inscription", "modification", f"lot:{lot.pk}:retrait")]
        + [("etudiant", "suppression", f"lot:{lot.pk}:retrait")]
    )


def test_each_of_the_six_columns_that_a_deposit_changes_is_restored():
    """statut, régime, fin, commune, cursus, niveau: each on its own, and all together."""
    # Written by hand: column → (before, what the deposit sends, how the register has it then).
    an = timezone.localdate().year
    changements = {
        "statut": ("inscrit", {"statut": "admis"}, "admis"),
        "regime": ("RF1", {"regime": "RF5"}, "RF5"),
        "date_fin": (
            datetime.date(an + 1, 8, 31),
            {"dateFinInscription": f"{an + 1}-06-30"},
            datetime.date(an + 1, 6, 30),
        ),
        "code_commune": ("31555", {"codeCommune": "31557"}, "31557"),
        "cursus": ("L", {"cursus": "M"}, "M"),
        "niveau_diplome": ("L3", {"niveauDiplome": "M1"}, "M1"),
    }
    avant = {colonne: valeur for colonne, (valeur, _, _) in changements.items()}
    Inscription.objects.update(**avant)
    toutes = {cle: valeur for _, envoi, _ in changements.values() for cle, valeur in envoi.items()}
    inchange = {"regime": "RF1", "codeCommune": "31555", "cursus": "L", "niveauDiplome": "L3"}
    for envoi, apres in (
        *((envoi, {colonne: valeur}) for colonne, (_, envoi, valeur) in changements.items()),
        (toutes, {colonne: valeur for colonne, (_, _, valeur) in changements.items()}),
    ):
        lot = deposer(champs(**inchange | envoi))
        assert (lot.modifiees, lot.rejetees) == (1, 0)
        assert Inscription.objects.values(*avant).get() == avant | apres
        retirer(lot)
        assert Inscription.objects.values(*avant).get() == avant


def test_what_others_changed_or_confirmed_since_is_kept():
    lot = deposer(
        CREE,  # then changed by hand
        champs(ine=NOUVEL_INE, diplome="confirmée"),
        champs(ine=NOUVEL_INE, diplome="changée"),
        champs(ine=NOUVEL_INE, diplome="intacte"),
        MODIFIE,  # then changed again
    )
    assert (lot.creees, lot.modifiees) == (4, 1)
    inscriptions = Inscription.objects.filter(etudiant__ine=NOUVEL_INE)
    ecrire_comme("compte:1", inscriptions.filter(diplome=""), regime="RF3")
    Appel().envoyer(champs(ine=NOUVEL_INE, diplome="confirmée"))
    deposer(champs(ine=NOUVEL_INE, diplome="changée", regime="RF4"), champs(regime="RF6"))
    retire = retirer(lot)
    assert (retire.etat, *valeurs(lot, RETRAIT)) == ("retire", 1, 0, 4, 0)
    assert set(inscriptions.values_list("diplome", "regime")) == {
        ("", "RF3"),
        ("confirmée", "RF1"),
        ("changée", "RF4"),
    }
    assert Inscription.objects.get(etudiant__ine="1234567890V").regime == "RF6"


def test_a_change_that_another_sending_confirms_is_kept():
    lot = deposer(MODIFIE)
    assert Appel().envoyer(MODIFIE).issue == "inchangee"
    assert valeurs(retirer(lot), RETRAIT) == (0, 0, 1, 0)
    assert Inscription.objects.get().regime == "RF5"


def test_deposits_withdrawn_from_last_to_first_leave_nothing():
    """The same file deposited twice by mistake, then corrected, must not be there for ever."""
    avant = vidage()
    lots = [
        deposer(CREE, MODIFIE),
        deposer(CREE, MODIFIE),
        deposer(CREE | {"regime": "RF3"}, champs(regime="RF7")),
    ]
    assert [valeurs(retirer(lot), RETRAIT) for lot in reversed(lots)] == [
        (0, 2, 0, 0),
        (0, 0, 0, 0),
        (1, 1, 0, 1),
    ]
    assert vidage() == avant


def test_a_student_of_whom_more_is_known_stays(monde):
    lignes = [
        champs(ine=ine, identite=identite()) for ine in (NOUVEL_INE, AUTRE_INE, "2222222222B", "3333333333C")
    ]
    lot = deposer(*lignes)
    quatre = {e.ine: e for e in Etudiant.objects.filter(identite_verifiee=False).exclude(ine="1234567890V")}
    assert len(quatre) == 4
    # An inscription elsewhere, an identity verified by the ministry, an anomaly that was dealt with.
    fabriques.inscription(etudiant=quatre[NOUVEL_INE], etablissement=fabriques.etablissement())
    ecrire_comme("compte:1", Etudiant.objects.filter(ine=AUTRE_INE), identite_verifiee=True)
    Anomalie.objects.create(
        type="nom_different", etudiant=quatre["2222222222B"], etablissement=monde, recu={}, cle="x",
        lot=lot, traitee_le=timezone.now(), traitee_par="compte:1", decision="garder",
    )  # fmt: skip
    # A pair that was only suspected goes with its student.
    premier, second = sorted([quatre["3333333333C"], quatre[AUTRE_INE]], key=lambda etudiant: etudiant.pk)
    DoublonPossible.objects.create(premier=premier, second=second)
    assert valeurs(retirer(lot), RETRAIT) == (4, 0, 0, 1)
    assert not DoublonPossible.objects.exists()
    assert set(Etudiant.objects.values_list("ine", flat=True)) == {
        "1234567890V", NOUVEL_INE, AUTRE_INE, "2222222222B",
    }  # fmt: skip


def test_a_student_whose_data_were_given_stays(donnees_validees):
    lot = deposer(CREE)
    etudiant = Etudiant.objects.get(ine=NOUVEL_INE)
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO referentiel_echange (issue, requete, organisation, siret, recipient, interface, voie, "
            "etudiant_id, categories) VALUES ('donnees', 'r', 'o', '1', '1', 'v2', 'ine', %s, '{statut}')",
            [etudiant.pk],
        )
    assert valeurs(retirer(lot), RETRAIT) == (1, 0, 0, 0)
    assert Etudiant.objects.filter(pk=etudiant.pk).exists()


def test_an_anomaly_that_another_sending_shows_too_stays():
    autre_nom = champs(identite=identite("Le Gall"), diplome="Arts")
    lot = deposer(autre_nom)
    deposer(autre_nom | {"diplome": "Droit"})
    retirer(lot)
    assert Anomalie.objects.get().lot == lot
    assert set(Inscription.objects.values_list("diplome", flat=True)) == {"", "Droit"}


def test_an_inscription_withdrawn_by_hand_already_does_no_harm():
    lot = deposer(CREE, AJOUTE)
    inscription = Inscription.objects.get(etudiant__ine=NOUVEL_INE)
    retirer_une(inscription_id=inscription.pk, uais=["0311384L"], fictif=False, auteur="compte:1")
    assert valeurs(retirer(lot), RETRAIT) == (1, 0, 0, 1)


def test_a_withdrawal_whose_lease_is_lost_withdraws_nothing(monkeypatch, ailleurs):
    lot = deposer(CREE, MODIFIE)
    avant, passe = vidage(), histoire()
    demander_retrait(lot_id=lot.pk)
    lent = bail.prendre("lent")
    assert lent.etat == "retrait_en_cours"
    defaire = retrait._defaire
    autres = []

    def dormir(curseur, pris):
        comptes = defaire(curseur, pris)
        autres.append(ailleurs(lambda: reprendre(lot)))
        return comptes

    monkeypatch.setattr(retrait, "_defaire", dormir)
    with pytest.raises(bail.BailPerdu):
        retrait.retirer_lot(lent)
    assert (vidage(), histoire()) == (avant, passe)
    monkeypatch.undo()
    retrait.retirer_lot(autres[0])
    assert lire(lot).etat == "retire"
    assert not Etudiant.objects.filter(ine=NOUVEL_INE).exists()


def test_a_concurrent_sending_waits_for_the_withdrawal(monkeypatch, ailleurs):
    """An inscription that comes for a student who goes away is judged again, without them."""
    lot = deposer(CREE)
    demander_retrait(lot_id=lot.pk)
    ecrire = retrait.ecrire
    envois = []

    def pendant(*args, **options):
        from concurrent.futures import ThreadPoolExecutor

        fil = ThreadPoolExecutor(1)

        def envoyer(ligne):
            try:
                return Appel().envoyer(ligne).issue
            finally:
                connection.close()

        envois.append(fil.submit(envoyer, champs(ine=NOUVEL_INE, diplome="Droit")))
        _attendre_un_verrou(ailleurs)
        ecrire(*args, **options)

    monkeypatch.setattr(retrait, "ecrire", pendant)
    retrait.retirer_lot(bail.prendre("a"))
    assert envois[0].result(timeout=20) == "etudiant_introuvable"
    assert not Etudiant.objects.filter(ine=NOUVEL_INE).exists()


def _attendre_un_verrou(ailleurs):
    def bloque():
        with en_proprietaire() as curseur:
            curseur.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return curseur.fetchone()[0]

    for _ in range(200):
        if ailleurs(bloque):
            return
    pytest.fail("personne n'attend")
