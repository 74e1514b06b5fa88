"""« Essayer », reading: the same bytes as the API, and nothing left behind."""

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.models import Jeton
from habilitations.scopes import CATALOGUE
from referentiel.bac_a_sable import charger
from referentiel.models import Echange
from statut_etudiant.portail.cadence import Cadence
from statut_etudiant.portail.essai import commun
from statut_etudiant.portail.essai import lecture as essai
from statut_etudiant.portail.essai.commun import etudiants
from statut_etudiant.portail.essai.lecture import CAS, INTERFACES
from tests import fabriques
from tests.portail.essais import Montre, lire

pytestmark = pytest.mark.django_db

PERIMETRES = (
    ("mesri_inscription_etudiant",),
    ("mesri_admission", "mesri_etablissements", "mesri_identifiant"),
    ("mesri_admissions", "mesri_admission_regime_formation"),
    ("mesri_etablissements",),
    tuple(scope.nom for scope in CATALOGUE),
)


@pytest.fixture(autouse=True)
def bac_a_sable(monkeypatch: pytest.MonkeyPatch) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="essai")
    monkeypatch.setattr(commun, "CADENCE", Cadence(nombre=10_000, secondes=60))


def montre(client: Client, **choix: object) -> Montre:
    return lire(client.get("/essayer", choix))


@pytest.mark.parametrize("scopes", PERIMETRES, ids=lambda scopes: str(len(scopes)))
@pytest.mark.parametrize("interface", INTERFACES, ids=lambda interface: interface.cle)
def test_what_it_shows_is_what_the_command_gives_to_the_byte(client: Client, interface, scopes) -> None:
    jeton = fabriques.jeton(*scopes, bac_a_sable=True, sans_quota=True)
    statuts = set()
    for qui in [*etudiants(), *(cas.cle for cas in CAS)]:
        vu = montre(client, interface=interface.cle, qui=qui, scopes=list(scopes))
        reponse = vu.refaire(JETON=jeton.secret)
        assert (vu.statut, vu.corps) == (reponse.status_code, reponse.content.decode()), vu.commande
        statuts.add(vu.statut)
    attendus = {200, 404} if scopes != ("mesri_etablissements",) else set()
    if interface.cle.startswith("v2") and scopes[0] == "mesri_admissions" and len(scopes) == 2:
        attendus = set()
    assert attendus <= statuts


def test_the_cases_are_the_errors_of_the_contract(client: Client) -> None:
    tout = PERIMETRES[-1]
    attendus = {"inconnu": (404, "25003"), "oubli": (422, "00360"), "illisible": (422, "00360")}
    for cas in CAS:
        statut, _, corps = montre(client, interface="v3-ine", qui=cas.cle, scopes=list(tout))
        assert (statut, attendus[cas.cle][1] in corps) == (attendus[cas.cle][0], True)


def test_nobody_real_is_found_and_nothing_is_left(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fabriques.inscrit(identite={"ine": "120890177FA"})
    cas = CAS[0]._replace(changer=lambda _: [("ine", "120890177FA"), ("recipient", commun.SIRET)])
    monkeypatch.setitem(essai.PAR_CAS, "inconnu", cas)
    jetons, echanges = Jeton.objects.count(), Echange.objects.count()
    statut, _, _ = montre(client, interface="v3-ine", qui="inconnu", scopes=list(PERIMETRES[-1]))
    assert statut == 404
    assert (Jeton.objects.count(), Echange.objects.count()) == (jetons, echanges)


def test_hostile_choices_are_as_none(client: Client) -> None:
    for choix in ({"interface": "x"}, {"qui": "<script>"}, {"interface": "v3-ine", "scopes": ["x", "é"]}):
        assert client.get("/essayer", choix).status_code == 200


def test_one_address_is_slowed_down_and_told_how_long(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commun, "CADENCE", Cadence(nombre=2, secondes=30))
    choix = {"interface": "v3-ine"}
    assert [client.get("/essayer", choix).status_code for _ in range(3)] == [200, 200, 429]
    refus = client.get("/essayer", choix)
    assert 1 <= int(refus["Retry-After"]) <= 30
    assert "Attendez" in refus.content.decode()
    assert client.get("/essayer", choix, REMOTE_ADDR="127.0.0.2").status_code == 200
    assert client.get("/essayer").status_code == 200
