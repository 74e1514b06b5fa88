from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from habilitations.jetons.emission import bien_forme, empreintes
from habilitations.models import Habilitation, Jeton, Organisation
from referentiel.models import Etablissement

pytestmark = pytest.mark.django_db

SIRET = "13002526500013"
SCOPES = "mesri_inscription_etudiant,mesri_identite"


def creer(*options: str, siret: str = SIRET) -> tuple[list[str], str]:
    sortie, messages = StringIO(), StringIO()
    call_command(
        "creer_jeton", "--siret", siret, "--intitule", "Transports", *options, stdout=sortie, stderr=messages
    )
    return sortie.getvalue().splitlines(), messages.getvalue()


@pytest.fixture
def universite() -> Etablissement:
    return Etablissement.objects.create(
        uai="0311384L", nom="Université Toulouse", code_commune="31555", siret="19311384200010"
    )


@pytest.fixture
def ecole_fictive() -> Etablissement:
    return Etablissement.objects.create(
        uai="9990001A", nom="École fictive", code_commune="31555", fictif=True
    )


def test_a_reading_token_is_alone_on_standard_output() -> None:
    (secret,), messages = creer("--scopes", SCOPES)

    jeton = Jeton.objects.get(empreinte=empreintes(secret)[0])
    assert bien_forme(secret)
    assert secret.startswith("ase_l_")
    assert jeton.scopes == ["mesri_identite", "mesri_inscription_etudiant"]
    assert jeton.habilitation is not None
    assert jeton.habilitation.etat == "active"
    assert jeton.habilitation.scopes == jeton.scopes
    assert jeton.organisation.siret == SIRET
    assert jeton.habilitation.numero in messages
    assert secret not in messages


def test_several_tokens_are_one_a_line_in_one_organisation() -> None:
    secrets, _ = creer("--scopes", SCOPES, "--nombre", "3")

    assert len(set(secrets)) == 3
    assert all(bien_forme(secret) for secret in secrets)
    assert Organisation.objects.count() == 1
    # As three approvals would: a habilitation never has more than two tokens alive.
    assert Habilitation.objects.count() == 3


def test_a_known_organisation_keeps_its_name() -> None:
    Organisation.objects.create(siret=SIRET, nom="Région")
    creer("--scopes", SCOPES, "--organisation", "Autre nom")
    assert Organisation.objects.get().nom == "Région"


def test_a_new_organisation_has_the_name_of_its_establishment(universite: Etablissement) -> None:
    creer("--type", "ecriture", "--uai", "0311384L", siret=universite.siret)
    assert Organisation.objects.get().nom == "Université Toulouse"


def test_a_writing_token_is_bound_to_its_uai(universite: Etablissement) -> None:
    (secret,), _ = creer("--type", "ecriture", "--uai", " 0311384l ")
    jeton = Jeton.objects.get()
    assert secret.startswith("ase_e_")
    assert (jeton.uais, jeton.scopes) == (["0311384L"], [])
    assert jeton.habilitation is not None
    assert jeton.habilitation.uais == ["0311384L"]


def test_scopes_of_a_writing_token_have_no_effect_and_it_is_said(universite: Etablissement) -> None:
    _, messages = creer("--type", "ecriture", "--uai", "0311384L", "--scopes", SCOPES)
    assert Jeton.objects.get().scopes == []
    assert "--scopes est sans effet" in messages


def test_franceconnect_makes_a_habilitation_and_no_token() -> None:
    secrets, messages = creer(
        "--type", "franceconnect", "--client-id", "client-1", "--scopes", "mesri_admission"
    )
    habilitation = Habilitation.objects.get()
    assert secrets == []
    assert habilitation.fc_client_id == "client-1"
    assert not Jeton.objects.exists()
    assert habilitation.numero in messages


