"""A file from its upload to its end: what each act does, what it refuses, and in which words."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from referentiel.imports.depots import bail, moteur
from referentiel.imports.depots.conduite import (
    DepotRefuse,
    annuler,
    choisir_colonnes,
    confirmer,
    deja_depose,
    demander_essai,
    demander_retrait,
)
from referentiel.imports.depots.rejets import ecrire_rejets
from referentiel.models import Etudiant, FragmentDeLot, Historique, Inscription, LigneSignalee, Lot
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, signalees, traiter
from tests.referentiel.imports import parcours
from tests.referentiel.imports.classeurs import xlsx
from tests.referentiel.imports.parcours import (
    COMPTES,
    RETRAIT,
    deposer_fichier,
    ecrire,
    envoyer,
    essayer,
    lire,
    retirer,
    valeurs,
)

pytestmark = pytest.mark.django_db

OCTETS = en_csv([champs(identite=identite()), champs(statut="x"), champs(ine="1111111111A")])


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


@pytest.fixture
def reveils(monkeypatch, django_capture_on_commit_callbacks):
    """Whether the act that is done wakes a worker up, once committed."""

    def faire(acte):
        with django_capture_on_commit_callbacks() as rappels:
            acte()
        return [rappel.__name__ for rappel in rappels]

    return faire


def prendre(lot):
    return bail.prendre("a", lot_id=lot.pk)


def test_a_file_is_tried_confirmed_and_withdrawn():
    lot = envoyer(OCTETS)
    essaye = essayer(lot)
    assert (essaye.etat, *valeurs(lot, COMPTES)) == ("a_confirmer", 3, 3, 1, 0, 0, 2, 1, 0)
    assert (essaye.bail_jusqua, essaye.essaye_le is None) == (None, False)
    dites = signalees(lot, "rejet") + signalees(lot, "avis")
    assert [ligne[3] for ligne in dites] == ["valeur_inconnue", "etudiant_introuvable"]
    assert not Inscription.objects.exists()
    assert not Etudiant.objects.exists()
    assert not Historique.objects.exists()

    fait = ecrire(lot)
    assert (fait.etat, *valeurs(lot, COMPTES)) == ("termine", 3, 3, 1, 0, 0, 2, 1, 0)
    assert signalees(lot, "rejet") + signalees(lot, "avis") == dites
    assert Inscription.objects.get().lot == lot

    retire = retirer(lot)
    assert (retire.etat, *valeurs(lot, RETRAIT)) == ("retire", 1, 0, 0, 1)
    assert not Inscription.objects.exists()
    assert not Etudiant.objects.exists()


# --- receiving


def test_an_empty_or_too_large_file_is_refused_and_not_kept(settings):
    settings.DEPOT_TAILLE_MAX_MO = 1
    for octets, extrait in ((b"", "vide"), (bytes((1 << 20) + 1), "dépasse 1 Mo")):
        with pytest.raises(DepotRefuse, match=extrait):
            envoyer(octets)
    assert not Lot.objects.exists()
    assert not FragmentDeLot.objects.exists()
    assert envoyer(b"ine\n" * (1 << 18)).etat == "a_confirmer"


def test_a_received_file_is_analysed_then_waits_for_someone(reveils):
    assert reveils(lambda: envoyer(OCTETS)) == ["reveiller"]
    lot = Lot.objects.get()
    assert (lot.etat, lot.canal, lot.uais, lot.tout_ou_rien) == (
        "a_confirmer",
        "fichier",
        ["0311384L"],
        False,
    )
    assert bail.prendre("a") is None


# --- choosing the columns


ETRANGES = OCTETS.replace(b"ine;", b"Num;", 1).replace(b";statut;", b";Etat;", 1)


def test_a_file_with_the_same_titles_takes_up_the_chosen_columns():
    def repris(octets, **options):
        return envoyer(octets, **options).colonnes

    choisir_colonnes(lot_id=envoyer(ETRANGES).pk, colonnes={"Num": "ine", "Etat": "statut"})
    assert repris(ETRANGES) == {"Num": "ine", "Etat": "statut"}
    # Only the titles that are there, and not a field that another title tells.
    assert repris(ETRANGES.replace(b"Num;", b"Numero;", 1)) == {"Etat": "statut"}
    assert repris(ETRANGES.replace(b"Num;", b"Num;INE;", 1)) == {"Etat": "statut"}
    assert repris(OCTETS) is None
    # Not those of others.
    assert repris(ETRANGES, uais=["0311384L", "0690000A"]) is None
    assert repris(ETRANGES, uais=None) is None


def test_chosen_columns_hold_for_dry_run_writing_and_report():
    lot = envoyer(ETRANGES)
    assert "Colonne obligatoire absente : « INE » (ine)." in essayer(lot).message
    with pytest.raises(DepotRefuse, match="essai"):
        confirmer(lot_id=lot.pk)

    choisir_colonnes(lot_id=lot.pk, colonnes={"Num": "ine", "Etat": "statut", "regime": ""})
    assert lire(lot).message == ""
    assert essayer(lot).message == ""
    assert ecrire(lot).creees == 1
    assert signalees(lot, "rejet") == [
        (3, "statut", "x", "valeur_inconnue"),
        (4, "ine", "1111111111A", "etudiant_introuvable"),
    ]
    sortie = io.BytesIO()
    assert ecrire_rejets(lire(lot), sortie) == 2
    rapport = sortie.getvalue().decode("utf-8-sig").splitlines()
    assert rapport[0].startswith("Num;dateNaissance;")
    assert "ligne 3 | Etat : Valeur non prévue" in rapport[1]
    assert "ligne 4 | Num : Aucun étudiant" in rapport[2]


def test_changing_columns_or_option_makes_the_dry_run_void():
    lot = envoyer(OCTETS)
    essayer(lot)
    choisir_colonnes(lot_id=lot.pk, colonnes={"cursus": ""})
    assert (lire(lot).essaye_le, lire(lot).creees) == (None, 0)
    with pytest.raises(DepotRefuse, match="réglages"):
        confirmer(lot_id=lot.pk)

    essayer(lot)
    choisir_colonnes(lot_id=lot.pk, colonnes={"cursus": ""})  # the same
    assert lire(lot).essaye_le is not None
    # Whatever the door, the database forgets the dry run with what it was done with.
    Lot.objects.filter(pk=lot.pk).update(tout_ou_rien=True)
    assert lire(lot).essaye_le is None
    choisir_colonnes(lot_id=lot.pk, colonnes=None)
    assert lire(lot).colonnes is None


@pytest.mark.parametrize(
    ("octets", "colonnes", "extrait"),
    [
        (OCTETS, {"absente": "ine"}, "pas dans le fichier"),
        (OCTETS, {"ine": "erreurs"}, "n'existe pas"),
        (OCTETS, {"ine": "inconnu"}, "n'existe pas"),
        (b'[{"ine": "1"}]', {"ine": "ine"}, "JSON"),
    ],
)
def test_an_impossible_choice_is_refused(octets, colonnes, extrait):
    lot = envoyer(octets)
    with pytest.raises(DepotRefuse, match=extrait):
        choisir_colonnes(lot_id=lot.pk, colonnes=colonnes)
    assert lire(lot).colonnes is None


# --- trying, confirming


@pytest.mark.parametrize("tout_ou_rien", [False, True])
def test_all_or_nothing_still_says_what_would_be_taken(tout_ou_rien):
    lot = envoyer(OCTETS)
    essaye = essayer(lot, tout_ou_rien=tout_ou_rien)
    assert (essaye.creees, essaye.rejetees) == (1, 2)
    assert essaye.message == (moteur.RIEN_NE_SERAIT_PRIS if tout_ou_rien else "")
    fait = ecrire(lot)
    assert (fait.creees, fait.rejetees) == (0 if tout_ou_rien else 1, 2)
    assert fait.message == (moteur.RIEN_PRIS if tout_ou_rien else "")
    assert Inscription.objects.count() == fait.creees


def test_the_report_of_the_dry_run_makes_way_for_that_of_the_writing():
    lot = envoyer(OCTETS)
    essayer(lot)
    assert essayer(lot).rejetees == 2
    assert LigneSignalee.objects.count() == 2
    fabriques.etudiant(ine="1111111111A")
    assert ecrire(lot).rejetees == 1
    assert [ligne[3] for ligne in signalees(lot, "rejet")] == ["valeur_inconnue"]


def test_each_demand_wakes_a_worker(reveils):
    lot = envoyer(OCTETS)
    assert reveils(lambda: demander_essai(lot_id=lot.pk, tout_ou_rien=False)) == ["reveiller"]
    traiter(lot)
    assert reveils(lambda: confirmer(lot_id=lot.pk)) == ["reveiller"]
    traiter(lot)
    assert reveils(lambda: demander_retrait(lot_id=lot.pk)) == ["reveiller"]


def test_a_failure_of_ours_leaves_the_deposit_where_it_was(monkeypatch):
    def tomber(*_, **__):
        raise ValueError("panne")

    lot = deposer_fichier(OCTETS)
    autre = envoyer(OCTETS)
    essayer(autre)
    monkeypatch.setattr(moteur, "fusionner_tampon", tomber)
    monkeypatch.setattr(moteur, "retirer_lot", tomber)
    retire, essaye = retirer(lot), essayer(autre)
    assert (retire.etat, essaye.etat, essaye.essaye_le, essaye.lignes_lues) == (
        "termine",
        "a_confirmer",
        None,
        0,
    )
    assert "rien n'a été retiré" in retire.message
    assert "rien n'a été pris" in essaye.message
    assert not LigneSignalee.objects.filter(lot=autre).exists()
    assert Inscription.objects.count() == 1
    monkeypatch.undo()
    assert retirer(lot).etat == "retire"


# --- cancelling


@pytest.mark.parametrize("quand", ["a_confirmer", "essai_en_attente", "essai_en_cours", "en_attente"])
def test_a_deposit_is_cancelled_while_nothing_is_written_and_its_content_forgotten(quand):
    lot = envoyer(OCTETS)
    if quand == "en_attente":
        essayer(lot)
        confirmer(lot_id=lot.pk)
    elif quand != "a_confirmer":
        demander_essai(lot_id=lot.pk, tout_ou_rien=False)
    pris = prendre(lot) if quand == "essai_en_cours" else None
    assert lire(lot).etat == quand
    annuler(lot_id=lot.pk)
    assert lire(lot).etat == "annule"
    assert not FragmentDeLot.objects.exists()
    assert not LigneSignalee.objects.exists()
    if pris is not None:
        moteur.traiter(pris)
        assert lire(lot).etat == "annule"
        assert not LigneSignalee.objects.exists()


def test_a_deposit_taken_or_finished_cannot_be_cancelled():
    lot = envoyer(OCTETS)
    essayer(lot)
    confirmer(lot_id=lot.pk)
    pris = prendre(lot)
    with pytest.raises(DepotRefuse, match="« en cours » : il ne peut plus être annulé"):
        annuler(lot_id=lot.pk)
    moteur.traiter(pris)
    with pytest.raises(DepotRefuse, match="terminé"):
        annuler(lot_id=lot.pk)


def test_a_withdrawal_asked_for_is_cancelled_and_the_deposit_stays():
    lot = deposer_fichier(OCTETS)
    compte = get_user_model().objects.create(courriel="gestion@exemple.fr")
    assert demander_retrait(lot_id=lot.pk, compte_id=compte.pk).retire_par == compte
    annuler(lot_id=lot.pk)
    assert (lire(lot).etat, lire(lot).retire_par) == ("termine", None)
    assert FragmentDeLot.objects.exists()


# --- not twice, nor out of turn


def test_each_act_is_done_in_its_time_only():
    lot = envoyer(OCTETS)
    with pytest.raises(DepotRefuse, match="seul un dépôt terminé"):
        demander_retrait(lot_id=lot.pk)
    essayer(lot)
    confirmer(lot_id=lot.pk)
    actes = [
        lambda: confirmer(lot_id=lot.pk),
        lambda: demander_essai(lot_id=lot.pk, tout_ou_rien=False),
        lambda: choisir_colonnes(lot_id=lot.pk, colonnes=None),
    ]
    for acte in actes:
        with pytest.raises(DepotRefuse, match="« en attente » : il n'est plus à confirmer"):
            acte()
    traiter(lot)
    retirer(lot)
    with pytest.raises(DepotRefuse, match="déjà été retiré"):
        demander_retrait(lot_id=lot.pk)


@pytest.mark.parametrize(
    ("etat", "suivant"),
    [
        ("a_confirmer", "termine"),
        ("a_confirmer", "en_attente"),  # without a dry run
        ("en_attente", "a_confirmer"),
        ("en_attente", "termine"),
        ("termine", "en_attente"),
        ("termine", "annule"),
        ("retire", "termine"),
        ("annule", "a_confirmer"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(etat, suivant):
    lot = envoyer(OCTETS)
    if etat in {"en_attente", "termine", "retire"}:
        essayer(lot)
        confirmer(lot_id=lot.pk)
    if etat in {"termine", "retire"}:
        traiter(lot)
    if etat == "retire":
        retirer(lot)
    if etat == "annule":
        annuler(lot_id=lot.pk)
    assert lire(lot).etat == etat
    with pytest.raises(IntegrityError, match=r"ne passe pas|sans essai"), transaction.atomic():
        Lot.objects.filter(pk=lot.pk).update(etat=suivant)


def test_the_database_keeps_the_settings_of_what_was_confirmed():
    lot = deposer_fichier(OCTETS)
    for reglage in ({"tout_ou_rien": True}, {"colonnes": {"ine": ""}}):
        with pytest.raises(IntegrityError, match="ses réglages ne changent plus"), transaction.atomic():
            Lot.objects.filter(pk=lot.pk).update(**reglage)
    for faux in ({"retire_le": timezone.now()}, {"fini_le": None}):
        with pytest.raises(IntegrityError, match="lot_"), transaction.atomic():
            Lot.objects.filter(pk=lot.pk).update(**faux)


# --- whose turn it is


def test_a_dry_run_waits_for_nobody_and_nobody_waits_for_it():
    essai, suivant = envoyer(OCTETS), envoyer(OCTETS)
    essayer(suivant)
    en_cours = deposer_octets(OCTETS, uais=["0311384L"])
    assert bail.prendre("a").pk == en_cours.pk
    demander_essai(lot_id=essai.pk, tout_ou_rien=False)
    confirmer(lot_id=suivant.pk)
    pris = bail.prendre("b")
    assert (pris.pk, pris.etat) == (essai.pk, "essai_en_cours")
    assert bail.prendre("c") is None
    moteur.traiter(lire(en_cours))
    assert bail.prendre("c").pk == suivant.pk


def test_deposits_and_withdrawals_are_done_in_the_order_of_the_demands():
    premier = deposer_fichier(OCTETS)
    second, troisieme = envoyer(OCTETS), envoyer(OCTETS)
    essayer(second)
    essayer(troisieme)
    confirmer(lot_id=troisieme.pk)
    demander_retrait(lot_id=premier.pk)
    confirmer(lot_id=second.pk)
    for attendu in (troisieme, premier, second):
        pris = bail.prendre("a")
        assert pris.pk == attendu.pk
        assert bail.prendre("b") is None
        moteur.traiter(pris)


# --- the same bytes


def test_a_file_deposited_already_is_known_to_the_same_rights(toulouse):
    fabriques.etablissement(uai="0755890V", code_commune="75105")
    premier = deposer_fichier(OCTETS)

    def envoyer(octets, **options):
        """One that is given up: waiting, it would be said itself."""
        lot = parcours.envoyer(octets, **options)
        Lot.objects.filter(pk=lot.pk).update(etat="annule", fini_le=lot.depose_le)
        return lot

    assert deja_depose(premier) is None
    assert deja_depose(envoyer(OCTETS)) == premier
    assert deja_depose(envoyer(OCTETS + b"\n")) is None
    assert deja_depose(envoyer(OCTETS, uais=["0755890V"])) is None
    assert deja_depose(envoyer(OCTETS, uais=["0311384L", "0755890V"])) is None
    assert deja_depose(envoyer(OCTETS, uais=None)) is None
    assert deja_depose(envoyer(OCTETS, fictif=True)) is None
    retirer(premier)
    assert deja_depose(envoyer(OCTETS)) is None
    refuse = parcours.envoyer(OCTETS)
    essayer(refuse, tout_ou_rien=True)
    ecrire(refuse)  # all or nothing: nothing
    assert deja_depose(envoyer(OCTETS)) is None


def test_a_spreadsheet_goes_the_same_way():
    lignes = [["ine", "Né le", "uai", "début", "fin", "Statut"]]
    ligne = champs()
    lignes.append([ligne[nom] for nom in ("ine", "dateNaissance", "uai")])
    lignes[1] += [ligne["dateDebutInscription"], ligne["dateFinInscription"], ligne["statut"]]
    fabriques.etudiant(ine=ligne["ine"])
    lot = deposer_fichier(xlsx(*lignes), nom_fichier="inscrits.xlsx")
    assert (lot.format, lot.creees) == ("xlsx", 1)
