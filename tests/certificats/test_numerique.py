"""The signed form: SD-JWT VC, status list, keys. Read by the format's reference implementation, and by hand."""

import base64
import io
import json
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

from referentiel.models import Etudiant, Inscription
from statut_etudiant.certificats import actes, conservation, divulgation, statuts
from statut_etudiant.certificats.models import Certificat, PlaceRetiree
from tests import fabriques
from tests.certificats.aides import NOMS, etablir, etudiante
from tests.franceconnect.citoyens import citoyen

pytestmark = pytest.mark.django_db
EMETTEUR = "/.well-known/jwt-vc-issuer"


@pytest.fixture
def cles(tmp_path: Path, settings: Any) -> Path:
    fichier = tmp_path / "certificats.json"
    call_command("creer_cles_certificats", str(fichier), stderr=io.StringIO())
    settings.CERTIFICATS_CLES = str(fichier)
    settings.ADRESSE_PUBLIQUE = "https://statut.exemple.test"
    return fichier


def _octets(texte: str) -> bytes:
    return base64.urlsafe_b64decode(texte + "=" * (-len(texte) % 4))


def _jwt(compact: str) -> tuple[dict[str, Any], dict[str, Any]]:
    entete, corps, _ = compact.split(".")
    return json.loads(_octets(entete)), json.loads(_octets(corps))


def _telecharger(etudiant: Any, pk: int) -> str:
    reponse = citoyen(etudiant).get(f"/mon-espace/certificats/{pk}.sd-jwt")
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/dc+sd-jwt"
    return reponse.content.decode()


def _verifie(presente: str) -> dict[str, Any]:
    """What the reference implementation reads with the keys that we publish."""
    publies = Client().get(EMETTEUR).json()

    def cle(emetteur: str, entete: dict[str, Any]) -> JWK:
        assert emetteur == publies["issuer"]
        (celle,) = [une for une in publies["jwks"]["keys"] if une["kid"] == entete["kid"]]
        return JWK.from_json(json.dumps(celle))

    return SDJWTVerifier(presente, cle).get_verified_payload()


# RFC 9901, section 4.2: the salt, the disclosure (4.2.1) and its digest (4.2.3).
def test_a_disclosure_and_its_digest_are_those_of_the_text() -> None:
    divulguee = divulgation.divulgation("_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius")
    assert divulguee == "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert divulgation.condense(divulguee) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


# Token Status List, section 4.1: the sixteen statuses of the example, in two bytes.
def test_a_status_list_is_packed_as_in_the_text() -> None:
    leves = [rang for rang, bit in enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]) if bit]
    assert zlib.decompress(_octets(statuts.comprimer(16, leves))) == b"\xb9\xa3"
    assert statuts.comprimer(16, leves) == "eNrbuRgAAhcBXQ"


def test_the_reference_implementation_reads_the_credential(cles: Path) -> None:
    etudiant = etudiante(etablissement=fabriques.etablissement(nom="Université de Clairval"))
    etabli = etablir(etudiant, champs=[*NOMS, "naissance"])
    presente = _telecharger(etudiant, etabli.certificat.pk)
    lu = _verifie(presente)
    assert lu["iss"] == "https://statut.exemple.test"
    assert lu["vct"] == "https://statut.exemple.test/certificats/type"
    assert lu["family_name"] == "d’Artigues"
    assert lu["given_name"] == "Agathe"
    assert lu["birthdate"] == "2004-05-17"
    assert lu["etablissement"] == "Université de Clairval"
    assert lu["regime"] == "formation initiale"
    assert lu["statut"] == "inscrit"
    assert "ine" not in lu
    entete, corps = _jwt(presente.split("~")[0])
    assert (entete["alg"], entete["typ"]) == ("ES256", "dc+sd-jwt")
    assert not set(corps) & {"family_name", "statut", "etablissement", "birthdate"}


