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


def test_par_ine_en_majuscules_l_identite_est_ignoree():
    attendu = RechercheIne(INE)
    assert lire(ine=INE.lower()) == attendu
    assert lire(ine=f" {INE} ", nom="\x00", prenom="", dateDeNaissance="hier", sexe="x") == attendu


@pytest.mark.parametrize("ine", ["", "   ", "\t"])
def test_ine_vide_la_recherche_se_fait_par_identite(ine):
    assert lire(ine=ine, **IDENTITE) == RechercheIdentite(
        "Dupont", "Marie-Anne", datetime.date(2004, 5, 6), "F", None
    )


@pytest.mark.parametrize(
    "ine", ["120890177", "120890177FA1", "1208-90177F", "１20890177FA", *HOSTILES.values()]
)
def test_ine_mal_forme_meme_avec_une_identite(ine):
    refus = refuse(ine=ine, **IDENTITE)
    assert refus.parametre == "ine"
    assert "n'est pas valide" in refus.message


def test_ine_en_liste_ou_en_deux_valeurs_differentes():
    assert refuse(**{"ine[]": INE}, **IDENTITE).parametre == "ine"
    assert refuse(ine=[INE, "120890178EE"]).parametre == "ine"
    assert lire(ine=[INE, INE]) == RechercheIne(INE)


@pytest.mark.parametrize("parametre", IDENTITE)
@pytest.mark.parametrize("valeur", [None, "", "  "])
def test_parametre_d_identite_absent(parametre, valeur):
    parametres = {**IDENTITE, parametre: valeur}
    if valeur is None:
        del parametres[parametre]
    refus = refuse(**parametres)
    assert refus.parametre == parametre
    assert "est obligatoire" in refus.message


@pytest.mark.parametrize("parametre", [*IDENTITE, "lieuDeNaissance"])
@pytest.mark.parametrize("cas", HOSTILES)
def test_valeur_hostile_refusee_sans_etre_repetee(parametre, cas):
    refus = refuse(**IDENTITE | {parametre: HOSTILES[cas]})
    assert refus.parametre == parametre
    assert HOSTILES[cas] not in refus.message


@pytest.mark.parametrize("parametre", [*IDENTITE, "lieuDeNaissance"])
def test_liste_ou_valeurs_contradictoires_refusees(parametre):
    valeur = (IDENTITE | {"lieuDeNaissance": "75105"})[parametre]
    sans = {cle: v for cle, v in IDENTITE.items() if cle != parametre}
    assert refuse(**sans, **{parametre + "[]": valeur}).parametre == parametre
    autre = {"dateDeNaissance": "2004-05-07", "sexe": "m", "lieuDeNaissance": "75106"}.get(
        parametre, "Martin"
    )
    assert refuse(**sans, **{parametre: [valeur, autre]}).parametre == parametre
    assert lire(**sans, **{parametre: [valeur, valeur]})


def test_le_premier_parametre_fautif_seul():
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
def test_date_de_naissance_refusee(date):
    assert refuse(**IDENTITE | {"dateDeNaissance": date}).parametre == "dateDeNaissance"


@pytest.mark.parametrize("date", ["1900-01-01", "2026-11-21", "2004-02-29"])
def test_date_de_naissance_acceptee(date):
    assert lire(**IDENTITE | {"dateDeNaissance": date}).date_naissance.isoformat() == date


@pytest.mark.parametrize(("sexe", "lu"), [("m", "M"), ("M", "M"), ("f", "F"), ("F", "F")])
def test_sexe(sexe, lu):
    assert lire(**IDENTITE | {"sexe": sexe}).sexe == lu


@pytest.mark.parametrize("lieu", ["75105", "2A004", "99352", "97411"])
def test_lieu_de_naissance_accepte(lieu):
    assert lire(**IDENTITE, lieuDeNaissance=lieu).lieu == lieu


def test_lieu_de_naissance_vide_n_est_pas_compare():
    assert lire(**IDENTITE, lieuDeNaissance=" ").lieu is None


@pytest.mark.parametrize("lieu", ["7510", "751055", "Paris", "2D004"])
def test_lieu_de_naissance_refuse(lieu):
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
def test_nom_plausible(nom):
    assert lire(**IDENTITE | {"nom": nom, "prenom": nom}).nom == unicodedata.normalize("NFC", nom)


@pytest.mark.parametrize("nom", ["-", "'", "...", "#N/A", "A" * 101, "Dupont;", "Dupont\tMartin"])
def test_nom_peu_plausible(nom):
    assert refuse(**IDENTITE | {"nom": nom}).parametre == "nom"
    assert refuse(**IDENTITE | {"prenom": nom}).parametre == "prenom"


def test_parametres_inconnus_ignores():
    assert lire(ine=INE, nomUsage="Durand", toto="1") == RechercheIne(INE)


@pytest.mark.parametrize("obligatoire", [True, False])
def test_recipient(obligatoire):
    assert lire_recipient(requete({"recipient": SIRET}), obligatoire=obligatoire) == SIRET
    assert (
        lire_recipient(requete({"recipient": "35600000049837"}), obligatoire=obligatoire) == "35600000049837"
    )
    for faux in ("13002526500014", "130025265", "１3002526500013", *HOSTILES.values()):
        with pytest.raises(ParametreRefuse) as refus:
            lire_recipient(requete({"recipient": faux}), obligatoire=obligatoire)
        assert refus.value.parametre == "recipient"


@pytest.mark.parametrize("parametres", [{}, {"recipient": ""}, {"recipient": "  "}])
def test_recipient_absent(parametres):
    assert lire_recipient(requete(parametres), obligatoire=False) is None
    with pytest.raises(ParametreRefuse, match="obligatoire"):
        lire_recipient(requete(parametres), obligatoire=True)
