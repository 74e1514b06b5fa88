"""Files as registrars and their software make them: each is read as the person who made it means it."""

import csv
import datetime
import io
import re
import zipfile

import openpyxl
import pytest

from habilitations.models import Courriel
from referentiel.imports import valeurs
from referentiel.imports.colonnes import identifier
from referentiel.imports.correspondance import Correspondance
from referentiel.imports.depots import conduite
from referentiel.imports.depots.apercu import apercevoir
from referentiel.imports.depots.conduite import deja_depose
from referentiel.imports.depots.rejets import lire_rejets
from referentiel.imports.lecture.erreurs import FichierIllisible
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.reglages import Reglages
from referentiel.models import Anomalie, Etudiant, Historique, Inscription, Lot
from tests import fabriques
from tests.referentiel.depots.aides import gestionnaire
from tests.referentiel.ecriture.portes import (
    Appel,
    champs,
    deposer_octets,
    en_csv,
    identite,
    signalees,
    traiter,
)
from tests.referentiel.imports.classeurs import enregistrer, modifier, xlsx
from tests.referentiel.imports.parcours import deposer_fichier, ecrire, envoyer, essayer, lire

pytestmark = pytest.mark.django_db

INE = "1234567890V"
BASE = {
    "INE": INE,
    "Date de naissance": "27/03/2004",
    "Nom de naissance": "Le Goff",
    "Prénoms": "Anne-Marie, Gaëlle",
    "Sexe": "F",
    "Début": "01/09/2026",
    "Fin": "31/08/2027",
    "Statut": "inscrit",
}


@pytest.fixture(autouse=True)
def toulouse():
    return fabriques.etablissement(uai="0311384L", code_commune="31555")


def fichier(*lignes, titres=(), encodage="utf-8", **remplace) -> bytes:
    lignes = lignes or ({},)
    texte = io.StringIO(newline="")
    for titre in titres:
        texte.write(titre + "\r\n")
    rangees = [{**BASE, **remplace, **ligne} for ligne in lignes]
    rangees = [{cle: valeur for cle, valeur in une.items() if valeur is not ...} for une in rangees]
    ecriture = csv.DictWriter(texte, list(rangees[0]), delimiter=";")
    ecriture.writeheader()
    ecriture.writerows(rangees)
    return texte.getvalue().encode(encodage)


def classeur(*lignes, avant=(), **remplace) -> openpyxl.Workbook:
    livre = openpyxl.Workbook()
    feuille = livre.active
    for rangee in avant:
        feuille.append(rangee)
    rangees = [{**BASE, **remplace, **ligne} for ligne in lignes or ({},)]
    feuille.append(list(rangees[0]))
    for une in rangees:
        feuille.append(list(une.values()))
    return livre


def prise(octets, **options) -> Inscription:
    lot = deposer_fichier(octets, **options)
    assert (lot.creees, lot.rejetees) == (1, 0), signalees(lot, "rejet")
    return Inscription.objects.select_related("etudiant").get()


def avis(lot) -> set[str]:
    return {code for *_, code in signalees(lot, "avis")}


# --- cases 18, 20, 57: what a spreadsheet writes in place of a value


@pytest.mark.parametrize("erreur", ["#N/A", "#REF!", "#VALEUR!", "#DIV/0!"])
@pytest.mark.parametrize("colonne", ["Nom de naissance", "Date de naissance", "Statut", "INE"])
def test_an_error_text_is_not_a_value(colonne, erreur):
    lot = essayer(envoyer(fichier(**{colonne: erreur})))
    assert (lot.rejetees, lot.creees) == (1, 0)
    ((_, champ, valeur, code),) = signalees(lot, "rejet")
    assert (identifier(colonne).champ, valeur, code) == (champ, erreur, "erreur_de_tableur")


def test_an_error_in_a_column_that_is_not_read_rejects_nothing():
    livre = classeur(Moyenne=12)
    livre.active.cell(2, 9).value = "#DIV/0!"
    assert prise(enregistrer(livre)).etudiant.nom_naissance == "Le Goff"


def test_a_formula_without_a_value_is_not_an_empty_cell():
    lot = essayer(envoyer(enregistrer(classeur(Régime='=VLOOKUP("x",A1:B2,2,FALSE)'))))
    assert lot.rejetees == 1
    assert signalees(lot, "rejet") == [(2, "regime", "#FORMULE!", "erreur_de_tableur")]


