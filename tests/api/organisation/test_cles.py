"""What a key opens and for how long: rights, end, revocation, quota, leak; nothing but its digest is kept."""

from datetime import timedelta
from types import SimpleNamespace

import orjson
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from habilitations.acteur import Acteur
from habilitations.comptes.organisations import attester
from habilitations.integrateurs import cles
from habilitations.jetons import emission
from habilitations.models import CleApi, Courriel, JournalAcces, Organisation, Webhook
from habilitations.refus import ActeRefuse, DejaFait
from tests import fabriques
from tests.api.organisation.conftest import creer_cle, entete
from tests.habilitations import scenes

pytestmark = pytest.mark.django_db

ROUTES = {
    "/api/v1/demandes": "demandes:lire",
    "/api/v1/demandes/D1": "demandes:lire",
    "/api/v1/habilitations": "habilitations:lire",
    "/api/v1/habilitations/H1": "habilitations:lire",
    "/api/v1/evenements": "evenements:lire",
}


def raison(client: Client, valeur: str, chemin: str = "/api/v1/demandes") -> tuple[int, str]:
    reponse = client.get(chemin, headers={"X-Api-Key": valeur} if valeur else {})
    return reponse.status_code, orjson.loads(reponse.content).get("reason", "")


def finissant(organisation: Organisation, *, dans: timedelta) -> str:
    """A key of a month ago, which ends then."""
    valeur = emission.tirer(cles.TYPE)
    CleApi.objects.create(
        organisation=organisation,
        libelle="Ancienne",
        portees=["demandes:lire"],
        empreinte=emission.empreintes(valeur)[0],
        fin=valeur[-4:],
        cree_le=timezone.now() - timedelta(days=30),
        expire_le=timezone.now() + dans,
        cree_par=scenes.compte(organisation=organisation),
    )
    return valeur


@pytest.mark.parametrize("portee", sorted(set(ROUTES.values())))
def test_a_key_reads_what_its_rights_say(client: Client, portee: str) -> None:
    creee = creer_cle(fabriques.organisation(), portee)
    for chemin, exigee in ROUTES.items():
        statut = client.get(chemin, headers=entete(creee)).status_code
        assert statut == (403 if exigee != portee else 404 if chemin[-1] == "1" else 200), chemin


def test_a_key_is_also_a_bearer(client: Client, monde: SimpleNamespace) -> None:
    reponse = client.get("/api/v1/demandes", headers={"Authorization": f"Bearer {monde.cle.valeur}"})
    assert reponse.status_code == 200


def test_absent_unknown_expired_revoked(client: Client, monde: SimpleNamespace) -> None:
    assert raison(client, "") == (401, "API key missing")
    assert raison(client, monde.cle.valeur[:-1] + "~") == (401, "API key not found")
    assert raison(client, "ase_k_" + "A" * 49) == (401, "API key not found")
    assert raison(client, fabriques.jeton().secret) == (401, "API key not found")
    assert raison(client, finissant(monde.organisation, dans=timedelta(seconds=30))) == (200, "")
    assert raison(client, finissant(monde.organisation, dans=-timedelta(seconds=1))) == (
        401,
        "API key expired",
    )
    autre = monde.cle_de_l_autre
    cles.revoquer(cle=autre.cle, acteur=Acteur(autre.cle.cree_par))
    assert raison(client, autre.valeur) == (401, "API key revoked")
    with pytest.raises(DejaFait):
        cles.revoquer(cle=autre.cle, acteur=Acteur(autre.cle.cree_par))


def test_whom_the_ministry_says_not_to_be_of_the_organisation_keeps_no_key(client: Client) -> None:
    intrus = scenes.demande("soumise")
    organisation = intrus.organisation
    sienne = cles.creer(
        acteur=Acteur(intrus.demandeur),
        organisation=organisation,
        libelle="Export",
        portees=["demandes:lire"],
        jours=365,
    )
    d_une_collegue = creer_cle(organisation, "demandes:lire")
    webhook = Webhook.objects.create(
        organisation=organisation,
        libelle="Suivi",
        adresse="https://intrus.exemple.test/",
        evenements=["demande.valider"],
        secret_chiffre=b"x",
        etat="actif",
        essaye_le=timezone.now(),
        cree_par=intrus.demandeur,
    )
    assert raison(client, sienne.valeur)[0] == 200
    attester(demande=intrus, acteur=scenes.instructeur(), preuve="Inconnu du standard.", verifie=False)
    assert raison(client, sienne.valeur)[0] == 401
    assert raison(client, d_une_collegue.valeur)[0] == 200
    webhook.refresh_from_db()
    assert webhook.etat == "arrete"


def test_a_key_opens_no_door_of_tokens(client: Client, monde: SimpleNamespace) -> None:
    for chemin in (
        "/api/introspect", "/v3/token/introspect", "/v3/mesri/statut_etudiant/ine", "/editeur/api/v1/delegations",
    ):  # fmt: skip
        for qui in (entete(monde.cle), {"Authorization": f"Bearer {monde.cle.valeur}"}):
            assert client.get(chemin, headers=qui).status_code == 401, chemin
    for chemin in ("/api/v2/etudiants", "/api/inscriptions", "/api/etudiant"):
        assert client.get(chemin, headers=entete(monde.cle)).status_code == 401, chemin


