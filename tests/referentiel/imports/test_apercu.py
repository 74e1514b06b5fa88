"""The preview: what is seen of a file before anything is done with it, quickly whatever its size."""

import pytest

from referentiel.imports.depots.apercu import LIGNES_MONTREES, apercevoir
from referentiel.imports.depots.conduite import annuler, choisir_colonnes
from referentiel.imports.lecture.erreurs import FichierIllisible
from tests import fabriques
from tests.referentiel.ecriture.portes import COLONNES, champs, en_csv
from tests.referentiel.imports.classeurs import ods, xlsx
from tests.referentiel.imports.parcours import envoyer, essayer, lire

pytestmark = pytest.mark.django_db


def voir(octets, **options):
    return apercevoir(envoyer(octets, **options))


def champs_vus(apercu):
    return {colonne.titre: colonne.champ for colonne in apercu.colonnes}


@pytest.mark.parametrize(
    ("encodage", "separateur"), [("utf-8", ";"), ("utf-8-sig", ","), ("cp1252", "\t"), ("utf-16", ";")]
)
def test_the_preview_says_the_format_and_shows_the_first_lines(encodage, separateur):
    lignes = [champs(diplome=f"Économie {n}") for n in range(30)]
    apercu = voir(en_csv(lignes, separateur=separateur, encodage=encodage))
    assert (apercu.format, apercu.separateur) == ("csv", separateur)
    assert apercu.encodage == {"utf-16": "utf-16-le"}.get(encodage, encodage)
    assert [ligne.numero for ligne in apercu.lignes] == list(range(2, 2 + LIGNES_MONTREES))
    assert apercu.lignes[3].cellules[COLONNES.index("diplome")] == "Économie 3"
    assert (apercu.nombre, apercu.nombre_exact, apercu.modifiable) == (30, True, True)
    assert (apercu.erreurs, apercu.avis, apercu.manquantes, apercu.doublees) == ((), (), [], [])
    assert champs_vus(apercu) == {nom: nom for nom in COLONNES}


def test_the_preview_says_what_lacks_what_is_double_and_what_is_ignored():
    octets = "INE;ine;Né le;Code UAI;Couleur;Couleur;;Statut\n1;2;3;4;5;6;7;8\n".encode()
    apercu = voir(octets)
    assert [colonne.identifiant for colonne in apercu.manquantes] == [
        "dateDebutInscription",
        "dateFinInscription",
    ]
    assert [colonne.identifiant for colonne in apercu.doublees] == ["ine"]
    assert "Plusieurs colonnes disent la même chose : « INE », « ine »" in " ".join(apercu.erreurs)
    assert apercu.avis == ("Colonnes ignorées, car inconnues : « Couleur », « Couleur ».",)
    assert [colonne.cle for colonne in apercu.colonnes][4:7] == [
        "Couleur",
        "Couleur (colonne 6)",
        "(colonne 7)",
    ]

    lot = envoyer(octets)
    choisir_colonnes(
        lot_id=lot.pk,
        colonnes={"ine": "", "Couleur": "dateDebutInscription", "Couleur (colonne 6)": "dateFinInscription"},
    )
    choisi = apercevoir(lire(lot))
    assert (choisi.erreurs, choisi.avis) == ((), ())
    vues = [(colonne.champ, colonne.detecte, colonne.choisi) for colonne in choisi.colonnes]
    assert vues[:2] == [("ine", "ine", False), ("", "ine", True)]
    assert vues[4:6] == [("dateDebutInscription", "", True), ("dateFinInscription", "", True)]


def test_lines_that_cannot_be_cut_are_seen_too():
    apercu = voir(b"ine;statut\n1;2;3\n4;5\n")
    assert apercu.lignes[0].cellules == ["1", "2", "3"]
    assert apercu.lignes[0].refus.startswith("Nombre de cellules : 3")
    assert apercu.lignes[1] == (3, ["4", "5"], "")


@pytest.mark.parametrize(("fabrique", "format_"), [(xlsx, "xlsx"), (ods, "ods")])
def test_a_spreadsheet_has_the_same_preview(fabrique, format_):
    apercu = voir(fabrique(["INE", "Statut"], ["1", "2"], ["3", "4"]))
    assert (apercu.format, apercu.nombre, apercu.nombre_exact) == (format_, 2, True)
    assert champs_vus(apercu) == {"INE": "ine", "Statut": "statut"}
    assert apercu.lignes[1].cellules == ["3", "4"]


@pytest.mark.parametrize(
    "octets", [b'[{"ine": "A", "statut": 1}, {"ine": 3}]', b'{"ine": "A", "statut": 1}\n{"ine": 3}']
)
def test_a_json_file_names_its_fields_itself(octets):
    apercu = voir(octets)
    assert (apercu.modifiable, apercu.nombre, len(apercu.colonnes)) == (False, 2, len(COLONNES))
    assert apercu.lignes[0].cellules[0] == "A"


@pytest.mark.parametrize("saut", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encodage", ["utf-8", "utf-16"])
def test_of_a_large_file_the_beginning_alone_is_read(encodage, saut, django_assert_max_num_queries):
    entete, ligne = en_csv([champs(diplome="Économie appliquée " * 10)]).decode().split("\r\n")[:2]
    nombre = (6 << 20) // len(ligne)
    lot = envoyer((entete + saut + (ligne + saut) * nombre).encode(encodage))
    # A query a piece of 1 MiB: one of them, or three when lines are not seen to end.
    with django_assert_max_num_queries(1 if saut != "\r" else 3):
        apercu = apercevoir(lot)
    assert (apercu.erreurs, len(apercu.lignes), apercu.nombre_exact) == ((), LIGNES_MONTREES, False)
    if saut != "\r":
        assert apercu.nombre == pytest.approx(nombre, rel=0.01)


def test_a_line_cut_by_the_beginning_is_not_shown():
    longue = ";".join(["x" * 30_000] * 30)
    octets = (";".join(f"c{n}" for n in range(30)) + "\r" + (longue + "\r") * 4).encode()
    apercu = voir(octets)
    assert [(len(ligne.cellules), ligne.refus) for ligne in apercu.lignes] == [(30, "")] * 2


def test_after_the_dry_run_number_and_encoding_are_those_of_the_whole_file():
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    lignes = [champs() for _ in range(5_000)]
    octets = en_csv([*lignes, champs(diplome="Économie")], encodage="cp1252")
    lot = envoyer(octets)
    assert (apercevoir(lot).encodage, apercevoir(lot).nombre_exact) == ("utf-8", False)
    apercu = apercevoir(essayer(lot))
    assert (apercu.encodage, apercu.nombre, apercu.nombre_exact) == ("cp1252", 5_001, True)


def test_the_content_of_a_cancelled_deposit_is_seen_no_more():
    lot = envoyer(en_csv([champs()]))
    annuler(lot_id=lot.pk)
    with pytest.raises(FichierIllisible, match="n'est plus conservé"):
        apercevoir(lire(lot))