def test_a_formula_with_its_value_is_read():
    octets = enregistrer(classeur(Régime="=A1"))
    feuille = b"xl/worksheets/sheet1.xml"
    xml = zipfile.ZipFile(io.BytesIO(octets)).read(feuille.decode()).decode()
    # An empty value is written in one way or another by the libraries that openpyxl may use.
    xml, remplacees = re.subn(r"<f>A1</f><v(?: ?/>|></v>)", "<f>A1</f><v>RF4</v>", xml)
    assert remplacees == 1
    xml = xml.replace('<c r="I2">', '<c r="I2" t="str">')
    assert (
        prise(
            modifier(octets, xl__worksheets__sheet1__xml=None, **{"xl__worksheets__sheet1.xml": xml})
        ).regime
        == "RF4"
    )


# --- case 19: encodings


@pytest.mark.parametrize(
    "encodage", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso8859-15", "cp850", "mac_roman"]
)
def test_the_accents_of_each_encoding_are_read(encodage):
    noms = [{"INE": f"{n:010}A", "Nom de naissance": nom, "Prénoms": prenom} for n, (nom, prenom) in enumerate(
        [("Noël", "François"), ("Lefèvre", "Béatrice"), ("Gérard", "Zoé"), ("LEFÈVRE", "RENÉ")]
    )]  # fmt: skip
    lot = deposer_fichier(fichier(*noms, encodage=encodage))
    assert lot.creees == 4
    assert set(Etudiant.objects.values_list("nom_naissance", flat=True)) == {
        "Noël",
        "Lefèvre",
        "Gérard",
        "LEFÈVRE",
    }


def test_the_first_accents_are_shown_and_the_encoding_can_be_chosen():
    lot = envoyer("Nom;INE\nMaël;1\n".encode("mac_roman"))
    vu = apercevoir(lot)
    assert vu.encodage == "cp850"  # nothing tells them apart in one word
    lot = conduite.regler(lot_id=lot.pk, reglages=Reglages(encodage="mac_roman"))
    assert lot.etat == "analyse_en_attente"
    from referentiel import tasks

    tasks.traiter_lots()
    vu = apercevoir(lire(lot))
    assert (vu.encodage, vu.accents) == ("mac_roman", ["Maël"])


# --- cases 30 and 32: dates


@pytest.mark.parametrize(
    ("ecrite", "lue"),
    [
        ("1/9/2026", "2026-09-01"),
        ("01-09-2026", "2026-09-01"),
        ("01.09.2026", "2026-09-01"),
        ("01/09/26", "2026-09-01"),
        ("2026/09/01", "2026-09-01"),
        ("2026-9-1", "2026-09-01"),
        ("01/09/2026 00:00", "2026-09-01"),
        ("01/09/2026 08:30:00", "2026-09-01"),
        ("2026-09-01T00:00:00", "2026-09-01"),
        ("2026-09-01T00:00:00.000Z", "2026-09-01"),
        ("2026-09-01 00:00:00", "2026-09-01"),
        ("20260901", "2026-09-01"),
        ("01092026", "2026-09-01"),
        ("46266", "2026-09-01"),
        ("46266.5", "2026-09-01"),
        ("38073", "2004-03-27"),
        ("bientôt", "bientôt"),
        ("2026", "2026"),
    ],
)
def test_a_date_in_a_file_is_read(ecrite, lue):
    assert valeurs.lire_date(ecrite) == lue


@pytest.mark.parametrize(
    ("ecrite", "lue"), [("27/03/04", "2004-03-27"), ("27/03/85", "1985-03-27"), ("00/00/2004", "2004-00-00"),
    ("1992-11-00", "1992-11-00"), ("00/11/1992", "1992-11-00")]
)  # fmt: skip
def test_a_birth_date_in_a_file_is_read(ecrite, lue):
    assert valeurs.lire_date(ecrite, naissance=True) == lue


@pytest.mark.parametrize(
    ("ecrite", "jour", "precision"),
    [
        ("00/00/2004", datetime.date(2004, 1, 1), "annee"),
        ("1992-11-00", datetime.date(1992, 11, 1), "mois"),
        ("27/03/2004", datetime.date(2004, 3, 27), "jour"),
    ],
)
def test_an_unknown_day_or_month_is_presumed(ecrite, jour, precision):
    etudiant = prise(fichier(**{"Date de naissance": ecrite})).etudiant
    assert (etudiant.date_naissance, etudiant.precision_naissance) == (jour, precision)


