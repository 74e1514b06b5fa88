"""`/api/v1/`: an organisation reads its own objects, never another's, whatever is written in the call."""

from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.models import Demande, Habilitation
from tests.api.organisation.conftest import creer_cle, entete
from tests.habilitations import scenes

LISTES = {"demandes": "/api/v1/demandes", "habilitations": "/api/v1/habilitations"}


def lire(client: Client, chemin: str, cle: Any, **parametres: str) -> dict[str, Any]:
    reponse = client.get(chemin, parametres, headers=entete(cle))
    assert reponse.status_code == 200, reponse.content
    lu: dict[str, Any] = orjson.loads(reponse.content)
    return lu


def test_its_requests_from_the_newest_to_the_oldest(client: Client, monde: SimpleNamespace) -> None:
    corps = lire(client, "/api/v1/demandes", monde.cle)
    assert list(corps) == ["demandes"]
    brouillon, validee = corps["demandes"]
    assert brouillon["numero"] == f"D{monde.brouillon.pk}"
    assert (brouillon["genre"], brouillon["etat"]) == ("lecture", "brouillon")
    assert "soumiseLe" not in brouillon
    assert "habilitation" not in brouillon
    assert validee["etat"] == "validee"
    assert validee["intitule"] == monde.validee.intitule
    assert validee["habilitation"] == f"H{monde.validee.habilitation_id}"
    assert validee["scopes"] == sorted(monde.validee.scopes)
    assert validee["page"].endswith(f"/demandes/{monde.validee.pk}")
    seule = lire(client, f"/api/v1/demandes/D{monde.validee.pk}", monde.cle)
    assert seule == validee


def test_its_habilitations(client: Client, monde: SimpleNamespace) -> None:
    (une,) = lire(client, "/api/v1/habilitations", monde.cle)["habilitations"]
    habilitation = monde.validee.habilitation
    assert une["numero"] == f"H{habilitation.pk}"
    assert (une["genre"], une["etat"], une["appelsParSeconde"]) == ("lecture", "active", 20)
    assert une["scopes"] == sorted(habilitation.scopes)
    assert "revoqueeLe" not in une
    assert lire(client, f"/api/v1/habilitations/H{habilitation.pk}", monde.cle) == une


def test_no_person_is_named(client: Client, monde: SimpleNamespace) -> None:
    actes.demander_modifications(
        demande_id=scenes.demande("soumise", acteur=Acteur(monde.validee.demandeur)).pk,
        acteur=scenes.instructeur(),
        texte="Voyez avec Mme Martin-Secret.",
    )
    for chemin in (*LISTES.values(), "/api/v1/evenements"):
        octets = client.get(chemin, headers=entete(monde.cle)).content.decode()
        for personnel in (
            monde.validee.demandeur.courriel, monde.validee.demandeur.nom, "Martin-Secret", "Durand",
        ):  # fmt: skip
            assert personnel not in octets, chemin


@pytest.mark.parametrize(
    ("parametres", "attendus"),
    [
        ({"etat": "validee"}, ["validee"]),
        ({"etat": "refusee"}, []),
        ({"genre": "lecture"}, ["brouillon", "validee"]),
        ({"genre": "ecriture"}, []),
        ({"modifieeDepuis": "2099-01-01T00:00:00Z"}, []),
        ({"modifieeDepuis": "2000-01-01T00:00:00Z"}, ["brouillon", "validee"]),
        # More than the sixteen hours of which PostgreSQL has heard.
        ({"modifieeDepuis": "2000-01-01T00:00:00-18:18"}, ["brouillon", "validee"]),
    ],
)
def test_filters_cut_the_list(
    client: Client, monde: SimpleNamespace, parametres: dict[str, str], attendus: list[str]
) -> None:
    demandes = lire(client, "/api/v1/demandes", monde.cle, **parametres)["demandes"]
    assert [une["etat"] for une in demandes] == attendus


def test_a_filter_by_habilitation(client: Client, monde: SimpleNamespace) -> None:
    sienne, etrangere = (f"H{une.habilitation_id}" for une in (monde.validee, monde.etrangere))
    (une,) = lire(client, "/api/v1/demandes", monde.cle, habilitation=sienne)["demandes"]
    assert une["numero"] == f"D{monde.validee.pk}"
    assert lire(client, "/api/v1/demandes", monde.cle, habilitation=etrangere)["demandes"] == []


@pytest.mark.parametrize(
    ("parametre", "valeur"),
    [
        ("etat", "inventé"), ("genre", "x"), ("habilitation", "17"), ("habilitation", "D17"), ("limite", "0"),
        ("limite", "1001"), ("limite", "x"), ("modifieeDepuis", "hier"),
        ("modifieeDepuis", "0001-01-01T00:00:00+23:00"), ("organisation", "1"), ("siret", "1"),
        ("demandeur__courriel", "a"), ("curseur", "x"),
    ],
)  # fmt: skip
def test_what_is_not_a_filter_is_refused(
    client: Client, monde: SimpleNamespace, parametre: str, valeur: str
) -> None:
    reponse = client.get("/api/v1/demandes", {parametre: valeur}, headers=entete(monde.cle))
    assert reponse.status_code == 400
    assert orjson.loads(reponse.content)["reason"] == f"Invalid parameter: {parametre}"