@pytest.mark.parametrize(
    ("precision", "dite"), [("annee", "2004"), ("mois", "2004-05"), ("jour", "2004-05-17")]
)
def test_a_birth_date_is_said_as_far_as_it_is_known(cles: Path, precision: str, dite: str) -> None:
    etudiant = etudiante()
    jour = {"annee": "2004-01-01", "mois": "2004-05-01", "jour": "2004-05-17"}[precision]
    Etudiant.objects.filter(pk=etudiant.pk).update(date_naissance=jour, precision_naissance=precision)
    certificat = etablir(etudiant, champs=["naissance"]).certificat
    assert _verifie(_telecharger(etudiant, certificat.pk))["birthdate"] == dite


def test_each_field_is_disclosed_or_kept_back_by_itself(cles: Path) -> None:
    etudiant = etudiante()
    presente = _telecharger(etudiant, etablir(etudiant).certificat.pk)
    jwt, *divulguees, _ = presente.split("~")
    (du_statut,) = [une for une in divulguees if json.loads(_octets(une))[1] == "statut"]
    lu = _verifie(f"{jwt}~{du_statut}~")
    assert lu["statut"] == "inscrit"
    assert not set(lu) & {"family_name", "given_name", "etablissement", "regime"}


def test_a_forged_disclosure_is_refused(cles: Path) -> None:
    etudiant = etudiante()
    jwt = _telecharger(etudiant, etablir(etudiant).certificat.pk).split("~")[0]
    forgee = divulgation.divulgation("c2Vs", "statut", "admis")
    assert "statut" not in _verifie(f"{jwt}~{forgee}~")
    entete, corps, signature = jwt.split(".")
    autre = json.loads(_octets(corps)) | {"exp": 4_000_000_000}
    falsifie = divulgation.base64url(json.dumps(autre).encode())
    with pytest.raises(Exception, match=r"(?i)signature"):
        _verifie(f"{entete}.{falsifie}.{signature}~")