def test_the_api_also_accepts_that_a_day_is_unknown():
    assert Appel().envoyer(champs(dateNaissance="1992-11-00", identite=identite())).issue == "creee"
    etudiant = Etudiant.objects.get()
    assert (etudiant.date_naissance, etudiant.precision_naissance) == (datetime.date(1992, 11, 1), "mois")
    assert Appel().envoyer(champs(dateNaissance="1992-00-12", identite=identite())).issue == "date_impossible"


def test_a_date_cell_with_a_time_is_read_as_a_date():
    livre = classeur(
        Début=datetime.datetime(2026, 9, 1, 8, 30),  # noqa: DTZ001 (a cell has no time zone)
        Fin=datetime.date(2027, 8, 31),
    )
    assert prise(enregistrer(livre)).date_debut == datetime.date(2026, 9, 1)


# --- case 31


def test_an_unlikely_age_is_reported():
    lot = deposer_fichier(fichier(**{"Date de naissance": "27/03/2024"}))
    assert lot.creees == 1
    assert "age_invraisemblable" in avis(lot)


def test_admitted_and_enrolled_at_the_same_time_is_reported():
    lot = deposer_fichier(fichier({"Diplôme": "A", "Statut": "inscrit"}, {"Diplôme": "B", "Statut": "admis"}))
    assert lot.creees == 2
    assert [une for une in signalees(lot, "avis") if une[3] == "admission_et_inscription"] == [
        (3, "statut", "admis", "admission_et_inscription")
    ]


# --- case 33: lost zeros


def test_lost_zeros_are_restored_when_the_result_is_known():
    octets = fichier(
        INE="12345678" + "H", UAI="311384L", **{"Code commune de naissance": "1053", "Code commune": "31555"}
    )
    # 0012345678 mod 23 = 14, the 15th letter of the alphabet of the keys is R
    octets = octets.replace(b"12345678H", b"12345678R")
    inscription = prise(octets)
    assert inscription.etudiant.ine == "0012345678R"
    assert inscription.etudiant.lieu_naissance == "01053"
    lot = Lot.objects.get()
    assert "zero_rendu" in avis(lot)


def test_an_ine_whose_key_proves_nothing_stays_rejected():
    lot = essayer(envoyer(fichier(INE="12345678H")))
    assert signalees(lot, "rejet")[0][1::2] == ("ine", "format")


# --- cases 34, 35, 55: values


@pytest.mark.parametrize(
    ("titre", "valeur", "sexe"),
    [
        ("H/F", "H", "M"), ("Sexe", "Homme", "M"), ("Sexe", "1", "M"), ("Civilité", "Mr", "M"), ("Civilité", "M.", "M"),
        ("Sexe", "Masculin", "M"), ("Sexe", "2", "F"), ("Civilité", "Mme", "F"), ("Sexe", "Féminin", "F"),
        ("Sexe", "femme", "F"),
    ],
)  # fmt: skip
def test_the_sex_is_read_in_its_many_spellings(titre, valeur, sexe):
    assert prise(fichier(**{"Sexe": ..., titre: valeur})).etudiant.sexe == sexe


@pytest.mark.parametrize(
    ("valeur", "statut"),
    [
        ("Inscrite", "inscrit"), ("Inscrit(e)", "inscrit"), ("INSCRIT", "inscrit"), ("Validée", "inscrit"),
        ("Inscription validée", "inscrit"), ("Inscrit administrativement", "inscrit"), ("IA", "inscrit"),
        ("Admise", "admis"), ("Admis(e)", "admis"), ("1", "admis"), ("2", "inscrit"),
    ],
)  # fmt: skip
def test_the_status_is_read_in_each_gender_and_wording(valeur, statut):
    assert prise(fichier(Statut=valeur)).statut == statut


@pytest.mark.parametrize(
    ("valeur", "regime"),
    [
        ("FI", "RF1"), ("FC", "RF5"), ("FA", "RF4"), ("Apprentissage", "RF4"), ("Alternance", "RF4"),
        ("Contrat pro", "RF7"), ("contrat d'apprentissage", "RF4"), ("Formation continue", "RF5"), ("rf6", "RF6"),
    ],
)  # fmt: skip
def test_the_regime_is_read_in_the_words_of_school_software(valeur, regime):
    assert prise(fichier(Régime=valeur)).regime == regime


