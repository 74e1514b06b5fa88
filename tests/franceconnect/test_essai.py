"""« Essayer », FranceConnect: the same bytes as the API, whose FranceConnect says the same of a real token."""

import html
import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from habilitations.models import Jeton
from referentiel.bac_a_sable import charger
from referentiel.models import Echange
from statut_etudiant.api import moyens
from statut_etudiant.api.enonces_franceconnect import ENTREES_FRANCECONNECT
from statut_etudiant.franceconnect import boucle
from statut_etudiant.portail.cadence import Cadence
from statut_etudiant.portail.essai import commun
from tests import fabriques
from tests.franceconnect.local import SCOPES, FranceConnectLocal
from tests.portail.essais import Montre, lire

pytestmark = pytest.mark.django_db

#: Not of the local FranceConnect's own list: it is registered there for all that it asks.
SERVICE = "service-qui-essaie"

PERIMETRES = (
    ("mesri_inscription_etudiant", "mesri_inscription_autre", "mesri_etablissements"),
    ("mesri_admission", "mesri_identifiant", "mesri_identite"),
    ("mesri_admissions", "mesri_admission_inscrit", "mesri_admission_etablissement_etudes"),
    ("mesri_etablissements",),
)
#: A student of each kind of identity: accents, apostrophe, abroad, year alone, homonyms, no sex, single name…
ETUDIANTS = (
    "990000101DJ",
    "990000108DB",
    "990000202DE",
    "990000301DC",
    "990000401CK",
    "990000404CG",
    "990000504CD",
    "990000506CB",
    "990000601CD",
    "990000604CA",
    "990000606BJ",
    "990000703BJ",
)
#: Of the contract (§3), by what is chosen on the page, and how the local FranceConnect is made to do the same.
CAS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "inconnu": (404, "25003", {"family_name": "INTROUVABLE"}),
    "sans-recipient": (422, "00203", {}),
    "sans-jeton": (401, "51504", {}),
    "mal-ecrit": (401, "51501", {}),
    "expire": (401, "51502", {}),
    "sans-sexe": (401, "51503", {"gender": None}),
    "date-impossible": (422, "51564", {"birthdate": "2004-13-45"}),
    "sans-habilitation": (401, "00101", {}),
    "panne": (503, "51001", {}),
    "lenteur": (504, "51002", {}),
    "incoherent": (502, "51999", {}),
}
COMPORTEMENTS = {"panne": "en_panne", "lenteur": "lent", "incoherent": "kid_inconnu"}


@pytest.fixture(autouse=True)
def bac_a_sable(monkeypatch: pytest.MonkeyPatch) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    monkeypatch.setattr(commun, "CADENCE", Cadence(nombre=10_000, secondes=60))
    # FranceConnect's tokens never reach the sandbox. Here the API looks there, and is the API for all the rest.
    dans_le_bac = ENTREES_FRANCECONNECT._replace(
        sql=ENTREES_FRANCECONNECT.sql.replace("fictif = false", "fictif = true")
    )
    monkeypatch.setattr(moyens, "ENTREES_FRANCECONNECT", dans_le_bac)


def montrer(client: Client, **choix: Any) -> tuple[Montre, dict[str, Any] | None]:
    """What the page shows, and what it says that FranceConnect says."""
    page = client.get("/essayer/franceconnect", choix)
    dit = re.search(
        r'aria-label="Ce que FranceConnect dit du jeton"><code>(.*?)</code>', page.content.decode(), re.DOTALL
    )
    vu = lire(page)
    return vu, json.loads(html.unescape(dit[1])) if dit else None


def service(scopes: tuple[str, ...]) -> None:
    fabriques.habilitation(
        type="franceconnect", fc_client_id=SERVICE, scopes=list(scopes), quota_par_seconde=1000
    )


def refaire(
    vu: Montre, franceconnect: FranceConnectLocal, dit: dict[str, Any] | None, **duree: int
) -> HttpResponse:
    """The same call, with a real token of the person of whom FranceConnect says this."""
    identite = {nom: valeur for nom, valeur in (dit or {}).items() if nom not in ("active", "aud", "scope")}
    scopes = tuple(dit["scope"].split()) if dit else SCOPES
    return vu.refaire(JETON=franceconnect.jeton("agathe", *scopes, service=SERVICE, **duree, **identite))


