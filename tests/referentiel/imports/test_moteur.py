"""A deposit from its bytes to its report: what is taken, what is said of each line, what stops everything."""

import io
from unittest import mock

import pytest
from django.db import DataError

from referentiel.imports.depots import moteur, tampon
from referentiel.imports.depots.rejets import ecrire_rejets
from referentiel.models import Anomalie, Etudiant, Historique, Inscription, LigneSignalee
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, signalees, traiter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monde():
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    fabriques.etudiant(ine="1234567890V", nom_naissance="Le Goff", prenoms=["Anne-Marie"])


def faire(octets, **options):
    return traiter(deposer_octets(octets, **options))


BONNE = champs()
DEUX_FAUTES = champs(dateNaissance="2004-02-31", statut="parti")
INCONNU = champs(ine="1111111111A")
AUTRE_NAISSANCE = champs(dateNaissance="2004-03-28")


def test_each_reject_has_its_line_column_value_and_reason():
    lot = faire(en_csv([BONNE, DEUX_FAUTES, INCONNU, AUTRE_NAISSANCE]))
    assert (lot.etat, lot.lignes, lot.lignes_lues, lot.creees, lot.rejetees) == ("termine", 4, 4, 1, 3)
    assert signalees(lot, "rejet") == [
        (3, "dateNaissance", "2004-02-31", "date_impossible"),
        (3, "statut", "parti", "valeur_inconnue"),
        (4, "ine", "1111111111A", "etudiant_introuvable"),
        (5, "ine", "1234567890V", "etudiant_introuvable"),
    ]
    messages = dict(LigneSignalee.objects.filter(lot=lot).values_list("code", "message"))
    assert messages["valeur_inconnue"] == "Valeur non prévue. Attendu : admis (ou 1), inscrit (ou 2)."
    assert messages["etudiant_introuvable"].startswith("Aucun étudiant ne porte cet INE")
    assert lot.bail_jusqua is None
    assert lot.fini_le is not None


def test_all_or_nothing_refuses_all_and_says_all():
    """Errors found by validation and by the merge, in one report, as if the good lines had been taken."""
    lignes = [BONNE, DEUX_FAUTES, INCONNU, AUTRE_NAISSANCE, champs(diplome="B", identite=identite("Autre"))]
    pris = faire(en_csv(lignes))
    rapport = (signalees(pris, "rejet"), signalees(pris, "avis"), pris.avis)
    Inscription.objects.all().delete()
    Anomalie.objects.all().delete()
    avant = Historique.objects.count()

    lot = faire(en_csv(lignes), tout_ou_rien=True)
    assert (lot.etat, lot.message) == ("termine", moteur.RIEN_PRIS)
    assert (lot.creees, lot.modifiees, lot.inchangees, lot.etudiants_crees, lot.rejetees) == (0, 0, 0, 0, 3)
    assert (signalees(lot, "rejet"), signalees(lot, "avis"), lot.avis) == rapport
    assert not Inscription.objects.exists()
    assert not Anomalie.objects.exists()
    assert Etudiant.objects.count() == 1
    assert Historique.objects.count() == avant


@pytest.mark.parametrize("mauvaise", [DEUX_FAUTES, INCONNU], ids=["à la validation", "à la fusion"])
def test_all_or_nothing_one_bad_line_is_enough(mauvaise):
    lot = faire(en_csv([BONNE, mauvaise]), tout_ou_rien=True)
    assert (lot.creees, lot.rejetees) == (0, 1)
    assert not Inscription.objects.exists()


def test_all_or_nothing_without_error_takes_all():
    lot = faire(en_csv([BONNE, champs(diplome="B", identite=identite("Autre"))]), tout_ou_rien=True)
    assert (lot.creees, lot.rejetees, lot.avis, lot.message) == (2, 0, 1, "")


