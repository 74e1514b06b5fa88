"""What v3 accepts and refuses, code by code."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statut_etudiant.api.parametres import RechercheIdentite, RechercheIne
from statut_etudiant.api.v3.erreurs import erreurs
from statut_etudiant.api.v3.parametres import ParametresRefuses, lire_identite, lire_ine, lire_recipient
from tests.api.requetes import AUJOURDHUI, HOSTILES, INE, SIRET, requete

IDENTITE = {
    "nomNaissance": "Dupont",
    "prenoms[]": ["Marie-Anne", "Léa"],
    "anneeDateNaissance": "2004",
    "moisDateNaissance": "05",
    "jourDateNaissance": "6",
    "sexeEtatCivil": "F",
}
COMMUNE, DEPARTEMENT = "nomCommuneNaissance", "codeCogInseeDepartementNaissance"
CODE = "codeCogInseeCommuneNaissance"


def resoudre(nom: str, departement: str, annee: int) -> str | None:
    return {("Toulouse", "31", 2004): "31555", ("L'Île-Rousse", "2B", 2004): "2B134"}.get(
        (nom, departement, annee)
    )


def lire(parametres: dict[str, object]) -> RechercheIdentite:
    return lire_identite(requete(parametres), aujourdhui=AUJOURDHUI, resoudre=resoudre)


def codes(parametres: dict[str, object]) -> list[str]:
    with pytest.raises(ParametresRefuses) as refus:
        lire(parametres)
    # Each refusal can be told: its codes are in the table, under one status.
    statut, corps = erreurs(*refus.value.codes)
    assert {erreurs(code)[0] for code in refus.value.codes} == {statut}
    assert [objet["code"] for objet in corps["errors"]] == list(refus.value.codes)
    return list(refus.value.codes)


def test_a_complete_identity_is_read_with_the_first_given_name_only():
    assert lire(IDENTITE) == RechercheIdentite("Dupont", "Marie-Anne", datetime.date(2004, 5, 6), "F", None)


def test_other_parameters_that_clients_send_are_ignored():
    assert lire({**IDENTITE, "codeCogInseePaysNaissance": "99100", "nomUsage": "\x00"}) == lire(IDENTITE)


def test_all_errors_are_told_together_and_in_order():
    assert codes({}) == ["00420", "00421", "00422", "00427"]
    assert codes({CODE: "Paris"}) == ["00420", "00421", "00422", "00427", "00365"]
    assert codes({COMMUNE: "Toulouse", DEPARTEMENT: "3"}) == ["00420", "00421", "00422", "00427", "00428"]
    assert codes(IDENTITE | {"sexeEtatCivil": "X", "jourDateNaissance": "31", "moisDateNaissance": "2"}) == [
        "00425",
        "00427",
    ]


@pytest.mark.parametrize(
    ("parametre", "code"),
    [
        ("nomNaissance", "00420"),
        ("anneeDateNaissance", "00422"),
        ("moisDateNaissance", "00423"),
        ("jourDateNaissance", "00424"),
        ("sexeEtatCivil", "00427"),
    ],
)
def test_a_parameter_absent_hostile_in_a_list_or_contradictory_is_refused(parametre, code):
    sans = {cle: valeur for cle, valeur in IDENTITE.items() if cle != parametre}
    assert codes(sans) == [code]
    for valeur in ("", "  ", *HOSTILES.values()):
        assert codes(sans | {parametre: valeur}) == [code], repr(valeur)
    assert codes(sans | {parametre + "[]": IDENTITE[parametre]}) == [code]
    assert codes(sans | {parametre: [IDENTITE[parametre], "1"]}) == [code]
    assert lire(sans | {parametre: [IDENTITE[parametre]] * 2}) == lire(IDENTITE)


def test_prenoms():
    sans = {cle: valeur for cle, valeur in IDENTITE.items() if cle != "prenoms[]"}
    assert codes(sans) == ["00421"]
    assert codes(sans | {"prenoms": "Marie"}) == ["00421"]
    assert codes(IDENTITE | {"prenoms": "Marie"}) == ["00421"]
    assert codes(sans | {"prenoms[]": ["", "Marie"]}) == ["00421"]
    for valeur in HOSTILES.values():
        assert codes(sans | {"prenoms[]": [valeur]}) == ["00421"]
        assert lire(sans | {"prenoms[]": ["Marie", valeur]}).prenom == "Marie"


@pytest.mark.parametrize(
    ("annee", "mois", "jour", "code"),
    [
        ("0", "1", "1", "00422"),
        ("0000", "1", "1", "00422"),
        ("99", "1", "1", "00422"),
        ("20040", "1", "1", "00422"),
        ("-2004", "1", "1", "00422"),
        ("2004", "0", "1", "00423"),
        ("2004", "13", "1", "00423"),
        ("2004", "1.0", "1", "00423"),
        ("2004", "005", "1", "00423"),
        ("2004", "1", "0", "00424"),
        ("2004", "1", "32", "00424"),
        ("2004", "1", "+1", "00424"),
        ("x", "13", "32", "00422"),
        ("2004", "13", "32", "00423"),
        ("2004", "2", "30", "00425"),
        ("2003", "2", "29", "00425"),
        ("1900", "2", "29", "00425"),
        ("1899", "12", "31", "00425"),
        ("2026", "11", "22", "00425"),
        ("9999", "12", "31", "00425"),
    ],
)
def test_a_wrong_date_gives_one_error_the_first(annee, mois, jour, code):
    date = {"anneeDateNaissance": annee, "moisDateNaissance": mois, "jourDateNaissance": jour}
    assert codes(IDENTITE | date) == [code]


@pytest.mark.parametrize("date", ["1900-01-01", "2026-11-21", "2004-02-29", "2004-12-31"])
@pytest.mark.parametrize("sans_zero", [True, False])
def test_a_date_is_accepted_with_or_without_leading_zeros(date, sans_zero):
    annee, mois, jour = date.split("-")
    if sans_zero:
        mois, jour = mois.lstrip("0"), jour.lstrip("0")
    parametres = {"anneeDateNaissance": annee, "moisDateNaissance": mois, "jourDateNaissance": jour}
    assert lire(IDENTITE | parametres).date_naissance.isoformat() == date


@pytest.mark.parametrize(("sexe", "lu"), [("m", "M"), ("M", "M"), ("f", "F"), ("F", "F")])
def test_the_sexe_is_read_in_any_case(sexe, lu):
    assert lire(IDENTITE | {"sexeEtatCivil": sexe}).sexe == lu


@pytest.mark.parametrize("code", ["31555", "2a004", "99352"])
def test_the_code_of_the_birthplace_is_read(code):
    assert lire(IDENTITE | {CODE: code}).lieu == code.upper()


@pytest.mark.parametrize("code", ["3155", "315555", "Toulouse", "2C004", *HOSTILES.values()])
def test_a_malformed_code_of_the_birthplace_is_refused(code):
    assert codes(IDENTITE | {CODE: code}) == ["00365"]


def test_a_code_of_the_birthplace_in_a_list_or_contradictory_is_refused():
    assert codes(IDENTITE | {CODE + "[]": "31555"}) == ["00365"]
    assert codes(IDENTITE | {CODE: ["31555", "75105"]}) == ["00365"]


def test_the_code_prevails_over_the_named_commune():
    assert lire(IDENTITE | {CODE: "75105", COMMUNE: "Toulouse", DEPARTEMENT: "?"}).lieu == "75105"


def test_a_named_commune_is_resolved_with_its_departement_and_year():
    assert lire(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "31", CODE: ""}).lieu == "31555"
    assert lire(IDENTITE | {COMMUNE: " L'Île-Rousse ", DEPARTEMENT: "2b"}).lieu == "2B134"


@pytest.mark.parametrize(
    "parametres", [{COMMUNE: "Toulouse", DEPARTEMENT: "75"}, {COMMUNE: "Zzz", DEPARTEMENT: "31"}]
)
def test_a_named_commune_that_does_not_exist_is_refused(parametres):
    assert codes(IDENTITE | parametres) == ["01003"]


def test_commune_nommee_autre_annee():
    assert codes(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "31", "anneeDateNaissance": "1950"}) == [
        "01003"
    ]


def test_the_commune_is_looked_up_only_if_everything_else_is_right():
    def interdit(*_: object) -> str:
        raise AssertionError("asked")

    parametres = IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "31", "sexeEtatCivil": ""}
    with pytest.raises(ParametresRefuses) as refus:
        lire_identite(requete(parametres), aujourdhui=AUJOURDHUI, resoudre=interdit)
    assert refus.value.codes == ("00427",)


@pytest.mark.parametrize("nom", ["A" * 10_000, "TOU\x00LOUSE", "TOU\udc80LOUSE", "TOU\u202eLOUSE"])
def test_a_hostile_commune_name_is_not_looked_up(nom):
    def interdit(*_: object) -> str:
        raise AssertionError("asked")

    with pytest.raises(ParametresRefuses) as refus:
        lire_identite(
            requete(IDENTITE | {COMMUNE: nom, DEPARTEMENT: "31"}), aujourdhui=AUJOURDHUI, resoudre=interdit
        )
    assert refus.value.codes == ("01003",)


def test_a_commune_name_in_a_list_or_contradictory_is_refused():
    assert codes(IDENTITE | {COMMUNE + "[]": "Toulouse", DEPARTEMENT: "31"}) == ["01003"]
    assert codes(IDENTITE | {COMMUNE: ["Toulouse", "Paris"], DEPARTEMENT: "31"}) == ["01003"]


@pytest.mark.parametrize(
    "departement", ["3", "00", "96", "2C", "970", "3１", "31 000", "0031", *HOSTILES.values()]
)
def test_a_malformed_departement_beside_a_commune_is_refused(departement):
    assert codes(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: departement}) == ["00428"]


@pytest.mark.parametrize("departement", ["", " ", "99", "099"])
def test_a_commune_abroad_or_without_departement_is_no_place(departement):
    assert lire(IDENTITE | {COMMUNE: "Casablanca", DEPARTEMENT: departement}) == lire(IDENTITE)
    assert lire(IDENTITE | {COMMUNE: "Casablanca"}) == lire(IDENTITE)


def test_a_departement_on_three_characters_is_read():
    assert lire(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "031"}).lieu == "31555"
    assert lire(IDENTITE | {COMMUNE: "L'Île-Rousse", DEPARTEMENT: "02b"}).lieu == "2B134"


@pytest.mark.parametrize("departement", ["01", "20", "2A", "2b", "75", "95", "971", "976", "987"])
def test_a_departement_alone_restricts_nothing(departement):
    assert lire(IDENTITE | {DEPARTEMENT: departement}).lieu is None


def test_a_departement_alone_even_malformed_is_no_place():
    assert lire(IDENTITE | {DEPARTEMENT: "Paris"}) == lire(IDENTITE)


def test_ine():
    assert lire_ine(requete({"ine": f" {INE.lower()} "})) == RechercheIne(INE)


@pytest.mark.parametrize(
    "parametres", [{}, *({"ine": v} for v in ("", " ", "1208", f"{INE}\n", *HOSTILES.values()))]
)
def test_an_absent_or_malformed_ine_is_refused(parametres):
    with pytest.raises(ParametresRefuses) as refus:
        lire_ine(requete(parametres))
    assert refus.value.codes == ("00360",)


def test_an_ine_in_a_list_or_contradictory_is_refused():
    for parametres in ({"ine[]": INE}, {"ine": [INE, "120890178EE"]}):
        with pytest.raises(ParametresRefuses) as refus:
            lire_ine(requete(parametres))
        assert refus.value.codes == ("00360",)


@pytest.mark.parametrize(
    ("parametres", "code"),
    [
        ({}, "00203"),
        ({"recipient": ""}, "00203"),
        ({"recipient": "   "}, "00203"),
        ({"recipient": "13002526500014"}, "00210"),
        ({"recipient": "130025265"}, "00210"),
        ({"recipient": f"{SIRET}\n"}, "00210"),
        ({"recipient[]": SIRET}, "00210"),
        ({"recipient": [SIRET, "13002526500021"]}, "00210"),
        *(({"recipient": valeur}, "00210") for valeur in HOSTILES.values()),
    ],
)
def test_recipient_refuse(parametres, code):
    with pytest.raises(ParametresRefuses) as refus:
        lire_recipient(requete(parametres))
    assert refus.value.codes == (code,)


@pytest.mark.parametrize("siret", [SIRET, "35600000049837", "35600000000001"])
def test_recipient_accepte(siret):
    assert lire_recipient(requete({"recipient": siret})) == siret


@given(
    st.dictionaries(
        st.sampled_from([*IDENTITE, "prenoms", CODE, COMMUNE, DEPARTEMENT, "nomNaissance[]"]),
        st.lists(
            st.text(st.characters(exclude_categories=())) | st.sampled_from(["1", "31", "2004", "F"]),
            max_size=3,
        ),
    )
)
def test_any_parameters_give_a_search_or_known_codes(parametres):
    try:
        lire({**IDENTITE, **parametres})
        statut = 200
    except ParametresRefuses as refus:
        statut, _ = erreurs(*refus.codes)
    assert statut in (200, 404, 422)
