"""The loop answers what Django answers: same status, headers and bytes, on every door and for every refusal."""

import datetime
from collections.abc import Iterator

import pytest
from django.utils import timezone

from tests import fabriques
from tests.api.boucle.aides import appeler, boucle, ensemble
from tests.api.lecture.appels import (
    FRANCE_CONNECT,
    IDENTITE,
    INE,
    INTROSPECT,
    PAR_IDENTITE_V2,
    PAR_IDENTITE_V3,
    V2,
    obtenir,
    par_ine,
    sans,
)

pytestmark = pytest.mark.usefixtures("donnees_validees")

#: They say the instant, or the call.
VARIABLES = {"x-request-id", "ratelimit-remaining", "ratelimit-reset"}


def appels() -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    etudiant = fabriques.inscrit()
    jetons = [
        fabriques.jeton(sans_quota=True),
        fabriques.jeton("mesri_admission"),
        fabriques.jeton("mesri_identite"),
        fabriques.jeton(expire=True),
        fabriques.jeton(revoque=True),
        fabriques.jeton(adresses=["192.0.2.1/32"]),
        fabriques.jeton(ecriture=True),
    ]
    nommee = {"nomCommuneNaissance": "Toulouse", "codeCogInseeDepartementNaissance": "31"}
    for emis in jetons:
        for entetes in (emis.cle, emis.bearer):
            yield V2, par_ine(etudiant.ine), entetes
            yield INE, par_ine(etudiant.ine), entetes
            yield V2, PAR_IDENTITE_V2, entetes
            yield IDENTITE, PAR_IDENTITE_V3, entetes
            yield INTROSPECT, {}, entetes
            yield FRANCE_CONNECT, {"recipient": "13002526500013"}, entetes
    editeur = fabriques.editeur()
    une = fabriques.delegation(editeur, quota_par_seconde=1000)
    siret = une.habilitation.organisation.siret
    fabriques.delegation(editeur, organisation=fabriques.organisation(siret="13002526500013"))
    fabriques.delegation(editeur, organisation=une.habilitation.organisation)
    emis = fabriques.jeton_d_editeur(editeur)
    for chemin in (V2, INE):
        yield chemin, par_ine(etudiant.ine), emis.cle
        yield chemin, par_ine("x"), emis.cle
        yield chemin, {"ine": etudiant.ine}, emis.cle
        yield chemin, {"ine": etudiant.ine, "recipient": siret}, emis.cle
        yield chemin, {"ine": etudiant.ine, "recipient": siret, "delegation_id": str(une.cle)}, emis.cle
        yield chemin, {"ine": etudiant.ine, "recipient": fabriques.siret()}, emis.cle
    for demande in ({}, {"recipient": siret}, {"delegation_id": str(une.cle)}, {"recipient": "1"}):
        yield "/v3/token/introspect", demande, emis.bearer
    yield "/editeur/api/v1/delegations", {"limite": "1"}, emis.bearer
    yield "/editeur/api/v1/delegations", {"limite": "x"}, emis.bearer
    bon = jetons[0].cle
    yield IDENTITE, PAR_IDENTITE_V3 | nommee, bon
    yield IDENTITE, PAR_IDENTITE_V3 | nommee | {"nomCommuneNaissance": "Nulle-Part"}, bon
    yield IDENTITE, PAR_IDENTITE_V3 | {"sexeEtatCivil": "x", "moisDateNaissance": "13"}, bon
    yield IDENTITE, sans(PAR_IDENTITE_V3, "recipient"), bon
    yield INE, par_ine("x"), bon
    yield V2, {"nom": "Martin"}, bon
    yield V2, par_ine(fabriques.ine()), bon
    for chemin in (V2, INE, IDENTITE, INTROSPECT, FRANCE_CONNECT):
        yield chemin, {}, {}
        yield chemin, {"token": "x"}, bon
        yield chemin, {}, {"X-Api-Key": "ase_l_" + "A" * 49}


def test_both_drivers_give_the_same_statuses_headers_and_bytes(client):
    cas = list(appels())

    async def scenario(application):
        return await ensemble(*(appeler(application, *un) for un in cas))

    for un, recu in zip(cas, boucle(scenario), strict=True):
        attendu = obtenir(client, *un)
        entetes = {nom.lower(): valeur for nom, valeur in attendu.headers.items()}
        assert (recu.statut, recu.corps) == (attendu.status_code, attendu.content), un
        assert recu.entetes.keys() == entetes.keys(), un
        differents = {nom for nom, valeur in entetes.items() if recu.entetes[nom] != valeur}
        assert differents <= VARIABLES, (un, differents)


def test_a_token_in_the_url_is_revoked(client):
    emis = fabriques.jeton()

    async def scenario(application):
        return await appeler(application, INE, {"cle": emis.secret}, {})

    recu = boucle(scenario)
    assert (recu.statut, b'"00401"' in recu.corps) == (400, True)
    emis.jeton.refresh_from_db()
    assert emis.jeton.revoque_le is not None


def test_too_many_parameters_are_refused(client):
    async def scenario(application):
        return await appeler(application, INE, b"&".join(b"p=1" for _ in range(5_000)), {})

    recu = boucle(scenario)
    assert (recu.statut, b'"00406"' in recu.corps) == (400, True)


def test_a_declared_maintenance_answers_when_to_come_back(client, settings):
    settings.MAINTENANCE_JUSQUA = (timezone.now() + datetime.timedelta(minutes=10)).isoformat()

    async def scenario(application):
        return await appeler(application, INE, {}, {})

    recu = boucle(scenario)
    assert recu.statut == 503
    assert 590 < int(recu.entetes["retry-after"]) <= 600


@pytest.mark.parametrize(
    ("methode", "chemin", "de_la_boucle"),
    [
        ("GET", INE, True),
        ("GET", f"/{INE}/", True),
        ("GET", f"/api{INE}", True),
        ("GET", "/api//v2//etudiants", True),
        ("HEAD", INE, False),
        ("POST", INE, False),
        ("GET", "/api/ping", False),
        ("GET", "/api/inscriptions", False),
        ("GET", "/api/v2/etudiantz", False),
        ("GET", "/", False),
    ],
)
def test_what_is_not_a_reading_door_goes_to_django(methode, chemin, de_la_boucle):
    async def scenario(application):
        return await appeler(application, chemin, {}, {}, methode)

    assert (boucle(scenario).statut != 418) is de_la_boucle


def test_an_unexpected_failure_is_a_500_that_says_nothing(client, monkeypatch):
    emis, etudiant = fabriques.jeton(), fabriques.inscrit()

    def tomber(*_: object) -> None:
        raise KeyError("CANARI")

    monkeypatch.setattr("statut_etudiant.api.interrogation._recherche", tomber)

    async def scenario(application):
        return await appeler(application, INE, par_ine(etudiant.ine), emis.bearer)

    recu = boucle(scenario)
    assert (recu.statut, b'"00500"' in recu.corps, b"CANARI" in recu.corps) == (500, True, False)
    assert recu.entetes["cache-control"] == "no-store"