def _statut(reference: dict[str, Any]) -> int:
    liste = reference["status_list"]
    reponse = Client().get(liste["uri"].removeprefix("https://statut.exemple.test"))
    assert reponse["Content-Type"] == "application/statuslist+jwt"
    entete, corps = _jwt(reponse.content.decode())
    assert entete["typ"] == "statuslist+jwt"
    assert corps["sub"] == liste["uri"]
    assert corps["status_list"]["bits"] == 1
    octets = zlib.decompress(_octets(corps["status_list"]["lst"]))
    return octets[liste["idx"] // 8] >> liste["idx"] % 8 & 1


def test_a_withdrawal_is_in_the_status_list_and_touches_nobody_else(cles: Path) -> None:
    etudiant = etudiante()
    premier, second = etablir(etudiant).certificat, etablir(etudiant).certificat
    references = [_jwt(_telecharger(etudiant, un.pk).split("~")[0])[1]["status"] for un in (premier, second)]
    assert references[0] != references[1]
    assert [_statut(reference) for reference in references] == [0, 0]
    actes.retirer(etudiant_id=etudiant.pk, certificat_id=premier.pk)
    assert [_statut(reference) for reference in references] == [1, 0]


def test_what_an_erased_student_had_downloaded_is_withdrawn_until_its_end_and_its_place_is_not_drawn_again(
    cles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etudiant, autre = etudiante(), fabriques.inscrit()
    garde, retire = etablir(etudiant).certificat, etablir(etudiant).certificat
    references = [_jwt(_telecharger(etudiant, un.pk).split("~")[0])[1]["status"] for un in (garde, retire)]
    actes.retirer(etudiant_id=etudiant.pk, certificat_id=retire.pk)
    Inscription.objects.filter(etudiant=etudiant).delete()
    etudiant.delete()
    conservation.oublier()
    assert not Certificat.objects.exists()
    assert [_statut(reference) for reference in references] == [1, 1]

    prise = references[0]["status_list"]["idx"]
    tirages = iter([prise, prise + 1])
    monkeypatch.setattr(statuts.secrets, "randbelow", lambda borne: next(tirages))
    assert statuts.placer(etablir(autre).certificat) == prise + 1

    PlaceRetiree.objects.update(jusqu_au=timezone.localdate() - timedelta(days=1))
    conservation.oublier()
    assert not PlaceRetiree.objects.exists()


def test_a_certificate_keeps_its_place(cles: Path) -> None:
    etudiant = etudiante()
    pk = etablir(etudiant).certificat.pk
    places = [_jwt(_telecharger(etudiant, pk).split("~")[0])[1]["status"] for _ in range(2)]
    assert places[0] == places[1]


def test_a_place_taken_is_drawn_again(cles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    etudiant = etudiante()
    premier, second = etablir(etudiant).certificat, etablir(etudiant).certificat
    tirages = iter([5, 5, 6])
    monkeypatch.setattr(statuts.secrets, "randbelow", lambda borne: next(tirages))
    assert [statuts.placer(premier), statuts.placer(second)] == [5, 6]


def test_nothing_is_signed_of_what_is_withdrawn_or_no_longer_true(cles: Path) -> None:
    etudiant = etudiante()
    certificat = etablir(etudiant).certificat
    adresse = f"/mon-espace/certificats/{certificat.pk}.sd-jwt"
    Inscription.objects.filter(etudiant=etudiant).update(regime="RF5")
    assert citoyen(etudiant).get(adresse).status_code == 302
    Inscription.objects.filter(etudiant=etudiant).update(regime="RF1")
    assert citoyen(etudiant).get(adresse).status_code == 200
    actes.retirer(etudiant_id=etudiant.pk, certificat_id=certificat.pk)
    assert citoyen(etudiant).get(adresse).status_code == 302


def test_without_a_key_there_is_no_digital_form(settings: Any) -> None:
    settings.CERTIFICATS_CLES = ""
    etudiant = etudiante()
    pk = etablir(etudiant).certificat.pk
    assert citoyen(etudiant).get(f"/mon-espace/certificats/{pk}.sd-jwt").status_code == 404
    assert Client().get(EMETTEUR).status_code == 404
    assert Client().get("/certificats/statuts/0").status_code == 404
    assert "Attestation numérique" not in citoyen(etudiant).get("/mon-espace/certificats").content.decode()
    assert Certificat.objects.get().indice is None


def test_what_a_previous_key_signed_is_still_verified(cles: Path) -> None:
    etudiant = etudiante()
    presente = _telecharger(etudiant, etablir(etudiant).certificat.pk)
    call_command("creer_cles_certificats", str(cles), stderr=io.StringIO())
    assert _verifie(presente)["statut"] == "inscrit"
    publiees = Client().get(EMETTEUR).json()["jwks"]["keys"]
    assert len(publiees) == 2
    assert not any("d" in cle for cle in publiees)
    assert (
        _jwt(_telecharger(etudiant, Certificat.objects.get().pk).split("~")[0])[0]["kid"]
        == publiees[0]["kid"]
    )


def test_the_keys_are_the_owner_s_alone_and_another_file_is_refused(tmp_path: Path, cles: Path) -> None:
    assert cles.stat().st_mode & 0o777 == 0o600
    autre = tmp_path / "autre.json"
    call_command("creer_cles_franceconnect", str(autre), stderr=io.StringIO())
    with pytest.raises(CommandError):
        call_command("creer_cles_certificats", str(autre), stderr=io.StringIO())


def test_a_list_that_no_certificate_names_does_not_exist(cles: Path) -> None:
    assert Client().get("/certificats/statuts/0").status_code == 200
    assert Client().get("/certificats/statuts/1").status_code == 404


def test_the_type_describes_each_claim(cles: Path) -> None:
    decrit = Client().get("/certificats/type").json()
    assert decrit["vct"] == "https://statut.exemple.test/certificats/type"
    assert ["family_name"] in [attribut["path"] for attribut in decrit["claims"]]