@pytest.mark.parametrize("options", [[], ["--bac-a-sable"]])
def test_masks_alone_give_a_token_that_opens_nothing_and_say_so(client: Client, options: list[str]) -> None:
    [jeton], dit = creer("--scopes", "mesri_identite,mesri_admission_inscrit", *options)
    assert "n'ouvre aucune population" in dit
    v2 = client.get("/api/v2/etudiants?ine=1234567890V", headers={"X-Api-Key": jeton})
    assert (v2.status_code, v2.json()["reason"]) == (401, "Insufficient privileges")
    v3 = client.get("/v3/mesri/statut_etudiant/ine", headers={"Authorization": f"Bearer {jeton}"})
    assert (v3.status_code, v3.json()["errors"][0]["code"]) == (403, "00100")


def test_a_sandbox_token_needs_no_habilitation() -> None:
    (secret,), _ = creer("--scopes", SCOPES, "--bac-a-sable")
    assert secret.startswith("ase_t_")
    assert Jeton.objects.get().habilitation is None
    assert not Habilitation.objects.exists()


def test_a_sandbox_token_writes_in_a_fictitious_establishment(ecole_fictive: Etablissement) -> None:
    creer("--type", "ecriture", "--uai", ecole_fictive.uai, "--bac-a-sable")
    assert Jeton.objects.get().uais == [ecole_fictive.uai]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--scopes"),
        (["--scopes", ","], "--scopes"),
        (["--scopes", "mesri_inconnu,mesri_admission"], "Périmètre inconnu : mesri_inconnu"),
        (["--scopes", SCOPES, "--uai", "0311384L"], "Seule une habilitation d'écriture"),
        (["--scopes", SCOPES, "--client-id", "c"], "réservé aux habilitations FranceConnect"),
        (["--type", "ecriture"], "--uai"),
        (["--type", "ecriture", "--uai", "0000000A"], "UAI inconnu du référentiel : 0000000A"),
        (["--type", "ecriture", "--uai", "TOULOUSE"], "L'UAI compte"),
        (["--type", "franceconnect", "--scopes", SCOPES], "--client-id"),
        (["--type", "franceconnect", "--scopes", SCOPES, "--client-id", " "], "--client-id"),
        (["--type", "franceconnect", "--client-id", "c"], "Le périmètre est obligatoire"),
        (
            ["--type", "franceconnect", "--scopes", SCOPES, "--client-id", "c", "--nombre", "2"],
            "qu'une habilitation",
        ),
        (["--type", "franceconnect", "--scopes", SCOPES, "--client-id", "c", "--bac-a-sable"], "bac à sable"),
        (["--scopes", SCOPES, "--nombre", "0"], "1 à 10000"),
        (["--scopes", SCOPES, "--nombre", "deux"], "1 à 10000"),
        (["--type", "autre"], "autre"),
    ],
)
def test_a_refused_demand_creates_nothing(options: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        creer(*options)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("siret", ["13002526500014", "1300252650001", "SIRET"])
def test_an_invalid_siret_is_refused(siret: str) -> None:
    with pytest.raises(CommandError, match="SIRET"):
        creer("--scopes", SCOPES, siret=siret)


@pytest.mark.parametrize("intitule", [" ", "x" * 256])
def test_an_invalid_title_is_refused(intitule: str) -> None:
    with pytest.raises(CommandError, match="intitulé"):
        call_command("creer_jeton", "--siret", SIRET, "--intitule", intitule, "--scopes", SCOPES)


def test_a_franceconnect_client_that_has_a_habilitation_is_refused() -> None:
    options = ["--type", "franceconnect", "--client-id", "c", "--scopes", "mesri_admission"]
    creer(*options)
    with pytest.raises(CommandError, match="déjà une habilitation active"):
        creer(*options)
    assert Habilitation.objects.count() == 1


def test_the_sandbox_and_the_real_world_do_not_mix(
    universite: Etablissement, ecole_fictive: Etablissement
) -> None:
    with pytest.raises(CommandError, match="hors du bac à sable"):
        creer("--type", "ecriture", "--uai", universite.uai, "--bac-a-sable")
    with pytest.raises(CommandError, match="réservé au bac à sable"):
        creer("--type", "ecriture", "--uai", ecole_fictive.uai)
