"""Hostile values in every reading parameter: a clear 4xx in the right shape, never a 500, nothing repeated."""

from urllib.parse import quote

import pytest

from tests import fabriques
from tests.api.lecture.appels import (
    IDENTITE,
    INE,
    INTROSPECT,
    PAR_IDENTITE_V2,
    PAR_IDENTITE_V3,
    V2,
    lire,
    par_ine,
)

pytestmark = pytest.mark.django_db

#: Raw, as they stand in a query string.
VALEURS = {
    "dix kilo-octets": "A" * 10_000,
    "dix kilo-octets de chiffres": "1" * 10_000,
    "nul": "DUP%00ONT",
    "substitut isolé": "DUP%ED%B2%80ONT",
    "UTF-8 invalide": "DUP%FF%FEONT",
    "UTF-8 tronqué": "DUP%C3",
    "UTF-8 trop long": "%C0%AF",
    "pourcent seul": "%",
    "pourcent faux": "%zz%u0041",
    "retour à la ligne": "DUPONT%0D%0AX-Injecte:%20oui",
    "chiffres pleine chasse": quote("２００４"),
    "chiffres arabes": quote("٢٠٠٤"),
    "injection": quote("x' OR 1=1; --"),
    "accolades": quote("{0.__class__} %s %(x)s {{7*7}} ${x}"),
    "nombre énorme": "9" * 400,
    "exposant": "1e3",
    "négatif": "-1",
    "plus": "%2B1",
    "souligné": "1_0",
    "écriture inversée": quote("\u202eTNOPUD"),
    "diacritiques": quote("e" + "\u0301" * 5_000),
    "hors du plan de base": quote("\U0001d7d9\U0001f600"),
}
PARAMETRES = [
    *((V2, PAR_IDENTITE_V2, nom) for nom in (*PAR_IDENTITE_V2, "lieuDeNaissance", "recipient", "ine")),
    *((INE, par_ine("0000000000A"), nom) for nom in ("recipient", "ine")),
    *(
        (IDENTITE, PAR_IDENTITE_V3, nom)
        for nom in (
            *PAR_IDENTITE_V3,
            "codeCogInseeCommuneNaissance",
            "nomCommuneNaissance",
            "codeCogInseeDepartementNaissance",
        )
    ),
]


def chaine(parametres: dict[str, str], **bruts: str) -> str:
    morceaux = [f"{quote(nom)}={quote(valeur)}" for nom, valeur in parametres.items() if nom not in bruts]
    return "&".join([*morceaux, *(f"{nom}={valeur}" for nom, valeur in bruts.items())])


def verifier(reponse, *, statuts=(400, 404, 422)) -> None:
    corps = lire(reponse)
    assert reponse.status_code in statuts, corps
    if reponse.wsgi_request.path_info.startswith("/v3"):
        assert all(set(e) >= {"code", "title", "detail", "meta"} for e in corps["errors"])
    else:
        assert list(corps) == ["error", "reason", "message"]
    assert len(reponse.content) < 3_000
    assert "X-Injecte" not in reponse.headers


def une_commune(nom: str) -> dict[str, str]:
    """What goes with a commune's name, or with its département, for the other to be looked at."""
    return {
        "nomCommuneNaissance": {"codeCogInseeDepartementNaissance": "31"},
        "codeCogInseeDepartementNaissance": {"nomCommuneNaissance": "Toulouse"},
    }.get(nom, {})


@pytest.mark.parametrize(("chemin", "parametres", "nom"), PARAMETRES)
def test_hostile_values_get_a_clear_refusal(client, chemin, parametres, nom):
    fabriques.inscrit()
    emis = fabriques.jeton(sans_quota=True)
    for cas, valeur in VALEURS.items():
        requete = chaine(parametres | une_commune(nom), **{nom: valeur})
        reponse = client.get(f"{chemin}?{requete}", headers=emis.cle)
        verifier(reponse)
        assert valeur.encode() not in reponse.content or len(valeur) < 4, cas


@pytest.mark.parametrize(("chemin", "parametres", "nom"), PARAMETRES)
def test_a_list_in_place_of_a_value_is_refused_cleanly(client, chemin, parametres, nom):
    fabriques.inscrit()
    emis = fabriques.jeton(sans_quota=True)
    if nom == "prenoms[]":
        return
    base = chaine({**parametres, **une_commune(nom)})
    for ajout in (f"{nom}[]=x", f"{nom}=x&{nom}=y"):
        verifier(client.get(f"{chemin}?{base}&{ajout}", headers=emis.cle))


@pytest.mark.parametrize("forme", ["prenoms", "prenoms[1]", "prenoms[][]", "prenoms%5B%5D%5B%5D"])
def test_first_names_in_another_form_are_refused(client, forme):
    fabriques.inscrit()
    requete = chaine({n: v for n, v in PAR_IDENTITE_V3.items() if n != "prenoms[]"}) + f"&{forme}=Camille"
    verifier(client.get(f"{IDENTITE}?{requete}", headers=fabriques.jeton().cle), statuts=(422,))


@pytest.mark.parametrize("chemin", [V2, INE, IDENTITE, INTROSPECT])
@pytest.mark.parametrize("nombre", [2_000, 20_000])
def test_too_many_parameters_break_nothing(client, chemin, nombre):
    for requete in ("&".join(f"p{n}={n}" for n in range(nombre)), "&".join(["ine=x"] * nombre), "&" * nombre):
        reponse = client.get(f"{chemin}?{requete}", headers=fabriques.jeton().cle)
        assert reponse.status_code in {200, 400, 422}
        assert reponse.status_code != 200 or chemin == INTROSPECT
        lire(reponse)


@pytest.mark.parametrize("chemin", [V2, INE, IDENTITE])
@pytest.mark.parametrize(
    "entete", ["X-Api-Key", "Authorization", "X-Forwarded-For", "X-Request-ID", "Accept", "Host"]
)
@pytest.mark.parametrize(
    "valeur", ["A" * 10_000, "\x00", "\udc80", "é\xff", "%s{}", "::1%lo", "Bearer \x00", ""]
)
def test_hostile_headers_get_a_clear_refusal(client, settings, chemin, entete, valeur):
    settings.PROXYS_DE_CONFIANCE = 1
    emis = fabriques.jeton(adresses=["192.0.2.0/24"])
    reponse = client.get(chemin, par_ine("0000000000A"), headers={**emis.cle, entete: valeur})
    # On v2 a bearer is FranceConnect's, which is not set here.
    par_franceconnect = chemin == V2 and valeur.startswith("Bearer")
    assert 400 <= reponse.status_code < 500 or (par_franceconnect and reponse.status_code == 503)
    lire(reponse)


@pytest.mark.parametrize(
    "suite",
    [
        "%00",
        "%FF",
        "%ED%B2%80",
        "%0d%0aX-Injecte:oui",
        "..%2f..%2fetc",
        "%2e%2e",
        "A" * 10_000,
        "?",
        "#",
        "%",
    ],
)
@pytest.mark.parametrize(
    "base", ["/api/", "/api/v2/etudiants", "/v3/", "/v3/mesri/statut_etudiant/ine", "/v4/"]
)
def test_hostile_paths_get_a_clear_refusal(client, base, suite):
    reponse = client.get(base + suite)
    assert 400 <= reponse.status_code < 500
    assert "X-Injecte" not in reponse.headers
    lire(reponse)