@pytest.mark.parametrize("chiffre", ["4", "4.0", "4,0"])
def test_a_digit_alone_is_asked_about_then_remembered(chiffre):
    lot = envoyer(fichier(Régime=chiffre))
    (erreur,) = apercevoir(lot).erreurs
    assert "un chiffre seul" in erreur
    cle = valeurs.cle_libelle(chiffre)
    lot = conduite.regler(lot_id=lot.pk, reglages=Reglages(valeurs={"regime": {cle: "RF4"}}))
    assert apercevoir(lot).erreurs == ()
    assert ecrire(essayer(lot)).creees == 1
    assert Inscription.objects.get().regime == "RF4"
    # The next file by the same rights is not asked again.
    assert apercevoir(envoyer(fichier({"INE": "0000000001B"}, Régime=chiffre))).erreurs == ()


def test_a_digit_alone_is_not_read_where_nobody_can_answer():
    Appel().envoyer(
        champs(
            identite=identite(),
            regime="RF6",
            dateDebutInscription="2026-09-01",
            dateFinInscription="2027-08-31",
        )
    )
    lot = traiter(deposer_octets(fichier(Régime="4"), canal="commande", uais=["0311384L"]))
    assert (lot.rejetees, lot.inchangees) == (0, 1)
    assert "regime_chiffre" in avis(lot)
    assert Inscription.objects.get().regime == "RF6"


def test_the_meaning_of_an_unknown_value_can_be_chosen():
    lot = envoyer(fichier(Statut="Dossier complet"))
    (vue,) = [une for une in apercevoir(lot).valeurs if une.champ == "statut"]
    assert (vue.valeur, vue.code) == ("Dossier complet", "?")
    conduite.regler(lot_id=lot.pk, reglages=Reglages(valeurs={"statut": {vue.cle: "inscrit"}}))
    assert ecrire(essayer(lot)).creees == 1


# --- cases 36 and 45: birth places


@pytest.mark.parametrize(
    ("texte", "code"),
    [("TOULOUSE (31)", "31555"), ("Paris 12e", "75112"), ("Maroc", "99350"), ("29232", "29232"),
    ("Trifouillis-les-Oies", None)],
)  # fmt: skip
def test_a_birth_place_written_out_in_full_is_recognised(texte, code):
    assert prise(fichier(**{"Lieu de naissance": texte})).etudiant.lieu_naissance == code


@pytest.mark.parametrize(
    ("commune", "pays", "lieu"),
    [("", "99352", "99352"), ("", "352", "99352"), ("ALGER", "99352", "99352"), ("31555", "99100", "31555"),
    ("31555", "100", "31555")],
)  # fmt: skip
def test_the_birth_country_is_read_in_its_own_column(commune, pays, lieu):
    octets = fichier(**{"Commune de naissance": commune, "Code pays naissance": pays})
    assert prise(octets).etudiant.lieu_naissance == lieu


# --- case 40


@pytest.mark.parametrize(
    "debut", [b"<html><table>", b"\xef\xbb\xbf <!DOCTYPE html>", b"<TABLE>", b"<meta charset>"]
)
def test_a_web_page_named_xls_is_refused_as_such(debut):
    with pytest.raises(FichierIllisible, match="page web enregistrée sous un nom de classeur"):
        envoyer(debut + b"<tr><td>INE</td></tr></table>", nom_fichier="export.xls")
    assert not Lot.objects.exists()


# --- case 44: the same file sent twice


def test_the_same_file_already_waiting_is_reported():
    premier, second = envoyer(fichier()), envoyer(fichier())
    assert deja_depose(second) == premier
    conduite.annuler(lot_id=premier.pk)
    assert deja_depose(second) is None


# --- case 49: titles, sheets, rows


@pytest.mark.parametrize(
    "titres",
    [["Extraction du 27/11/2026"], ["Université", "", "Liste des inscrits;;;", ""], ["a;b;c", "1;2;3"]],
)
def test_headings_that_are_not_on_the_first_line_are_found(titres):
    assert prise(fichier(titres=titres)).statut == "inscrit"


def test_the_line_of_headings_can_be_chosen():
    octets = b"INE;Nom;Statut\r\n" + fichier()
    lot = envoyer(octets)
    assert apercevoir(lot).entete == 2
    conduite.regler(lot_id=lot.pk, reglages=Reglages(entete=1))
    from referentiel import tasks

    tasks.traiter_lots()
    assert [vue.titre for vue in apercevoir(lire(lot)).colonnes] == ["INE", "Nom", "Statut"]


