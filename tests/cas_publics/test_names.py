"""Real names go in, and are found: cases that were reported about neighbouring products."""

import pytest

from referentiel.models import Etudiant
from tests.cas_publics.portes import Portes, codes


@pytest.mark.parametrize(
    ("enregistre", "demande"),
    [
        ("Wójcik-Łuczak", "WOJCIK LUCZAK"),
        ("Søren Ørsted", "SOREN ORSTED"),
        ("Đặng", "DANG"),
        ("DANG", "Đặng"),
        ("Guðmundsdóttir", "GUDMUNDSDOTTIR"),
        ("Þórsson", "THORSSON"),
        ("Yıldız", "YILDIZ"),
        ("İnönü", "INONU"),
        ("Ħabib", "HABIB"),
        ("Diaz/Perez", "DIAZ/PEREZ"),
        ("Diaz/Perez", "DIAZ PEREZ"),
        ("Müller (née Schmidt)", "Müller (née Schmidt)"),
        ("N'Guyên-Van", "NGUYENVAN"),
        ("ʿAbd al-Raḥmān", "ABD ALRAHMAN"),
        ("Ƙofa-Ɓala", "KOFA BALA"),
        ("João da Conceição", "JOAO DA CONCEICAO"),
        ("ROMÃ", "Roma"),
        ("Křížová", "KRIZOVA"),
        ("LUKÁŠ", "Lukas"),
        ("Henri 2", "HENRI 2"),
    ],
)
def test_a_birth_name_is_found_in_each_spelling(portes: Portes, enregistre: str, demande: str) -> None:
    portes.enregistrer(nomNaissance=enregistre)
    assert portes.trouve(nomNaissance=demande)
    assert portes.trouve(nomNaissance=enregistre)


@pytest.mark.parametrize(
    ("enregistre", "demande", "trouve"),
    [
        (["Łukasz"], "LUKASZ", True),
        (["M'Hamed"], "MHAMED", True),
        (["M’Hamed"], "m'hamed", True),
        (["MHAMED"], "M'Hamed", True),
        (["Jean-Philippe"], "JEANPHILIPPE", True),
        (["Jean-Philippe"], "JEAN PHILIPPE", True),
        (["Jean-Philippe"], "Jean", True),
        (["Jean-Philippe"], "Philippe", False),
        (["Jean-Philippe"], "Jean Pierre", False),
        (["JEANPHILIPPE"], "Jean-Philippe", True),
        (["Odile", "Claire", "Louise"], "Odile Claire Louise", True),
        (["Odile", "Claire", "Louise"], "Odile,Claire", True),
        (["Odile", "Claire", "Louise"], "Odile, Claire", True),
        (["Odile", "Claire", "Louise"], "Claire", False),
        (["Odile Claire Louise"], "Odile", True),
        (["Odile Claire Louise"], "Odile Claire", True),
        (["Odile, Claire"], "Odile", True),
        (["Anne-Laure Marie"], "Anne-Laure", True),
        (["Anne-Laure Marie"], "ANNE LAURE", True),
        (["Anne-Laure", "Marie"], "Anne Laure Marie", True),
    ],
)
def test_given_names_are_found_however_they_are_strung(
    portes: Portes, enregistre: list[str], demande: str, trouve: bool
) -> None:
    portes.enregistrer(prenoms=enregistre)
    assert portes.trouve(prenoms=demande) is trouve


def test_an_administration_that_repeats_given_names_is_judged_on_the_first(portes: Portes) -> None:
    portes.enregistrer(prenoms=["Odile", "Claire"])
    assert portes.trouve(prenoms=["Odile", "Zoé"])
    assert not portes.trouve(prenoms=["Claire", "Odile"])


def test_an_indexed_list_of_given_names_is_a_list(portes: Portes) -> None:
    portes.enregistrer(prenoms=["Alice"])
    assert portes.trouve(**{"prenoms": ..., "prenoms[0]": "Alice"})
    assert codes(portes.demander(**{"prenoms[]": ..., "prenoms": ...})) == ["00421"]


