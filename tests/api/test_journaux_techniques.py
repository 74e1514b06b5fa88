"""No INE, name, birth date or token in the technical logs, whatever is called and however it fails."""

import datetime
import io
import logging
from collections.abc import Callable, Iterator

import orjson
import pytest
from django.db import DataError, connection
from django.urls import get_resolver

from statut_etudiant.celery import app as celery
from tests import fabriques
from tests.api.pannes import base_absente

INE = "9081726354Z"
NOM, PRENOM, NAISSANCE = "Canarinom", "Canariprenom", datetime.date(1977, 12, 31)
#: Looked for without regard to case, and written in the other ways that they may be found.
CANARIS = ("canarinom", "canariprenom", "9081726354z", "1977-12-31", "31/12/1977", "19771231", "canarilibre")

ROUTES = [
    "/" + str(motif.pattern).replace("<str:cle>", "CANARILIBRE").replace("<str:id_inscription>", INE)
    for motif in get_resolver("statut_etudiant.api.urls").url_patterns
]
CHEMINS = [*ROUTES, f"/api/{INE}", f"/v3/{NOM}", f"/v9/{INE}/", f"/{NOM}/{INE}", f"/sante/vivant?nom={NOM}"]
METHODES = ("GET", "POST", "DELETE", "PUT", "OPTIONS", "TRACE")


@pytest.fixture
def sorties(capfd, monkeypatch) -> Iterator[Callable[[], str]]:
    """What the process writes by its own configuration, at the lowest level, with what it prints besides."""
    tampon = io.StringIO()
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.getLogger().manager.loggerDict)]
    # pytest's own handlers, of other classes, are not the product's.
    consoles = {h for un in loggers for h in un.handlers if type(h) is logging.StreamHandler}
    assert consoles
    for console in consoles:
        monkeypatch.setattr(console, "stream", tampon)
    racine = logging.getLogger()
    niveau = racine.level
    racine.setLevel(logging.DEBUG)

    def lire() -> str:
        imprime = capfd.readouterr()
        return (tampon.getvalue() + imprime.out + imprime.err).lower()

    yield lire
    racine.setLevel(niveau)


def requetes() -> dict[str, str]:
    return {
        "recipient": "13002526500013",
        "ine": INE,
        "nom": NOM,
        "nomNaissance": NOM,
        "prenom": PRENOM,
        "prenoms[]": PRENOM,
        "dateDeNaissance": str(NAISSANCE),
        "anneeDateNaissance": "1977",
        "moisDateNaissance": "12",
        "jourDateNaissance": "31",
        "sexe": "f",
        "sexeEtatCivil": "F",
        "inconnu": "CANARILIBRE",
    }


def corps(uai: str) -> list[bytes]:
    ligne = {
        "ine": INE,
        "dateNaissance": str(NAISSANCE),
        "uai": uai,
        "dateDebutInscription": "2026-09-01",
        "dateFinInscription": "2027-08-31",
        "statut": "inscrit",
        "diplome": "CANARILIBRE",
        "identite": {"nomNaissance": NOM, "prenoms": [PRENOM], "sexe": "F"},
    }
    return [
        orjson.dumps(ligne),
        orjson.dumps([ligne]),
        orjson.dumps(ligne | {"statut": NOM, "dateNaissance": "CANARILIBRE"}),
        orjson.dumps(ligne)[:-3],
        b"\xff\xfe" + NOM.encode(),
    ]


def conduire(client, emis: list[fabriques.JetonEmis]) -> int:
    """Every route by every method, with canaries in the query, the headers, the path and the body."""
    nombre = 0
    for chemin in CHEMINS:
        for jeton in emis:
            for entetes in (jeton.cle, jeton.bearer | {"Cookie": f"nom={NOM}", "Referer": f"/x?ine={INE}"}):
                client.get(chemin, requetes(), headers=entetes)
                nombre += 1
            uai = (jeton.jeton.uais or ["0311384L"])[0]
            for methode in METHODES[1:]:
                for contenu in corps(uai) if methode == "POST" else [b""]:
                    client.generic(
                        methode, chemin, contenu, content_type="application/json", headers=jeton.cle
                    )
                    nombre += 1
    return nombre


