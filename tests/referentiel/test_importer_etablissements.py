"""`importer_etablissements`: what is taken, what is refused and why, whatever the file."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from referentiel.models import Etablissement
from tests import fabriques

pytestmark = pytest.mark.django_db

ENTETE = "uai,nom,type,secteur,codeCommune,siret\n"
CAPITOLE = "0311382J,Université Toulouse Capitole,universite,public,31555,\n"
DEMONSTRATION = Path(__file__).parents[2] / "referentiel" / "donnees" / "demonstration" / "etablissements.csv"


class Resultat:
    def __init__(self, code: int, sortie: str, erreurs: str) -> None:
        self.code, self.sortie, self.erreurs = code, sortie, erreurs

    @property
    def comptes(self) -> tuple[int, ...]:
        """(created, updated, unchanged, rejected)"""
        mots = self.sortie.replace(";", "").split()
        apres = {"établissements": 0, "mis": 1, "inchangés,": 2, "rejetés": 3}
        comptes = {apres[mot]: int(mots[rang - 1]) for rang, mot in enumerate(mots) if mot in apres}
        return tuple(comptes[rang] for rang in range(4))


@pytest.fixture
def importer(tmp_path: Path) -> Any:
    def importer(contenu: str | bytes, **options: Any) -> Resultat:
        fichier = tmp_path / "etablissements.csv"
        fichier.write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)
        sortie, erreurs = io.StringIO(), io.StringIO()
        code = 0
        try:
            call_command("importer_etablissements", str(fichier), stdout=sortie, stderr=erreurs, **options)
        except SystemExit as fin:
            code = int(fin.code or 0)
        return Resultat(code, sortie.getvalue(), erreurs.getvalue())

    return importer


def test_the_demonstration_file_is_taken_whole_and_taken_again_changes_nothing(importer: Any) -> None:
    contenu = DEMONSTRATION.read_bytes()
    nombre = contenu.count(b"\n") - 1
    premier = importer(contenu)
    assert (premier.code, premier.comptes, premier.erreurs) == (0, (nombre, 0, 0, 0), "")
    avant = list(Etablissement.objects.values_list("id", "modifie_le"))
    assert importer(contenu).comptes == (0, 0, nombre, 0)
    assert list(Etablissement.objects.values_list("id", "modifie_le")) == avant


def test_the_place_gives_departement_and_academie(importer: Any) -> None:
    importer("uai,nom,codeCommune\n7200664J,Université de Corse,2b096\n")
    corse = Etablissement.objects.get()
    assert (corse.uai, corse.code_commune, corse.departement, corse.academie) == (
        "7200664J",
        "2B096",
        "2B",
        "Corse",
    )
    assert (corse.type, corse.secteur, corse.siret, corse.ouvert, corse.fictif) == (
        "autre",
        "public",
        "",
        True,
        False,
    )


def test_a_changed_line_updates_and_what_the_file_does_not_say_is_kept(importer: Any) -> None:
    importer(
        ENTETE + "0311382J,Ancien nom,universite,prive,31555,19311384200010\n"
        "0311383K,Jean Jaurès,universite,public,31555,\n"
    )
    resultat = importer(
        "uai,nom,codeCommune,siret\n0311382J,Nouveau nom,31555,\n0311383K,Jean Jaurès,31555,\n"
    )
    assert resultat.comptes == (0, 1, 1, 0)
    change = Etablissement.objects.get(uai="0311382J")
    assert (change.nom, change.type, change.secteur, change.siret) == (
        "Nouveau nom",
        "universite",
        "prive",
        "19311384200010",
    )


@pytest.mark.parametrize(
    "entete",
    [
        "uai;uo_lib;type_d_etablissement;secteur_d_etablissement;com_code;aca_nom;siret;date_fermeture;url",
        "uai - identifiant;Libellé;Type d'établissement;Secteur d'établissement;Code de la commune;Académie;"
        "SIRET;Date de fermeture;url",
    ],
    ids=["noms techniques", "libellés"],
)
@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_ministry_s_columns_are_read(importer: Any, entete: str, encodage: str) -> None:
    contenu = (
        f"{entete}\n"
        "0673021V;Université de Strasbourg;Université;Secteur public;67482;Strasbourg;13000545700010;;https://x\n"
        "0753541S;Institut catholique de Paris;Grand établissement;privé;75106;Paris;;;\n"
        "0311384L;École fermée;École d'ingénieurs;public;31555;Toulouse;;2019-12-31;\n"
    )
    resultat = importer(contenu.encode(encodage))
    assert (resultat.code, resultat.comptes, resultat.erreurs) == (0, (3, 0, 0, 0), "")
    lus = Etablissement.objects.values_list(
        "uai", "nom", "type", "secteur", "code_commune", "siret", "academie", "ouvert"
    )
    assert set(lus) == {
        (
            "0673021V",
            "Université de Strasbourg",
            "universite",
            "public",
            "67482",
            "13000545700010",
            "Strasbourg",
            True,
        ),
        (
            "0753541S",
            "Institut catholique de Paris",
            "grand_etablissement",
            "prive",
            "75106",
            "",
            "Paris",
            True,
        ),
        ("0311384L", "École fermée", "ecole_ingenieur", "public", "31555", "", "Toulouse", False),
    }


def test_an_establishment_that_opens_again_is_open(importer: Any) -> None:
    fabriques.etablissement(uai="0311382J", ferme=True)
    importer("uai,nom,codeCommune,date_fermeture\n0311382J,Capitole,31555,\n")
    assert Etablissement.objects.get().ouvert


def test_a_closing_to_come_leaves_the_establishment_open_and_no_column_leaves_it_as_it_is(
    importer: Any,
) -> None:
    fabriques.etablissement(uai="0311383K", ferme=True)
    importer("uai,nom,codeCommune,date_fermeture\n0311382J,Capitole,31555,31/12/2999\n")
    importer("uai,nom,codeCommune\n0311383K,Jean Jaurès,31555\n")
    assert dict(Etablissement.objects.values_list("uai", "ouvert")) == {"0311382J": True, "0311383K": False}


@pytest.mark.parametrize(
    ("ligne", "colonne", "dit"),
    [
        (",Sans code,,,31555,", "uai", "obligatoire"),
        ("031138J,Code court,,,31555,", "uai", "7 chiffres"),
        ("0311382J\u0660,Chiffre arabe,,,31555,", "uai", "7 chiffres"),
        ("0311382O,Lettre exclue,,,31555,", "uai", "7 chiffres"),
        ("0311382J, ,,,31555,", "nom", "obligatoire"),
        ("0311382J,1234,,,31555,", "nom", "au moins une lettre"),
        (f"0311382J,{'x' * 256},,,31555,", "nom", "255"),
        ("0311382J,Un\x02deux,,,31555,", "nom", "U+0002"),
        ("0311382J,Retourné \u202e,,,31555,", "nom", "U+202E"),
        ("0311382J,Nom,,semi-public,31555,", "secteur", "public ou privé"),
        ("0311382J,Nom,,,,", "codeCommune", "obligatoire"),
        ("0311382J,Nom,,,1053,", "codeCommune", "5 caractères"),
        ("0311382J,Nom,,,99350,", "codeCommune", "5 caractères"),
        ("0311382J,Nom,,,31999,", "codeCommune", "aucune commune"),
        ("0311382J,Nom,,,31555,13000545700011", "siret", "14 chiffres"),
        ("0311382J,Nom,,,31555", "", "5, au lieu des 6"),
        ('0311382J,"Nom" guillemet,,,31555,', "", "Guillemets"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number_column_and_reason_and_the_others_are_taken(
    importer: Any, ligne: str, colonne: str, dit: str
) -> None:
    resultat = importer(f"{ENTETE}{ligne}\n0311383K,Jean Jaurès,,,31555,\n")
    assert (resultat.code, resultat.comptes) == (1, (1, 0, 0, 1))
    assert resultat.erreurs.startswith(f"ligne 2 : {colonne} = «" if colonne else "ligne 2 : ")
    assert dit in resultat.erreurs
    assert resultat.erreurs.count("\n") == 1
    assert list(Etablissement.objects.values_list("uai", flat=True)) == ["0311383K"]


def test_every_error_of_a_line_is_told_at_once(importer: Any) -> None:
    resultat = importer(f"{ENTETE}x,,,semi,y,z\n{CAPITOLE}")
    assert resultat.comptes[3] == 1
    assert [ligne.split(" = ")[0].split(" : ")[1] for ligne in resultat.erreurs.splitlines()] == [
        "uai",
        "nom",
        "secteur",
        "codeCommune",
        "siret",
    ]


@pytest.mark.parametrize(
    ("ligne", "dit"),
    [
        ("0311382K,Capitole,,,31555,", "clé de contrôle"),
        ("0311382J,Capitole,Couvent,,31555,", "Autre établissement"),
    ],
)
def test_a_doubtful_line_is_taken_with_a_warning(importer: Any, ligne: str, dit: str) -> None:
    resultat = importer(f"{ENTETE}{ligne}\n")
    assert (resultat.code, resultat.comptes) == (0, (1, 0, 0, 0))
    assert "ligne 2 (avertissement) : " in resultat.erreurs
    assert dit in resultat.erreurs


def test_of_two_lines_of_one_uai_the_last_counts_and_the_first_is_told(importer: Any) -> None:
    resultat = importer(f"{ENTETE}{CAPITOLE}0311382j,Dernier nom,,,31555,\n")
    assert resultat.comptes == (1, 0, 1, 0)
    assert "ligne 2 (avertissement)" in resultat.erreurs
    assert "ligne 3" in resultat.erreurs
    assert Etablissement.objects.get().nom == "Dernier nom"


def test_an_establishment_of_the_sandbox_is_refused_and_untouched(importer: Any) -> None:
    fabriques.etablissement(uai="0311382J", nom="Université fictive", fictif=True)
    resultat = importer(ENTETE + CAPITOLE)
    assert (resultat.code, resultat.comptes) == (1, (0, 0, 0, 1))
    assert "fictif" in resultat.erreurs
    assert Etablissement.objects.get().nom == "Université fictive"


def test_a_dry_run_tells_the_same_and_writes_nothing(importer: Any) -> None:
    resultat = importer(ENTETE + CAPITOLE, a_blanc=True)
    assert resultat.comptes == (1, 0, 0, 0)
    assert "rien n'est enregistré" in resultat.sortie
    assert not Etablissement.objects.exists()


def test_cells_neutralised_against_formulas_are_read_back(importer: Any) -> None:
    importer(f"{ENTETE}0311382J,'-Capitole-,,,31555,\n")
    assert Etablissement.objects.get().nom == "-Capitole-"


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"", "vide"),
        (b"\x00\x01\x02\x03" * 200, "texte"),
        (b"PK\x03\x04not a zip", "classeur"),
        (b'[{"uai": "0311382J"}]', "JSON"),
        (b"uai,nom\n0311382J,Capitole\n", "codeCommune"),
        (b"a,b,c\n1,2,3\n", "uai"),
        (
            b"uai,nom,codeCommune,Code UAI,uai\n0311382J,Capitole,31555,0311382J,0311382J\n",
            "Plusieurs colonnes",
        ),
        (b"uai,nom,codeCommune\n", "une ligne"),
    ],
)
def test_a_file_that_is_no_list_of_establishments_is_refused_whole(
    importer: Any, contenu: bytes, dit: str
) -> None:
    with pytest.raises(CommandError, match=dit):
        importer(contenu)
    assert not Etablissement.objects.exists()


def test_an_absent_file_is_said_plainly() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("importer_etablissements", "/nulle/part.csv")