def test_what_concerns_the_file_is_said_once():
    octets = en_csv([BONNE]).replace(b"cursus;", b"cursus;couleur;").replace(b";;;;", b";;;;;", 1)
    lot = faire(octets)
    assert (lot.creees, lot.avis) == (1, 1)
    avis = LigneSignalee.objects.get(lot=lot)
    assert (avis.ligne, avis.niveau, avis.code) == (1, "avis", "fichier")
    assert "« couleur »" in avis.message


@pytest.mark.parametrize(
    ("octets", "extrait"),
    [
        (b"", "vide"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"a;b\n1;2\n", "colonne n'est reconnue"),
        (b"ine;uai;statut\n1;2;3\n", "Colonne obligatoire absente : « Date de naissance »"),
        (en_csv([BONNE]).replace(b"cursus", b"Statuts"), "Plusieurs colonnes disent la même chose"),
    ],
)
def test_an_unreadable_file_is_a_failure_that_says_what_to_do(octets, extrait):
    lot = faire(octets)
    assert lot.etat == "echec"
    assert extrait in lot.message
    assert lot.fini_le is not None
    assert not LigneSignalee.objects.exists()


def test_a_file_unreadable_half_way_leaves_nothing():
    def interrompue(*args):
        yield from ()
        raise moteur.FichierIllisible("Le classeur est abîmé.")

    with mock.patch.object(moteur, "parcourir", interrompue):
        lot = faire(en_csv([BONNE]))
    assert (lot.etat, lot.message) == ("echec", "Le classeur est abîmé.")


@pytest.mark.parametrize("ou", ["valider", "fusionner_tampon"])
@pytest.mark.parametrize("erreur", [ZeroDivisionError, DataError])
def test_a_bug_of_ours_is_a_failure_with_a_reference(ou, erreur, caplog):
    with mock.patch.object(moteur, ou, side_effect=erreur("1234567890V")):
        lot = faire(en_csv([DEUX_FAUTES, BONNE]))
    assert lot.etat == "echec"
    assert f"référence du dépôt ({lot.cle})" in lot.message
    assert not Inscription.objects.exists()
    assert not LigneSignalee.objects.exists()
    # The next deposit starts afresh.
    assert faire(en_csv([BONNE])).creees == 1


def test_progress_is_told_at_each_step(monkeypatch):
    monkeypatch.setattr(moteur, "PAS", 2)
    dits = []
    ecrire = moteur._Traitement._ecrire_lot

    def noter(self, **colonnes):
        dits.append((colonnes.get("lignes_lues"), colonnes.get("rejetees")))
        ecrire(self, **colonnes)

    monkeypatch.setattr(moteur._Traitement, "_ecrire_lot", noter)
    faire(en_csv([BONNE, DEUX_FAUTES, INCONNU, BONNE, DEUX_FAUTES]))
    assert dits == [(None, None), (2, 1), (4, 1), (5, 2), (5, 3)]


def test_notices_are_kept_up_to_a_bound_and_all_counted(monkeypatch):
    monkeypatch.setattr(moteur, "AVIS_GARDES", 3)
    monkeypatch.setattr(tampon, "AVIS_GARDES", 3)
    monkeypatch.setattr(moteur, "PAS", 2)
    lignes = [champs(diplome=str(n), codeCommune="31000") for n in range(6)]
    lot = faire(en_csv([*lignes, *[INCONNU] * 5]))
    assert (lot.creees, lot.avis, lot.rejetees) == (6, 6 + 5, 5)  # five wrong keys among the rejected
    assert [ligne for ligne, *_ in signalees(lot, "avis")] == [2, 3, 4]
    assert len(signalees(lot, "rejet")) == 5


def test_a_deposit_writes_for_its_establishments_only():
    fabriques.etablissement(uai="0755890V", code_commune="75105")
    lot = faire(en_csv([BONNE, champs(uai="0755890V")]), uais=["0311384L"])
    assert lot.creees == 1
    assert signalees(lot, "rejet") == [(3, "uai", "0755890V", "uai_non_autorise")]


