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


def test_identite_complete_seul_le_premier_prenom_sert():
    assert lire(IDENTITE) == RechercheIdentite("Dupont", "Marie-Anne", datetime.date(2004, 5, 6), "F", None)


def test_autres_parametres_des_clients_ignores():
    assert lire({**IDENTITE, "codeCogInseePaysNaissance": "99100", "nomUsage": "\x00"}) == lire(IDENTITE)


def test_toutes_les_erreurs_ensemble_dans_l_ordre():
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
def test_parametre_absent_hostile_en_liste_ou_contradictoire(parametre, code):
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
def test_date_une_seule_erreur_la_premiere(annee, mois, jour, code):
    date = {"anneeDateNaissance": annee, "moisDateNaissance": mois, "jourDateNaissance": jour}
    assert codes(IDENTITE | date) == [code]


@pytest.mark.parametrize("date", ["1900-01-01", "2026-11-21", "2004-02-29", "2004-12-31"])
@pytest.mark.parametrize("sans_zero", [True, False])
def test_date_acceptee_avec_ou_sans_zero(date, sans_zero):
    annee, mois, jour = date.split("-")
    if sans_zero:
        mois, jour = mois.lstrip("0"), jour.lstrip("0")
    parametres = {"anneeDateNaissance": annee, "moisDateNaissance": mois, "jourDateNaissance": jour}
    assert lire(IDENTITE | parametres).date_naissance.isoformat() == date


@pytest.mark.parametrize(("sexe", "lu"), [("m", "M"), ("M", "M"), ("f", "F"), ("F", "F")])
def test_sexe(sexe, lu):
    assert lire(IDENTITE | {"sexeEtatCivil": sexe}).sexe == lu


@pytest.mark.parametrize("code", ["31555", "2a004", "99352"])
def test_code_du_lieu_de_naissance(code):
    assert lire(IDENTITE | {CODE: code}).lieu == code.upper()


@pytest.mark.parametrize("code", ["3155", "315555", "Toulouse", "2C004", *HOSTILES.values()])
def test_code_du_lieu_de_naissance_mal_forme(code):
    assert codes(IDENTITE | {CODE: code}) == ["00365"]


def test_code_du_lieu_en_liste_ou_contradictoire():
    assert codes(IDENTITE | {CODE + "[]": "31555"}) == ["00365"]
    assert codes(IDENTITE | {CODE: ["31555", "75105"]}) == ["00365"]


def test_le_code_l_emporte_sur_la_commune_nommee():
    assert lire(IDENTITE | {CODE: "75105", COMMUNE: "Toulouse", DEPARTEMENT: "?"}).lieu == "75105"


def test_commune_nommee_resolue_avec_departement_et_annee():
    assert lire(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "31", CODE: ""}).lieu == "31555"
    assert lire(IDENTITE | {COMMUNE: " L'Île-Rousse ", DEPARTEMENT: "2b"}).lieu == "2B134"


@pytest.mark.parametrize(
    "parametres", [{COMMUNE: "Toulouse", DEPARTEMENT: "75"}, {COMMUNE: "Zzz", DEPARTEMENT: "31"}]
)
def test_commune_nommee_qui_n_existe_pas(parametres):
    assert codes(IDENTITE | parametres) == ["01003"]


def test_commune_nommee_autre_annee():
    assert codes(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "31", "anneeDateNaissance": "1950"}) == [
        "01003"
    ]


def test_la_commune_n_est_cherchee_que_si_tout_le_reste_va():
    def interdit(*_: object) -> str:
        raise AssertionError("asked")

    parametres = IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "31", "sexeEtatCivil": ""}
    with pytest.raises(ParametresRefuses) as refus:
        lire_identite(requete(parametres), aujourdhui=AUJOURDHUI, resoudre=interdit)
    assert refus.value.codes == ("00427",)


@pytest.mark.parametrize("nom", ["A" * 10_000, "TOU\x00LOUSE", "TOU\udc80LOUSE", "TOU\u202eLOUSE"])
def test_nom_de_commune_hostile_n_est_pas_cherche(nom):
    def interdit(*_: object) -> str:
        raise AssertionError("asked")

    with pytest.raises(ParametresRefuses) as refus:
        lire_identite(
            requete(IDENTITE | {COMMUNE: nom, DEPARTEMENT: "31"}), aujourdhui=AUJOURDHUI, resoudre=interdit
        )
    assert refus.value.codes == ("01003",)


def test_nom_de_commune_en_liste_ou_contradictoire():
    assert codes(IDENTITE | {COMMUNE + "[]": "Toulouse", DEPARTEMENT: "31"}) == ["01003"]
    assert codes(IDENTITE | {COMMUNE: ["Toulouse", "Paris"], DEPARTEMENT: "31"}) == ["01003"]


@pytest.mark.parametrize(
    "departement", ["3", "00", "96", "2C", "970", "3１", "31 000", "0031", *HOSTILES.values()]
)
def test_departement_sans_forme_a_cote_d_une_commune(departement):
    assert codes(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: departement}) == ["00428"]


@pytest.mark.parametrize("departement", ["", " ", "99", "099"])
def test_commune_sans_departement_ou_a_l_etranger_n_est_pas_un_lieu(departement):
    assert lire(IDENTITE | {COMMUNE: "Casablanca", DEPARTEMENT: departement}) == lire(IDENTITE)
    assert lire(IDENTITE | {COMMUNE: "Casablanca"}) == lire(IDENTITE)


def test_departement_sur_trois_caracteres():
    assert lire(IDENTITE | {COMMUNE: "Toulouse", DEPARTEMENT: "031"}).lieu == "31555"
    assert lire(IDENTITE | {COMMUNE: "L'Île-Rousse", DEPARTEMENT: "02b"}).lieu == "2B134"


@pytest.mark.parametrize("departement", ["01", "20", "2A", "2b", "75", "95", "971", "976", "987"])
def test_departement_seul_ne_restreint_rien(departement):
    assert lire(IDENTITE | {DEPARTEMENT: departement}).lieu is None


def test_departement_seul_meme_mal_forme_n_est_pas_un_lieu():
    assert lire(IDENTITE | {DEPARTEMENT: "Paris"}) == lire(IDENTITE)


def test_ine():
    assert lire_ine(requete({"ine": f" {INE.lower()} "})) == RechercheIne(INE)


@pytest.mark.parametrize(
    "parametres", [{}, *({"ine": v} for v in ("", " ", "1208", f"{INE}\n", *HOSTILES.values()))]
)
def test_ine_absent_ou_mal_forme(parametres):
    with pytest.raises(ParametresRefuses) as refus:
        lire_ine(requete(parametres))
    assert refus.value.codes == ("00360",)


def test_ine_en_liste_ou_contradictoire():
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
def test_n_importe_quoi_donne_une_recherche_ou_des_codes_connus(parametres):
    try:
        lire({**IDENTITE, **parametres})
        statut = 200
    except ParametresRefuses as refus:
        statut, _ = erreurs(*refus.codes)
    assert statut in (200, 404, 422)