def verifier(sorties: Callable[[], str], emis: list[fabriques.JetonEmis]) -> str:
    sortie = sorties()
    secrets = [jeton.secret.lower() for jeton in emis]
    for canari in (*CANARIS, *secrets, *(secret[6:30] for secret in secrets)):
        assert canari not in sortie
    return sortie


@pytest.fixture
def emis() -> list[fabriques.JetonEmis]:
    etablissement = fabriques.etablissement()
    fabriques.inscrit(
        identite={"ine": INE, "nom_naissance": NOM, "prenoms": [PRENOM], "date_naissance": NAISSANCE},
        etablissement=etablissement,
    )
    return [
        fabriques.jeton(sans_quota=True),
        fabriques.jeton("mesri_identite", quota_par_seconde=1),
        fabriques.jeton(quota_par_seconde=1),
        fabriques.jeton(revoque=True),
        fabriques.jeton(ecriture=True, uais=[etablissement.uai], sans_quota=True),
    ]


@pytest.mark.django_db
def test_no_route_writes_personal_data_or_a_token_in_the_logs(client, emis, sorties):
    assert conduire(client, emis) > 500
    # In the URL last: it revokes them.
    for jeton in emis:
        client.get("/api/v2/etudiants", {"token": jeton.secret})
    verifier(sorties, emis)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "leve",
    [
        ValueError(f"{NOM} {INE}"),
        KeyError(INE),
        UnicodeEncodeError("ascii", NOM, 0, 1, INE),
        DataError(f"invalid input syntax: {NAISSANCE}"),
    ],
)
def test_a_bug_whose_message_quotes_data_is_logged_without_them(client, emis, sorties, monkeypatch, leve):
    def tomber(*_: object, **__: object) -> None:
        raise leve from ValueError(f"cause: {NOM}")

    monkeypatch.setattr("statut_etudiant.api.moyens.executer", tomber)
    monkeypatch.setattr("statut_etudiant.api.ecriture.inscription.fusionner_ligne", tomber)
    lecture, ecriture = emis[0], emis[-1]
    assert client.get("/api/v2/etudiants", requetes(), headers=lecture.cle).status_code == 500
    reponse = client.post(
        "/api/inscription",
        corps(ecriture.jeton.uais[0])[0],
        content_type="application/json",
        headers=ecriture.cle,
    )
    assert reponse.status_code == 500
    sortie = verifier(sorties, emis)
    # It is told all the same: what kind, where, and for which request.
    assert '"message":"anomalie"' in sortie
    assert type(leve).__name__.lower() in sortie
    assert reponse.headers["X-Request-ID"] in sortie


def test_the_database_away_is_a_503(client, donnees_validees, sorties):
    jeton = fabriques.jeton()
    with base_absente():
        for chemin in ROUTES:
            client.get(chemin, requetes(), headers=jeton.cle)
    sortie = verifier(sorties, [jeton])
    assert "base de données indisponible" in sortie
    assert connection.settings_dict["HOST"] != "/nulle/part"


def test_a_task_that_fails_does_not_tell_the_values_at_fault(sorties):
    """Celery's own record quotes the exception and the arguments: PostgreSQL's messages quote the row."""

    @celery.task(name="essai.echouer")
    def echouer(nom: str) -> None:
        raise DataError(f"Key (ine)=({INE}) already exists: {nom}")

    try:
        echouer.apply(args=[NOM])
    finally:
        celery.tasks.unregister("essai.echouer")
    dit = sorties()
    assert "essai.echouer" in dit
    assert "dataerror" in dit
    assert [canari for canari in CANARIS if canari in dit] == []
