"""What v2 accepts and refuses, one parameter at a time."""

import datetime
import unicodedata

import pytest

from statut_etudiant.api.parametres import RechercheIdentite, RechercheIne
from statut_etudiant.api.v2.parametres import ParametreRefuse, lire_recherche, lire_recipient
from tests.api.requetes import AUJOURDHUI, HOSTILES, INE, SIRET, requete

IDENTITE = {"nom": "Dupont", "prenom": "Marie-Anne", "dateDeNaissance": "2004-05-06", "sexe": "f"}


def lire(**parametres: object):
    return lire_recherche(requete(parametres), aujourdhui=AUJOURDHUI)


def refuse(**parametres: object) -> ParametreRefuse:
    with pytest.raises(ParametreRefuse) as refus:
        lire(**parametres)
    return refus.value


def test_by_ine_in_capitals_the_identity_is_ignored():
    attendu = RechercheIne(INE)
    assert lire(ine=INE.lower()) == attendu
    assert lire(ine=f" {INE} ", nom="\x00", prenom="", dateDeNaissance="hier", sexe="x") == attendu


@pytest.mark.parametrize("ine", ["", "   ", "\t"])
def test_with_an_empty_ine_the_search_goes_by_identity(ine):
    assert lire(ine=ine, **IDENTITE) == RechercheIdentite(
        "Dupont", "Marie-Anne", datetime.date(2004, 5, 6), "F", None
    )


@pytest.mark.parametrize(
    "ine", ["120890177", "120890177FA1", "1208-90177F", "１20890177FA", *HOSTILES.values()]
)
def test_a_malformed_ine_is_refused_even_with_an_identity(ine):
    refus = refuse(ine=ine, **IDENTITE)
    assert refus.parametre == "ine"
    assert "n'est pas valide" in refus.message


def test_an_ine_as_a_list_or_as_two_different_values_is_refused():
    assert refuse(**{"ine[]": INE}, **IDENTITE).parametre == "ine"
    assert refuse(ine=[INE, "120890178EE"]).parametre == "ine"
    assert lire(ine=[INE, INE]) == RechercheIne(INE)


@pytest.mark.parametrize("parametre", IDENTITE)
@pytest.mark.parametrize("valeur", [None, "", "  "])
def test_an_absent_identity_parameter_is_refused(parametre, valeur):
    parametres = {**IDENTITE, parametre: valeur}
    if valeur is None:
        del parametres[parametre]
    refus = refuse(**parametres)
    assert refus.parametre == parametre
    assert "est obligatoire" in refus.message


@pytest.mark.parametrize("parametre", [*IDENTITE, "lieuDeNaissance"])
@pytest.mark.parametrize("cas", HOSTILES)
def test_a_hostile_value_is_refused_without_being_repeated(parametre, cas):
    refus = refuse(**IDENTITE | {parametre: HOSTILES[cas]})
    assert refus.parametre == parametre
    assert HOSTILES[cas] not in refus.message


@pytest.mark.parametrize("parametre", [*IDENTITE, "lieuDeNaissance"])
def test_a_list_or_contradictory_values_are_refused(parametre):
    valeur = (IDENTITE | {"lieuDeNaissance": "75105"})[parametre]
    sans = {cle: v for cle, v in IDENTITE.items() if cle != parametre}
    assert refuse(**sans, **{parametre + "[]": valeur}).parametre == parametre
    autre = {"dateDeNaissance": "2004-05-07", "sexe": "m", "lieuDeNaissance": "75106"}.get(
        parametre, "Martin"
    )
    assert refuse(**sans, **{parametre: [valeur, autre]}).parametre == parametre
    assert lire(**sans, **{parametre: [valeur, valeur]})


def test_only_the_first_faulty_parameter_is_told():
    assert refuse().parametre == "nom"
    assert refuse(nom="Dupont", sexe="x").parametre == "prenom"
    assert (
        refuse(nom="Dupont", prenom="Léa", dateDeNaissance="2004-02-30", sexe="x").parametre
        == "dateDeNaissance"
    )
    assert refuse(**IDENTITE | {"sexe": "x", "lieuDeNaissance": "Paris"}).parametre == "sexe"