@pytest.mark.parametrize("scopes", PERIMETRES, ids=lambda scopes: scopes[0])
@pytest.mark.parametrize("interface", ["v3", "v2"])
def test_what_it_shows_is_what_the_command_gives_to_the_byte(
    client: Client, franceconnect: FranceConnectLocal, interface: str, scopes: tuple[str, ...]
) -> None:
    service(scopes)
    statuts = set()
    for qui in ETUDIANTS:
        vu, dit = montrer(client, interface=interface, qui=qui, scopes=list(scopes))
        reponse = refaire(vu, franceconnect, dit)
        assert (vu.statut, vu.corps) == (reponse.status_code, reponse.content.decode()), (qui, vu.commande)
        statuts.add(vu.statut)
    rien = scopes == ("mesri_etablissements",) or (interface == "v2" and scopes[0] == "mesri_admissions")
    assert statuts == ({401 if interface == "v2" else 403} if rien else {200, 404})


@pytest.mark.parametrize("cas", CAS)
def test_the_cases_are_the_errors_of_the_contract_to_the_byte(
    client: Client, franceconnect: FranceConnectLocal, cas: str
) -> None:
    statut, code, retouches = CAS[cas]
    if cas != "sans-habilitation":
        service(PERIMETRES[0])
    vu, dit = montrer(client, interface="v3", qui=cas, scopes=list(PERIMETRES[0]))
    assert (vu.statut, json.loads(vu.corps)["errors"][0]["code"]) == (statut, code)
    for nom, valeur in retouches.items():
        assert dit is not None
        assert dit[nom] == valeur
    boucle.oublier()
    franceconnect.comporter(COMPORTEMENTS.get(cas, ""))
    reponse = refaire(vu, franceconnect, dit, **({"duree": -1} if cas == "expire" else {}))
    assert (vu.statut, vu.corps) == (reponse.status_code, reponse.content.decode()), vu.commande


def test_the_page_offers_every_case_that_is_tried_here(client: Client) -> None:
    page = client.get("/essayer/franceconnect").content.decode()
    erreurs = re.search(r'<optgroup label="Erreurs">(.*?)</optgroup>', page, re.DOTALL)
    assert erreurs
    assert re.findall(r'value="([^"]+)"', erreurs[1]) == list(CAS)


def test_what_franceconnect_says_has_the_names_that_it_declares(client: Client) -> None:
    _, dit = montrer(client, interface="v3", qui="990000601CD", scopes=list(PERIMETRES[2]))
    assert dit is not None
    assert dit["scope"] == "mesri_admissions mesri_admission_inscrit mesri_admission_etablissement_etude"
    assert (dit["birthplace"], dit["birthcountry"], dit["gender"]) == ("", "99352", "female")


def test_nobody_is_asked_and_nothing_is_left(client: Client, franceconnect: FranceConnectLocal) -> None:
    fabriques.inscrit(identite={"ine": "120890177FA"})
    franceconnect.comporter("")  # its counts begin here
    jetons, echanges = Jeton.objects.count(), Echange.objects.count()
    vu, _ = montrer(client, interface="v3", qui="990000101DJ", scopes=list(PERIMETRES[0]))
    assert vu.statut == 200
    assert not any(franceconnect.comptes().values())
    assert (Jeton.objects.count(), Echange.objects.count()) == (jetons, echanges)


def test_hostile_choices_are_as_none(client: Client) -> None:
    for choix in ({"interface": "x"}, {"qui": "<script>"}, {"interface": "v3", "scopes": ["x", "é"]}):
        page = client.get("/essayer/franceconnect", choix)
        assert page.status_code == 200
        assert "<script>" not in re.sub(r"<script[^>]*src[^>]*></script>", "", page.content.decode())


def test_one_address_is_slowed_down_for_the_three_pages_together(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commun, "CADENCE", Cadence(nombre=2, secondes=30))
    assert client.get("/essayer", {"interface": "v3-ine"}).status_code == 200
    assert client.get("/essayer/franceconnect", {"interface": "v3"}).status_code == 200
    refus = client.get("/essayer/franceconnect", {"interface": "v3"})
    assert (refus.status_code, 1 <= int(refus["Retry-After"]) <= 30) == (429, True)
    assert client.get("/essayer/franceconnect").status_code == 200
