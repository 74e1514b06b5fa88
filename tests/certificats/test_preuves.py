"""`X-Generate-Proof` (contract §8): an answer of the API that a third party can check for five years."""

import io
import json
import time
from datetime import datetime, timedelta
from typing import Any

import pikepdf
import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.utils import timezone

from referentiel.models import Echange, Inscription
from statut_etudiant.certificats import feuille, preuves
from statut_etudiant.certificats.models import Certificat
from tests import fabriques
from tests.api.boucle.aides import appeler, boucle
from tests.api.lecture.appels import (
    FRANCE_CONNECT,
    IDENTITE,
    INE,
    PAR_IDENTITE_V3,
    lire,
    obtenir,
    par_ine,
    verifier_v3,
)
from tests.certificats.aides import verifier
from tests.proprietaire import en_proprietaire

pytestmark = pytest.mark.django_db
SEULE = {"X-Generate-Proof": "proof-only"}
AVEC_PDF = {"X-Generate-Proof": "pdf"}


@pytest.fixture
def _adresse(settings: Any) -> None:
    settings.ADRESSE_PUBLIQUE = "https://statut.exemple.test"


def _appeler(client: Client, entetes: dict[str, str], *scopes: str) -> Any:
    etudiant = fabriques.inscrit(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    return obtenir(client, INE, par_ine(etudiant.ine), fabriques.jeton(*scopes).bearer | entetes)


def test_without_the_header_the_answer_is_as_before(client: Client) -> None:
    corps = lire(_appeler(client, {}))
    assert (corps["links"], corps["meta"]) == ({}, {})
    assert not Certificat.objects.exists()


@pytest.mark.usefixtures("_adresse")
@pytest.mark.parametrize("porte", [INE, IDENTITE])
def test_a_proof_adds_a_code_and_the_address_where_to_check_it(client: Client, porte: str) -> None:
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()
    parametres = par_ine(etudiant.ine) if porte == INE else PAR_IDENTITE_V3
    sans = lire(obtenir(client, porte, parametres, jeton.bearer))
    avec = lire(obtenir(client, porte, parametres, jeton.bearer | SEULE))
    assert avec["data"] == sans["data"]
    assert avec["links"] == {}
    assert avec["meta"].keys() == {"verification_url", "verification_code"}
    code = avec["meta"]["verification_code"]
    assert len(code) == 10
    assert avec["meta"]["verification_url"] == f"https://statut.exemple.test/verifier/{code}"


def test_whoever_has_the_code_checks_the_snapshot_and_the_student_is_told(client: Client) -> None:
    code = lire(_appeler(client, SEULE))["meta"]["verification_code"]
    page = verifier(code)
    assert "Authentique" in page
    assert "Université de Clairval" in page
    assert "MAR…" in page
    assert "03/2004" in page
    assert "Martin" not in page
    assert "formation initiale" not in page
    donnees, verification = Echange.objects.order_by("id")
    assert donnees.voie == "ine"
    assert verification.voie == "verification"
    assert verification.etudiant_id == donnees.etudiant_id
    assert donnees.organisation in verification.organisation


def test_a_proof_stays_what_it_was_when_the_register_changes(client: Client) -> None:
    code = lire(_appeler(client, SEULE))["meta"]["verification_code"]
    Inscription.objects.all().delete()
    page = verifier(code)
    assert "Université de Clairval" in page
    assert "peut avoir changé depuis" in page


def test_what_the_token_does_not_see_is_not_in_the_proof(client: Client) -> None:
    corps = lire(_appeler(client, SEULE, "mesri_inscription_etudiant"))
    page = verifier(corps["meta"]["verification_code"])
    assert "Clairval" not in page
    assert "MAR…" not in page


def test_nothing_readable_is_stored_and_nothing_opens_it_but_its_code(client: Client) -> None:
    corps = lire(_appeler(client, SEULE))
    certificat = Certificat.objects.get()
    gardees = b" ".join(str(valeur).encode() for valeur in Certificat.objects.values_list()[0])
    gardees += bytes(certificat.cliche or b"")
    for valeur in ("Martin", "Camille", "Clairval", "2004", corps["meta"]["verification_code"]):
        assert valeur.encode() not in gardees
    assert preuves.ouvrir(certificat, corps["meta"]["verification_code"]) == corps["data"]
    with pytest.raises(preuves.ClicheAltere):
        preuves.ouvrir(certificat, "0000000000")


@pytest.mark.parametrize("altere", ["cliche", "etudiant_id", "organisation"])
def test_a_snapshot_that_was_altered_or_moved_is_seen(client: Client, altere: str) -> None:
    code = lire(_appeler(client, SEULE))["meta"]["verification_code"]
    certificat = Certificat.objects.get()
    if altere == "cliche":
        octets = bytearray(certificat.cliche or b"")
        octets[-1] ^= 1
        certificat.cliche = bytes(octets)
    else:
        setattr(certificat, altere, {"etudiant_id": 1, "organisation": "Une autre"}[altere])
    with pytest.raises(preuves.ClicheAltere):
        preuves.ouvrir(certificat, code)


def test_an_altered_proof_is_not_authentic_and_the_operator_is_told(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    code = lire(_appeler(client, SEULE))["meta"]["verification_code"]
    with en_proprietaire() as curseur:
        curseur.execute("ALTER TABLE certificats_certificat DISABLE TRIGGER certificats_garder")
        curseur.execute("UPDATE certificats_certificat SET organisation = 'Une autre'")
        curseur.execute("ALTER TABLE certificats_certificat ENABLE TRIGGER certificats_garder")
    assert "Aucun certificat ne porte ce code" in verifier(code)
    assert "preuve altérée" in caplog.text


def test_the_database_and_the_code_open_nothing_without_the_pepper(client: Client, settings: Any) -> None:
    code = lire(_appeler(client, SEULE))["meta"]["verification_code"]
    settings.JETON_POIVRE = "un poivre tout neuf, de plus de trente-deux caractères"
    with pytest.raises(preuves.ClicheAltere):
        preuves.ouvrir(Certificat.objects.get(), code)
    assert "Aucun certificat ne porte ce code" in verifier(code)


def test_a_proof_is_valid_five_years(client: Client) -> None:
    lire(_appeler(client, SEULE))
    assert Certificat.objects.get().valable_jusqu_au == timezone.localdate() + relativedelta(years=5)


@pytest.mark.usefixtures("_adresse")
def test_the_pdf_is_had_for_five_minutes_without_token(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    avant = time.time()
    corps = lire(_appeler(client, AVEC_PDF))
    expire = datetime.fromisoformat(corps["meta"]["attestation_pdf_url_expires_at"])
    assert (
        timedelta(seconds=299)
        <= expire - datetime.fromtimestamp(avant, tz=expire.tzinfo)
        <= timedelta(seconds=305)
    )
    adresse = corps["links"]["attestation_pdf"]
    assert adresse.startswith("https://statut.exemple.test/")
    assert corps["meta"]["verification_code"] not in adresse
    chemin = adresse.removeprefix("https://statut.exemple.test")
    reponse = Client().get(chemin)
    assert reponse.status_code == 200
    with pikepdf.open(io.BytesIO(reponse.content)) as document, document.open_metadata() as faits:
        assert len(document.pages) == 1
        assert faits["dc:title"] == "Attestation de statut étudiant"
    monkeypatch.setattr(feuille.time, "time", lambda: expire.timestamp() + 1)
    assert Client().get(chemin).status_code == 410


@pytest.mark.parametrize("valeur", ["PDF", "true", "proof-only, pdf", "x"])
def test_another_value_is_refused(client: Client, valeur: str) -> None:
    objets = verifier_v3(_appeler(client, {"X-Generate-Proof": valeur}), 400, "00401")
    assert "X-Generate-Proof" in json.dumps(objets)
    assert not Certificat.objects.exists()


def test_the_gates_come_before_what_is_wrong_with_the_header(client: Client) -> None:
    """Token → scopes → quota, then the request (contract §3); every answer to a token's holder tells its quota (§5)."""
    parametres, entete = par_ine(fabriques.ine()), {"X-Generate-Proof": "x"}
    verifier_v3(obtenir(client, INE, parametres, entete), 401, "00101")
    revoque = fabriques.jeton(revoque=True)
    verifier_v3(obtenir(client, INE, parametres, revoque.bearer | entete), 401, "00105")
    sans_population = fabriques.jeton("mesri_identite")
    verifier_v3(obtenir(client, INE, parametres, sans_population.bearer | entete), 403, "00100")
    reponse = obtenir(client, INE, parametres, fabriques.jeton().bearer | entete)
    verifier_v3(reponse, 400, "00401")
    assert reponse.headers["RateLimit-Remaining"] == "19"


def test_it_is_ignored_with_franceconnect(client: Client) -> None:
    for valeur in ("pdf", "x"):
        reponse = obtenir(client, FRANCE_CONNECT, {}, {"X-Generate-Proof": valeur})
        verifier_v3(reponse, 401, "51504")


def test_no_proof_is_made_of_what_is_not_found(client: Client) -> None:
    reponse = obtenir(client, INE, par_ine(fabriques.ine()), fabriques.jeton().bearer | SEULE)
    verifier_v3(reponse, 404, "25003")
    assert not Certificat.objects.exists()


def test_a_sandbox_s_proof_says_that_it_is_of_nobody(client: Client) -> None:
    etudiant = fabriques.inscrit(fictif=True)
    jeton = fabriques.jeton(bac_a_sable=True)
    code = lire(obtenir(client, INE, par_ine(etudiant.ine), jeton.bearer | SEULE))["meta"][
        "verification_code"
    ]
    assert "Données fictives du bac à sable" in verifier(code)


@pytest.mark.usefixtures("donnees_validees")
def test_the_reading_loop_makes_proofs_too() -> None:
    etudiant, jeton = fabriques.inscrit(), fabriques.jeton()

    async def scenario(application: Any) -> Any:
        return await appeler(application, INE, par_ine(etudiant.ine), jeton.bearer | SEULE)

    recu = boucle(scenario)
    assert recu.statut == 200
    assert len(json.loads(recu.corps)["meta"]["verification_code"]) == 10
    assert Certificat.objects.count() == 1