@pytest.mark.parametrize(
    "date",
    [
        "2004-02-30",
        "20040506",
        "2004-W19-4",
        "06/05/2004",
        "2004-5-6",
        "1899-12-31",
        "2026-11-22",
        "2004-05-06T00:00",
    ],
)
def test_a_wrong_date_of_birth_is_refused(date):
    assert refuse(**IDENTITE | {"dateDeNaissance": date}).parametre == "dateDeNaissance"


@pytest.mark.parametrize("date", ["1900-01-01", "2026-11-21", "2004-02-29"])
def test_a_right_date_of_birth_is_accepted(date):
    assert lire(**IDENTITE | {"dateDeNaissance": date}).date_naissance.isoformat() == date


@pytest.mark.parametrize(("sexe", "lu"), [("m", "M"), ("M", "M"), ("f", "F"), ("F", "F")])
def test_the_sexe_is_read_in_any_case(sexe, lu):
    assert lire(**IDENTITE | {"sexe": sexe}).sexe == lu


@pytest.mark.parametrize("lieu", ["75105", "2A004", "99352", "97411"])
def test_a_right_place_of_birth_is_accepted(lieu):
    assert lire(**IDENTITE, lieuDeNaissance=lieu).lieu == lieu


def test_an_empty_place_of_birth_is_not_compared():
    assert lire(**IDENTITE, lieuDeNaissance=" ").lieu is None


@pytest.mark.parametrize("lieu", ["7510", "751055", "Paris", "2D004"])
def test_a_wrong_place_of_birth_is_refused(lieu):
    assert refuse(**IDENTITE, lieuDeNaissance=lieu).parametre == "lieuDeNaissance"


@pytest.mark.parametrize(
    "nom",
    [
        "O'Neill",
        "d’Artagnan",
        "Dupont-Durand",
        "St. John",
        "Nguyễn",
        "Łukasz",
        "Œuvrard",
        "José",
        "Jose\u0301",
        "É",
        "李",
        "N'Diaye--Sow",
        "A" * 100,
    ],
)
def test_a_plausible_name_is_taken(nom):
    assert lire(**IDENTITE | {"nom": nom, "prenom": nom}).nom == unicodedata.normalize("NFC", nom)


@pytest.mark.parametrize("nom", ["-", "'", "...", "#N/A", "A" * 101, "Dupont;", "Dupont\tMartin"])
def test_an_implausible_name_is_refused(nom):
    assert refuse(**IDENTITE | {"nom": nom}).parametre == "nom"
    assert refuse(**IDENTITE | {"prenom": nom}).parametre == "prenom"


def test_unknown_parameters_are_ignored():
    assert lire(ine=INE, nomUsage="Durand", toto="1") == RechercheIne(INE)


@pytest.mark.parametrize("obligatoire", [True, False])
def test_the_recipient_is_checked(obligatoire):
    assert lire_recipient(requete({"recipient": SIRET}), obligatoire=obligatoire) == SIRET
    assert (
        lire_recipient(requete({"recipient": "35600000049837"}), obligatoire=obligatoire) == "35600000049837"
    )
    for faux in ("13002526500014", "130025265", "１3002526500013", *HOSTILES.values()):
        with pytest.raises(ParametreRefuse) as refus:
            lire_recipient(requete({"recipient": faux}), obligatoire=obligatoire)
        assert refus.value.parametre == "recipient"


@pytest.mark.parametrize("parametres", [{}, {"recipient": ""}, {"recipient": "  "}])
def test_an_absent_recipient_is_refused(parametres):
    assert lire_recipient(requete(parametres), obligatoire=False) is None
    with pytest.raises(ParametreRefuse, match="obligatoire"):
        lire_recipient(requete(parametres), obligatoire=True)
