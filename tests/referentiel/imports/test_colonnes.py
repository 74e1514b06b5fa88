"""Titles of columns, and rows turned into the fields that validation judges."""

import io

import pytest

from referentiel.imports.colonnes import COLONNES, identifier
from referentiel.imports.correspondance import Correspondance, parcourir
from referentiel.imports.lecture.ouverture import ouvrir
from referentiel.imports.titres import AUTRES_TITRES

OBLIGATOIRES = ["ine", "dateNaissance", "uai", "dateDebutInscription", "dateFinInscription", "statut"]
IDENTITE = ["nomNaissance", "prenoms", "sexe", "codeCogInseeCommuneNaissance"]
FACULTATIVES = ["regime", "codeCommune", "cursus", "diplome", "niveauDiplome"]


def test_columns_are_those_of_the_contract():
    assert {colonne.identifiant for colonne in COLONNES if colonne.obligatoire} == set(OBLIGATOIRES)
    assert {colonne.identifiant for colonne in COLONNES} == {
        *OBLIGATOIRES,
        *FACULTATIVES,
        *IDENTITE,
        "cleIne", "codePaysNaissance", "anneeUniversitaire",  # of files only
        "erreurs",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("titre", "identifiant"),
    [
        ("INE", "ine"),
        ("Numéro INE", "ine"),
        ("Date de naissance", "dateNaissance"),
        ("DATE DE NAISSANCE ", "dateNaissance"),
        ("date_naissance", "dateNaissance"),
        ("datenaissance", "dateNaissance"),
        ("né le", "dateNaissance"),
        ("Né(e) le", "dateNaissance"),
        ("Code UAI", "uai"),
        ("date-debut-inscription", "dateDebutInscription"),
        ("Date de fin", "dateFinInscription"),
        ("Régime", "regime"),
        ("REGIME", "regime"),
        ("Code\u00a0commune", "codeCommune"),
        ("Diplôme", "diplome"),
        ("Nom de naissance", "nomNaissance"),
        ("identite.nomNaissance", "nomNaissance"),
        ("Prénoms", "prenoms"),
        ("Prénom(s)", "prenoms"),
        ("sexe", "sexe"),
        ("Code commune de naissance", "codeCogInseeCommuneNaissance"),
        ("erreurs", "erreurs"),
        ("N° INE", "ine"),
        ("Nº INE", "ine"),
        ("n°_ine", "ine"),
        ("Date de naissance (JJ/MM/AAAA)", "dateNaissance"),
        ("Code établissement", "uai"),
        ("UAI établissement", "uai"),
        ("R.N.E.", "uai"),
        ("Date d’inscription", "dateDebutInscription"),
        ("Début", "dateDebutInscription"),
        ("FIN", "dateFinInscription"),
        ("Diplôme préparé", "diplome"),
        ("Diplôme(s) préparé(s)", "diplome"),
        ("Nom de famille", "nomNaissance"),
        ("H/F", "sexe"),
        ("Commune de naissance (code Insee)", "codeCogInseeCommuneNaissance"),
    ],
)
def test_usual_titles_are_understood(titre, identifiant):
    assert identifier(titre).identifiant == identifiant


@pytest.mark.parametrize(
    "titre", ["", "Nom d'usage", "commentaire", "in e!x", "Date", "Code", "Commune", "x" * 10_000]
)
def test_any_other_title_designates_nothing(titre):
    assert identifier(titre) is None


def test_no_title_designates_two_columns():
    assert set(AUTRES_TITRES) <= {colonne.identifiant for colonne in COLONNES}
    for colonne in COLONNES:
        autres = AUTRES_TITRES.get(colonne.identifiant, ())
        for nom in (colonne.identifiant, colonne.libelle, *colonne.alias, *autres):
            assert identifier(nom) is colonne


def test_a_sound_header_says_nothing():
    trouvee = Correspondance([*OBLIGATOIRES, *FACULTATIVES, *IDENTITE, "erreurs"])
    assert (trouvee.erreurs, trouvee.avis, trouvee.inconnues) == ((), (), [])


def test_unknown_columns_are_a_notice():
    trouvee = Correspondance([*OBLIGATOIRES, "Nom d'usage", ""])
    assert trouvee.erreurs == ()
    assert trouvee.inconnues == ["Nom d'usage"]
    assert "« Nom d'usage »" in trouvee.avis[0]