@pytest.mark.parametrize("prenoms", [[], "", None, [""]])
def test_a_student_with_a_single_name_comes_in_and_is_found(portes: Portes, prenoms: object) -> None:
    avis = portes.enregistrer(nomNaissance="Sukarnoputri", prenoms=prenoms)
    assert [un["code"] for un in avis] == ["nom_seul"]
    response = portes.demander(nomNaissance="SUKARNOPUTRI", prenoms="")
    assert response.status_code == 200
    assert response.json()["data"]["identite"] == {
        "nom_naissance": "Sukarnoputri",
        "date_naissance": "2004-03-27",
    }
    assert not portes.trouve(nomNaissance="SUKARNOPUTRI", prenoms="Megawati")


def test_a_blank_given_name_does_not_find_who_has_one(portes: Portes) -> None:
    portes.enregistrer(prenoms=["Camille"])
    assert not portes.trouve(prenoms="")


@pytest.mark.parametrize("sexe", [None, "", ...])
def test_a_student_of_unknown_sexe_comes_in_and_is_found_by_both(portes: Portes, sexe: object) -> None:
    portes.enregistrer(sexe=sexe)
    assert Etudiant.objects.get().sexe is None
    assert portes.trouve(sexeEtatCivil="F")
    assert portes.trouve(sexeEtatCivil="M")


@pytest.mark.parametrize(
    ("nom", "raison"),
    [
        ("#N/A", "erreur du tableur"),
        ("#REF!", "erreur du tableur"),
        ("#DIV/0!", "erreur du tableur"),
        ("#VALEUR!", "erreur du tableur"),
        ("#NOM?", "erreur du tableur"),
        ("N/A", "erreur du tableur"),
        ("Err:502", "erreur du tableur"),
        ("12345", "au moins une lettre"),
        ("---", "au moins une lettre"),
        ("LefÃ¨vre", "accents"),
        ("Ã‰mile", "accents"),
        ("JosÃ\u00a0", "accents"),
        ("FranÃ§ois", "accents"),
        ("GonÃ§alves", "accents"),
        ("Å\u0081ukasz", "accents"),
        ("ÅŁukasz".replace("Ł", "\u0081"), "accents"),
        ("Nguyá»…n", "accents"),
        ("Lâ€™Hermite", "accents"),
        ("RenŽ", "accents"),
        ("BŽatrice", "accents"),
        ("HŠlŠne", "accents"),
        ("BenoŒt", "accents"),
        ("Fran‡ois", "« ‡ »"),
        ("No‰l", "« ‰ »"),
        ("Fran?ois", "« ? »"),
        ("=A1", "« = »"),
        ("Mar\x00tin", "U+0000"),
        ("Mar\x1ftin", "U+001F"),
        ("Mar\ufffdtin", "U+FFFD"),
        ("Mar\u202etin", "U+202E"),
    ],
)
@pytest.mark.parametrize("champ", ["nomNaissance", "prenoms"])
def test_a_registrar_is_told_why_what_is_no_name_is_refused(
    portes: Portes, champ: str, nom: str, raison: str
) -> None:
    response = portes.declarer(**{champ: nom if champ == "nomNaissance" else [nom]})
    assert response.status_code == 400
    assert response.json()["details"]["parameter"] == f"identite.{champ}"
    assert raison in response.json()["details"]["explication"]
    assert not Etudiant.objects.exists()
    assert codes(portes.demander(**{champ: nom})) == ["00420" if champ == "nomNaissance" else "00421"]


def test_an_identity_that_forgets_given_names_makes_nobody(portes: Portes) -> None:
    assert portes.declarer(prenoms=...).status_code == 400
    assert not Etudiant.objects.exists()


def test_a_known_student_sent_without_given_names_raises_no_anomaly(portes: Portes) -> None:
    portes.enregistrer(ine="0123456789T", prenoms=["Camille"])
    avis = portes.enregistrer(ine="0123456789T", prenoms=[])
    assert "nom_different" not in [un["code"] for un in avis]
    avis = portes.enregistrer(ine="0123456789T", prenoms=["Dominique"])
    assert [un["code"] for un in avis] == ["cle", "nom_different"] or [un["code"] for un in avis] == [
        "nom_different"
    ]