def test_a_cover_sheet_is_not_taken_for_the_list():
    livre = classeur(avant=[["Liste des inscrits"], []])
    garde = livre.create_sheet("Garde", 0)
    garde.append(["Service de la scolarité"])
    garde.append(["Établi le", "27/11/2026"])
    lot = envoyer(enregistrer(livre))
    vu = apercevoir(lot)
    assert (vu.feuille, vu.entete, vu.feuilles) == ("Sheet", 3, ["Garde", "Sheet"])
    assert ecrire(essayer(lot)).creees == 1


def test_hidden_lines_are_reported():
    livre = classeur({}, {"INE": "0000000001B"})
    livre.active.row_dimensions[3].hidden = True
    lot = envoyer(enregistrer(livre))
    assert any("1 ligne masquée est lue" in un for un in apercevoir(lot).avis)
    assert essayer(lot).creees == 2


# --- constants, joined columns, homes


def test_what_is_the_same_for_all_lines_is_given_once():
    lot = envoyer(fichier(Début=..., Fin=..., Statut=...), uais=["0311384L", "0755890V"])
    assert {colonne.identifiant for colonne in apercevoir(lot).manquantes} == {
        "uai", "dateDebutInscription", "dateFinInscription", "statut",
    }  # fmt: skip
    constantes = {"uai": "0311384L", "statut": "inscrit", "regime": "RF4", "anneeUniversitaire": "2026-2027"}
    lot = conduite.regler(lot_id=lot.pk, reglages=Reglages(constantes=constantes))
    assert apercevoir(lot).erreurs == ()
    assert ecrire(essayer(lot)).creees == 1
    une = Inscription.objects.get()
    assert (une.statut, une.regime, une.date_debut, une.date_fin) == (
        "inscrit", "RF4", datetime.date(2026, 9, 1), datetime.date(2027, 8, 31),
    )  # fmt: skip


def test_the_manager_of_a_single_establishment_need_not_name_it():
    assert prise(fichier()).etablissement.uai == "0311384L"


def test_columns_that_make_one_field_are_joined():
    octets = fichier(
        INE=..., Prénoms=..., COD_NNE_IND=INE[:10], COD_CLE_NNE_IND=INE[10], **{"Prénom 1": "Anne-Marie", "Prénom 2":
        "Gaëlle", "Prénom 3": ""}
    )  # fmt: skip
    etudiant = prise(octets).etudiant
    assert (etudiant.ine, etudiant.prenoms) == (INE, ["Anne-Marie", "Gaëlle"])


@pytest.mark.parametrize("titre", ["Code postal", "CP", "Codes postaux", "CODE_POSTAL"])
@pytest.mark.parametrize("adresse", [{"Adresse": "3 rue des Lilas"}, {}], ids=["avec adresse", "seul"])
def test_a_postcode_of_nobody_knows_what_is_not_the_place_of_study(titre, adresse):
    lot = envoyer(fichier(**adresse, **{titre: "31400"}))
    assert any("ne dit pas de quelle adresse" in un for un in apercevoir(lot).avis)
    assert ecrire(essayer(lot)).creees == 1
    assert Inscription.objects.get().code_commune == "31555"


def test_a_postcode_said_to_be_the_place_of_study_is_read_as_such():
    lot = deposer_fichier(fichier(**{"Code postal du lieu d'études": "31400"}))
    assert lot.creees == 1
    assert Inscription.objects.get().code_commune == "31555"


def test_an_optional_column_rejects_no_line_for_its_country():
    assert prise(fichier(**{"Code pays naissance": "?"})).etudiant.lieu_naissance is None


# --- what comes back


def test_rejected_lines_come_back_in_the_format_sent():
    lot = deposer_fichier(enregistrer(classeur({}, {"INE": "faux"}, avant=[["Titre"]])), nom_fichier="a.xlsx")
    octets = b"".join(lire_rejets(lot))
    lignes = list(openpyxl.load_workbook(io.BytesIO(octets)).active.iter_rows(values_only=True))
    assert lignes[0] == (*BASE, "erreurs")
    assert lignes[1][:2] == ("faux", "27/03/2004")
    assert len(lignes) == 2
    assert ouvrir(io.BytesIO(octets)).entetes == [*BASE, "erreurs"]