# --- the report, corrected and sent again


def rejets(lot) -> bytes:
    sortie = io.BytesIO()
    ecrire_rejets(lot, sortie)
    return sortie.getvalue()


def test_the_report_corrected_and_sent_again_is_taken_whole():
    """Latin-1, JJ/MM/AAAA, a formula that is a diploma: what the report gives back means what was sent."""
    lignes = [
        champs(ine="2222222222B", identite=identite("Éluard", "Zoë, Anaïs"), diplome="=1+1", statut="parti"),
        champs(ine="3333333333C", dateNaissance="31/02/2004", identite=identite("O'Brien"), diplome="-"),
        champs(ine="4444444444D", diplome="@sum"),
        BONNE,
    ]
    lot = faire(en_csv(lignes, encodage="cp1252"))
    assert (lot.encodage, lot.creees, lot.rejetees) == ("cp1252", 1, 3)

    rapport = rejets(lot).decode("utf-8-sig")
    assert "'=1+1" in rapport
    assert "ligne 4 | ine : Aucun étudiant" in rapport
    for faux, juste in ((";parti;", ";inscrit;"), ("31/02/", "28/02/"), ("4444444444D", "1234567890V")):
        rapport = rapport.replace(faux, juste)
    renvoye = faire(rapport.encode())
    assert (renvoye.creees, renvoye.rejetees, signalees(renvoye, "rejet")) == (3, 0, [])
    assert set(Inscription.objects.values_list("diplome", flat=True)) == {"", "=1+1", "-", "@sum"}
    zoe = Etudiant.objects.get(ine="2222222222B")
    assert (zoe.nom_naissance, zoe.prenoms) == ("Éluard", ["Zoë", "Anaïs"])


def test_a_thousand_lines_with_faults_of_all_kinds_in_latin1_are_reported():
    mauvaises = {
        "ine": champs(ine="123"),
        "dateNaissance": champs(dateNaissance="2004-13-01"),
        "uai": champs(uai="9999999Z"),
        "dateDebutInscription": champs(dateDebutInscription="demain"),
        "dateFinInscription": champs(dateFinInscription="2020-01-01"),
        "statut": champs(statut="3"),
        "regime": champs(regime="RF8"),
        "codeCommune": champs(codeCommune="99999"),
        "cursus": champs(cursus="Z"),
        "diplome": champs(diplome="x" * 256),
        "niveauDiplome": champs(niveauDiplome="x" * 101),
        "identite.nomNaissance": champs(identite=identite("")),
        "identite.prenoms": champs(identite=identite("É", "1")),
        "identite.sexe": champs(identite=identite("É", sexe="X")),
    }
    lignes, attendus = [], []
    for n in range(1000):
        if n % 50 == 7:
            champ = list(mauvaises)[n // 50 % len(mauvaises)]
            lignes.append(mauvaises[champ])
            attendus.append((n + 2, champ))
        else:
            lignes.append(champs(ine=f"{n:010}A", identite=identite(f"Éloïse{n}"), diplome="Géographie"))
    octets = en_csv(lignes, encodage="cp1252")
    lot = faire(octets)
    assert (lot.encodage, lot.separateur, lot.lignes) == ("cp1252", ";", 1000)
    assert (lot.creees, lot.etudiants_crees, lot.rejetees) == (980, 980, 20)
    assert [(ligne, champ) for ligne, champ, *_ in signalees(lot, "rejet")] == attendus
    assert not LigneSignalee.objects.filter(lot=lot, message="").exists()
    assert rejets(lot).count(b"\r\n") == 21

    avec_bom = faire(b"\xef\xbb\xbf" + octets.decode("cp1252").encode())
    assert (avec_bom.encodage, avec_bom.inchangees, avec_bom.rejetees) == ("utf-8-sig", 980, 20)
    assert signalees(avec_bom, "rejet") == signalees(lot, "rejet")