def test_pages_follow_each_other_without_hole_nor_repetition(client: Client, monde: SimpleNamespace) -> None:
    acteur = Acteur(monde.validee.demandeur)
    attendus = [f"D{monde.brouillon.pk}", f"D{monde.validee.pk}"]
    for _ in range(5):
        attendus.insert(0, f"D{scenes.brouillon(acteur=acteur).pk}")
    vus, curseur = [], ""
    for _ in range(4):
        corps = lire(client, "/api/v1/demandes", monde.cle, limite="2", curseur=curseur)
        vus += [une["numero"] for une in corps["demandes"]]
        curseur = corps.get("suivant", "")
    assert (vus, curseur) == (attendus, "")


# --- another's


@pytest.mark.parametrize("liste", LISTES)
def test_another_s_object_answers_like_an_absent_one(
    client: Client, monde: SimpleNamespace, liste: str
) -> None:
    etrangere = monde.etrangere
    numero = f"D{etrangere.pk}" if liste == "demandes" else f"H{etrangere.habilitation_id}"
    sienne, absente = (
        client.get(f"{LISTES[liste]}/{un}", headers=entete(monde.cle))
        for un in (numero, numero[0] + "999999999")
    )
    assert sienne.status_code == absente.status_code == 404
    assert sienne.content == absente.content
    assert "ETag" not in sienne.headers
    assert {n for n in sienne.headers if n != "X-Request-ID"} == {
        n for n in absente.headers if n != "X-Request-ID"
    }
    # It is there, for its own.
    assert client.get(f"{LISTES[liste]}/{numero}", headers=entete(monde.cle_de_l_autre)).status_code == 200


@pytest.mark.parametrize(
    "numero",
    [
        "{pk}", "d{pk}", "D{pk} ", "D+{pk}", "D0x1", "D-1", "D", "D9223372036854775808", "D" + "9" * 400, "D{pk}%00",
        "D١",
    ],
)  # fmt: skip
def test_a_number_has_one_form(client: Client, monde: SimpleNamespace, numero: str) -> None:
    chemin = f"/api/v1/demandes/{numero.format(pk=monde.validee.pk)}"
    assert client.get(chemin, headers=entete(monde.cle)).status_code == 404


def test_a_cursor_leads_to_nothing_of_another_s(client: Client, monde: SimpleNamespace) -> None:
    etrangers = {f"D{monde.etrangere.pk}", f"H{monde.etrangere.habilitation_id}"}
    for lettre, (liste, chemin) in zip("DH", LISTES.items(), strict=True):
        for nombre in (0, 1, monde.etrangere.pk, monde.etrangere.pk + 1, 2**63 - 1):
            corps = lire(client, chemin, monde.cle, curseur=f"{lettre}{nombre}")
            assert etrangers.isdisjoint(un["numero"] for un in corps[liste])


@pytest.mark.parametrize(
    "curseur",
    ["17", "H17", "D", "D-1", "D1;", "D1 OR 1=1", "D9223372036854775808", "D" + "9" * 500, "eyJpZCI6MX0=", "D1\x00"],
)  # fmt: skip
def test_a_cursor_that_was_not_given_is_refused(client: Client, monde: SimpleNamespace, curseur: str) -> None:
    reponse = client.get("/api/v1/demandes", {"curseur": curseur}, headers=entete(monde.cle))
    assert reponse.status_code == 400


# --- ETag


def test_what_has_not_changed_is_not_sent_again(client: Client, monde: SimpleNamespace) -> None:
    for chemin in (*LISTES.values(), "/api/v1/evenements", f"/api/v1/demandes/D{monde.brouillon.pk}"):
        premiere = client.get(chemin, headers=entete(monde.cle))
        assert premiere.headers["Cache-Control"] == "private, no-cache"
        assert premiere.headers["Vary"] == "X-Api-Key, Authorization"
        etag = premiere.headers["ETag"]
        for dit in (etag, f"W/{etag}", f'"autre", {etag}', "*"):
            encore = client.get(chemin, headers=entete(monde.cle) | {"If-None-Match": dit})
            assert (encore.status_code, encore.content, encore.headers["ETag"]) == (304, b"", etag)
    Demande.objects.filter(pk=monde.brouillon.pk).update(intitule="Autre projet")
    change = client.get(chemin, headers=entete(monde.cle) | {"If-None-Match": etag})
    assert change.status_code == 200
    assert orjson.loads(change.content)["intitule"] == "Autre projet"


def test_an_etag_says_nothing_to_who_may_not_read(client: Client, monde: SimpleNamespace) -> None:
    chemin = f"/api/v1/demandes/D{monde.validee.pk}"
    etag = client.get(chemin, headers=entete(monde.cle)).headers["ETag"]
    for cle, statut in (
        (entete(monde.cle_de_l_autre), 404),
        (entete(creer_cle(monde.organisation, "evenements:lire")), 403),
        ({"X-Api-Key": "ase_k_" + "A" * 49}, 401),
        ({}, 401),
    ):
        for dit in (etag, "*"):
            refusee = client.get(chemin, headers=cle | {"If-None-Match": dit})
            assert refusee.status_code == statut
            assert "ETag" not in refusee.headers


def test_a_habilitation_that_is_revoked_is_told(client: Client, monde: SimpleNamespace) -> None:
    actes.revoquer(demande_id=monde.validee.pk, acteur=scenes.instructeur(), texte="Usage contraire.")
    assert Habilitation.objects.get(pk=monde.validee.habilitation_id).etat == "revoquee"
    une = lire(client, f"/api/v1/habilitations/H{monde.validee.habilitation_id}", monde.cle)
    assert une["etat"] == "revoquee"
    assert "revoqueeLe" in une