def test_a_mail_says_that_the_deposit_is_finished(toulouse):
    compte = gestionnaire(toulouse)
    lot = envoyer(fichier({}, {"INE": "faux"}), compte_id=compte.pk)
    assert not Courriel.objects.exists()
    ecrire(essayer(lot))
    courriel = Courriel.objects.get()
    assert (courriel.genre, courriel.destinataire) == ("depot_termine", compte.courriel)
    assert courriel.objet == f"Dépôt n° {lot.pk} : 1 ligne enregistrée, 1 à corriger"
    assert f"/gestion/depots/{lot.cle}" in courriel.texte
    assert "Le Goff" not in courriel.texte
    assert INE not in courriel.texte


# --- the establishment's own typo


def test_the_establishment_s_own_typing_error_is_corrected_without_an_anomaly(transactional_db, toulouse):
    deposer_fichier(fichier(**{"Nom de naissance": "Le Gof"}))
    lot = deposer_fichier(fichier())
    assert not Anomalie.objects.exists()
    etudiant = Etudiant.objects.get()
    assert etudiant.nom_naissance == "Le Goff"
    assert "identite_corrigee" in avis(lot)
    (trace,) = Historique.objects.filter(objet="etudiant", operation="modification")
    assert (trace.auteur, trace.avant, trace.apres) == (
        f"lot:{lot.pk}", {"nom_naissance": "Le Gof"}, {"nom_naissance": "Le Goff"},
    )  # fmt: skip


@pytest.mark.parametrize("confirme", ["autre établissement", "INES"])
def test_an_identity_confirmed_by_another_is_no_longer_corrected(transactional_db, toulouse, confirme):
    deposer_fichier(fichier(**{"Nom de naissance": "Le Gof"}))
    if confirme == "INES":
        Etudiant.objects.update(identite_verifiee=True)
    else:
        fabriques.etablissement(uai="0755890V", code_commune="75105")
        Appel().envoyer(champs(uai="0755890V"))
    deposer_fichier(fichier())
    assert Anomalie.objects.filter(type="nom_different").count() == 1
    assert Etudiant.objects.get().nom_naissance == "Le Gof"


# --- nothing is opened by a page


def test_no_page_opens_the_file(client, toulouse, monkeypatch):
    compte = gestionnaire(toulouse)
    client.force_login(compte)
    lot = envoyer(fichier(), compte_id=compte.pk)

    def interdit(*args, **options):
        raise AssertionError("une page a ouvert le fichier")

    monkeypatch.setattr("referentiel.imports.depots.depot.FichierDeLot.readinto", interdit)
    for adresse in ("", "?etape=colonnes"):
        assert client.get(f"/gestion/depots/{lot.cle}{adresse}").status_code == 200
    assert client.post(f"/gestion/depots/{lot.cle}/verifier", {"option": "valides"}).status_code == 302
    assert lire(lot).etat == "essai_en_attente"


def test_the_upload_answers_without_opening_the_archive(client, toulouse, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    monkeypatch.setattr("zipfile.ZipFile.__init__", lambda *_, **__: pytest.fail("archive ouverte"))
    client.force_login(gestionnaire(toulouse))
    response = client.post(
        "/gestion/depots/nouveau", {"fichier": SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + b"x" * 100)}
    )
    assert response.status_code == 302
    lot = Lot.objects.get()
    assert lot.etat == "analyse_en_attente"
    assert "Analyse en attente" in client.get(response.url).content.decode()


def test_a_file_with_too_many_elements_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("referentiel.imports.lecture.etendue.ELEMENTS_MAXIMUM", 50)
    with pytest.raises(FichierIllisible, match="trop d'éléments"):
        ouvrir(io.BytesIO(xlsx(["INE", "Nom"], *[["1", "2"]] * 20)))


def test_an_unreadable_file_is_not_kept():
    lot = envoyer(b"PK\x03\x04" + b"x" * 100)
    assert (lot.etat, lot.efface_le is not None) == ("echec", True)
    assert "abîmé" in lot.message


def test_the_mapping_does_not_take_two_columns_for_a_single_field():
    assert Correspondance(["INE", "Statut", "Statuts"]).doublees


def test_a_csv_in_the_api_s_own_words_is_read_as_a_deposit(toulouse):
    """The API's own words keep their meaning in a file."""
    lot = deposer_fichier(en_csv([champs(identite=identite(), regime="contrat d'apprentissage", statut="2")]))
    assert lot.creees == 1
    assert Inscription.objects.get().regime == "RF4"