def test_a_hundred_and_twenty_calls_a_minute(client: Client, monde: SimpleNamespace) -> None:
    assert raison(client, monde.cle.valeur)[0] == 200
    CleApi.objects.filter(pk=monde.cle.cle.pk).update(appels=119)
    statuts = [client.get("/api/v1/demandes", headers=entete(monde.cle)) for _ in range(2)]
    if statuts[1].status_code == 200:  # the minute went by between them
        CleApi.objects.filter(pk=monde.cle.cle.pk).update(appels=120)
        statuts.append(client.get("/api/v1/demandes", headers=entete(monde.cle)))
    refusee = statuts[-1]
    assert refusee.status_code == 429
    assert 1 <= int(refusee.headers["Retry-After"]) <= 60
    assert raison(client, monde.cle_de_l_autre.valeur)[0] == 200
    CleApi.objects.update(minute=0)
    assert raison(client, monde.cle.valeur)[0] == 200


def test_only_the_digest_is_kept(monde: SimpleNamespace) -> None:
    valeur = monde.cle.valeur
    assert valeur.startswith("ase_k_")
    assert len(valeur) == 55
    with connection.cursor() as curseur:
        curseur.execute("SELECT to_jsonb(c)::text FROM habilitations_cleapi c")
        lignes = "".join(ligne for (ligne,) in curseur.fetchall())
    assert valeur not in lignes
    assert valeur[6:20] not in lignes
    assert valeur.encode().hex() not in lignes
    assert valeur not in str(list(JournalAcces.objects.values()))


def test_a_key_in_the_address_has_leaked(client: Client, monde: SimpleNamespace) -> None:
    reponse = client.get(f"/api/v1/demandes?limite=1&x={monde.cle.valeur}", headers=entete(monde.cle))
    assert reponse.status_code == 400
    assert orjson.loads(reponse.content)["reason"] == "Token in query string"
    assert raison(client, monde.cle.valeur) == (401, "API key revoked")
    courriel = Courriel.objects.get(genre="cle_api_divulguee")
    assert courriel.destinataire == monde.cle.cle.cree_par.courriel
    assert "Tableau de bord" in courriel.texte
    assert monde.cle.valeur not in courriel.texte
    # At a door of tokens too.
    client.get(f"/api/v2/etudiants?ine={monde.cle_de_l_autre.valeur}")
    assert raison(client, monde.cle_de_l_autre.valeur) == (401, "API key revoked")


@pytest.mark.parametrize(
    "corrections",
    [
        {"libelle": "Autre"},
        {"portees": ["demandes:lire"]},
        {"expire_le": timezone.now() + timedelta(days=300)},
        {"fin": "abcd"},
    ],
)
def test_the_database_lets_nothing_of_a_key_change(
    monde: SimpleNamespace, corrections: dict[str, object]
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        CleApi.objects.filter(pk=monde.cle.cle.pk).update(**corrections)


def test_the_database_gives_no_key_back(monde: SimpleNamespace) -> None:
    CleApi.objects.filter(pk=monde.cle.cle.pk).update(revoquee_le=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        CleApi.objects.filter(pk=monde.cle.cle.pk).update(revoquee_le=None)


@pytest.mark.parametrize(
    "faux",
    [
        {"portees": []},
        {"portees": ["tout"]},
        {"expire_le": timezone.now() + timedelta(days=367)},
        {"expire_le": timezone.now() - timedelta(days=1)},
    ],
)
def test_the_database_refuses_a_key_without_end_or_with_rights_that_do_not_exist(
    faux: dict[str, object],
) -> None:
    organisation = fabriques.organisation()
    colonnes = {
        "organisation": organisation,
        "libelle": "Clé",
        "portees": ["demandes:lire"],
        "empreinte": b"x" * 32,
        "fin": "abcd",
        "expire_le": timezone.now() + timedelta(days=30),
        "cree_par": scenes.compte(organisation=organisation),
    }
    CleApi.objects.create(**colonnes)
    with pytest.raises(DatabaseError), transaction.atomic():
        CleApi.objects.create(**colonnes | {"empreinte": b"y" * 32} | faux)


def test_ten_keys_in_force_at_most(monde: SimpleNamespace) -> None:
    for _ in range(9):
        derniere = creer_cle(monde.organisation)
    with pytest.raises(ActeRefuse, match="10 clés au plus"):
        creer_cle(monde.organisation)
    cles.revoquer(cle=derniere.cle, acteur=Acteur(derniere.cle.cree_par))
    creer_cle(monde.organisation)


@pytest.mark.parametrize(("portees", "jours"), [((), 30), (("tout",), 30), (("demandes:lire",), 366)])
def test_a_key_is_made_as_the_form_proposes(portees: tuple[str, ...], jours: int) -> None:
    organisation = fabriques.organisation()
    with pytest.raises(ActeRefuse):
        cles.creer(
            acteur=scenes.demandeur(organisation),
            organisation=organisation,
            libelle="x",
            portees=portees,
            jours=jours,
        )