def test_many_unknown_columns_are_counted():
    trouvee = Correspondance([*OBLIGATOIRES, *(f"autre {n}" for n in range(30))])
    assert "et 10 autres" in trouvee.avis[0]


@pytest.mark.parametrize("absente", OBLIGATOIRES)
def test_missing_mandatory_column_is_an_error(absente):
    trouvee = Correspondance([nom for nom in OBLIGATOIRES if nom != absente])
    assert [colonne.identifiant for colonne in trouvee.manquantes] == [absente]
    assert len(trouvee.erreurs) == 1
    assert absente in trouvee.erreurs[0]


def test_doubled_column_is_an_error_that_names_both_titles():
    trouvee = Correspondance([*OBLIGATOIRES, "Né le", "diplome", "Diplôme"])
    assert [colonne.identifiant for colonne in trouvee.doublees] == ["dateNaissance", "diplome"]
    assert "« dateNaissance », « Né le »" in trouvee.erreurs[0]


def test_header_without_any_known_column_is_said_in_one_sentence():
    trouvee = Correspondance(["1234567890V", "2004-03-27"])
    assert len(trouvee.erreurs) == 1
    assert "titres" in trouvee.erreurs[0]


def champs(**cellules):
    return Correspondance(list(cellules)).champs(list(cellules.values()))


def test_row_becomes_fields_whatever_the_order():
    lus = champs(
        prenoms="Anne-Marie, Jean Pierre",
        commentaire="ignoré",
        statut=" inscrit\u00a0",
        dateNaissance="2004-03-27",
        regime="  ",
        erreurs="ligne 3 | …",
        ine="1234567890V",
        sexe="",
        nomNaissance="Le Goff",
    )
    assert lus == {
        "ine": "1234567890V",
        "statut": "inscrit",
        "dateNaissance": "2004-03-27",
        "identite": {"nomNaissance": "Le Goff", "prenoms": ["Anne-Marie", "Jean Pierre"]},
    }


def test_row_without_identity_has_none():
    assert champs(ine="1", nomNaissance="", prenoms=" ", sexe="") == {"ine": "1"}


@pytest.mark.parametrize(
    ("cellule", "lue"),
    [
        ("2004-03-27", "2004-03-27"),
        ("27/03/2004", "2004-03-27"),
        ("31/02/2004", "2004-02-31"),  # in ISO form, for validation to say that it does not exist
        ("7/3/2004", "2004-03-07"),
        ("27/03/04", "2004-03-27"),
        ("27-03-2004", "2004-03-27"),
        ("27/03/2004 00:00", "2004-03-27"),
        ("٢٧/03/2004", "٢٧/03/2004"),
    ],
)
@pytest.mark.parametrize("champ", ["dateNaissance", "dateDebutInscription", "dateFinInscription"])
def test_french_days_are_a_convenience_of_files(champ, cellule, lue):
    assert champs(**{champ: cellule}) == {champ: lue}


def test_slashes_elsewhere_are_text():
    assert champs(diplome="27/03/2004") == {"diplome": "27/03/2004"}


def test_neutralised_formula_is_given_back():
    assert champs(diplome="'=1+1", niveauDiplome="'t", nomNaissance="'-x")["diplome"] == "=1+1"
    assert champs(niveauDiplome="'t") == {"niveauDiplome": "'t"}
    assert champs(nomNaissance="'-x") == {"identite": {"nomNaissance": "-x"}}


def test_lines_of_a_file_as_fields():
    octets = 'ine;Né le;Prénom\n1;27/03/2004;Anne, Zoé\n2\n"3;x;y\n4;;\n'.encode()
    lues = list(parcourir(ouvrir(io.BytesIO(octets), "x.csv")))
    assert [(lue.numero, lue.champs, lue.refus and lue.refus.code) for lue in lues] == [
        (2, {"ine": "1", "dateNaissance": "2004-03-27", "identite": {"prenoms": ["Anne", "Zoé"]}}, None),
        (3, None, "nombre_de_cellules"),
        (4, None, "guillemets"),
        (5, {"ine": "4"}, None),
    ]


def test_objects_of_a_json_file_are_fields_as_they_are():
    lues = list(parcourir(ouvrir(io.BytesIO(b'{"ine": 1, "identite": {"sexe": "F"}}\n[]\n'), "x")))
    assert lues[0].champs == {"ine": 1, "identite": {"sexe": "F"}}
    assert (lues[1].champs, lues[1].refus.code, lues[1].cellules) == (None, "json_invalide", ["[]"])
