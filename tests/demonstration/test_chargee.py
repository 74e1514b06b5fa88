"""The demonstration once it is loaded: what people find in it. Loaded once, in a transaction around these tests."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from habilitations.comptes import second_facteur
from habilitations.models import (
    Accompagnement,
    Compte,
    Consommation,
    Courriel,
    Demande,
    Gestionnaire,
    Habilitation,
    Invitation,
    Jeton,
    Role,
)
from referentiel.models import DoublonPossible, Echange, Inscription
from statut_etudiant.certificats.models import Certificat
from statut_etudiant.demonstration import chargement, secrets
from statut_etudiant.demonstration.personnes import PERSONNES
from tests.demonstration.aides import appels, charger, en_petit, presenter


@pytest.fixture(scope="module")
def chargee(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """What the loading said."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as remplacements,
        transaction.atomic(),
    ):
        en_petit(remplacements, tmp_path_factory.mktemp("demonstration"))
        yield charger()
        transaction.set_rollback(True)


pytestmark = [pytest.mark.usefixtures("chargee"), pytest.mark.django_db]


def test_the_ministry_has_duplicates_to_look_at() -> None:
    assert DoublonPossible.objects.count() >= 2


def test_a_citizen_has_a_certificate_that_was_checked_and_one_that_she_withdrew() -> None:
    etablis = Certificat.objects.all()
    assert {(un.pour_qui, un.retire_le is None) for un in etablis} == {
        ("Agence du Parc", True),
        ("Transports de Clairval", False),
    }
    assert Echange.objects.filter(voie="verification").count() == 2


def test_the_command_that_is_shown_answers(client: Client) -> None:
    commandes = appels(presenter())
    assert len(commandes) == 2
    for adresse, entetes in commandes:
        response = client.get(adresse, headers=entetes)
        assert response.status_code == 200, response.content


def test_each_reading_token_finds_the_student_shown(client: Client) -> None:
    (_, (adresse, _)) = appels(presenter())
    valeurs = secrets.lire()
    assert valeurs is not None
    lectures = [jeton for jeton in valeurs.jetons.values() if jeton.startswith("ase_l_")]
    assert len(lectures) == 3
    for jeton in lectures:
        assert client.get(adresse, headers={"Authorization": f"Bearer {jeton}"}).status_code == 200


def test_the_editor_s_token_reads_for_its_three_clients_and_no_longer_for_the_one_that_left(
    client: Client,
) -> None:
    (_, (adresse, _)) = appels(presenter())
    valeurs = secrets.lire()
    assert valeurs is not None
    bearer = {"Authorization": f"Bearer {valeurs.jetons[chargement.EDITEUR]}"}
    recues = client.get("/editeur/api/v1/delegations", headers=bearer).json()["data"]
    assert {une["organisation"] for une in recues} == {
        "Ville de Belleroche (fictive)", "Région Val-d'Adour (fictive)", "Crous de Montferrand (fictif)",
    }  # fmt: skip
    ine = parse_qs(urlsplit(adresse).query)["ine"][0]
    lire = "/v3/mesri/statut_etudiant/ine"
    for une in recues:
        assert client.get(lire, {"recipient": une["siret"], "ine": ine}, headers=bearer).status_code == 200
    metropole = {"recipient": "99900002900010", "ine": ine}
    assert client.get(lire, metropole, headers=bearer).json()["errors"][0]["code"] == "00213"


def test_the_editor_follows_a_client_s_request() -> None:
    suivi = Accompagnement.objects.get()
    assert (suivi.demande.intitule, suivi.formulaire.titre) == (
        "Cantine des apprentis", "Tarif étudiant avec Guichet Facile",
    )  # fmt: skip
    assert suivi.suivi_depuis is not None


def test_each_token_of_an_administration_or_an_establishment_has_been_called_for_a_month_or_two(
    client: Client,
) -> None:
    for jeton in Jeton.objects.filter(type__in=["l", "e"]).vivants():
        comptes = Consommation.objects.filter(jeton=jeton)
        assert comptes.values("jour").distinct().count() >= 20
        assert comptes.filter(statut__gte=422).exists()
        assert jeton.cree_le.date() < min(comptes.values_list("jour", flat=True))
        # The journal says as much as the counts: each call answered, and nothing of the others.
        for statut, issue in ((200, "donnees"), (404, "non_trouve")):
            compte = sum(comptes.filter(statut=statut).values_list("appels", flat=True))
            journal = Echange.objects.filter(jeton_id=jeton.pk, issue=issue)
            assert journal.count() == (0 if jeton.type == "e" else compte)
    malika = Compte.objects.get(courriel="malika.abadie@demonstration.example")
    client.force_login(malika)
    jeton = Jeton.objects.get(habilitation__intitule="Carte jeunes régionale", type="l")
    page = client.get(f"/jetons/{jeton.pk}/consommation").content.decode()
    assert "429 Quota dépassé" in page
    assert "Derniers appels journalisés" in page


def test_the_sandbox_token_finds_a_fictitious_student(client: Client) -> None:
    valeurs = secrets.lire()
    assert valeurs is not None
    response = client.get(
        "/api/v2/etudiants?ine=990000101DJ", headers={"X-Api-Key": valeurs.jetons[chargement.BAC_A_SABLE]}
    )
    assert response.status_code == 200


def test_there_are_requests_in_every_state() -> None:
    assert set(Demande.objects.values_list("etat", flat=True)) == set(Demande.Etat.values)
    assert set(Habilitation.objects.actives().values_list("type", flat=True)) == set(Habilitation.Type.values)
    assert Demande.objects.filter(etat="brouillon", instantane_valide__isnull=False).exists()


def test_each_role_has_a_person_and_a_password_is_shown_to_those_whom_it_is_enough_for() -> None:
    assert set(Role.objects.values_list("nom", flat=True)) == set(Role.Nom.values)
    gestions = Gestionnaire.objects.actifs().filter(etablissement__uai="0311384L")
    assert {gestion.compte.prenom for gestion in gestions} == {"Farid", "Gwenola"}
    assert Invitation.objects.en_attente().count() == 1
    texte = presenter()
    mot_de_passe = re.search(r"mot de passe de chacune : (\S+)\)", texte)
    assert mot_de_passe is not None
    avec, _, sans = texte.partition("Agents du ministère (sans mot de passe")
    for personne in PERSONNES:
        compte = Compte.objects.get(courriel=personne.adresse)
        obligatoire = second_facteur.obligatoire(compte)
        assert personne.adresse in (sans if obligatoire else avec)
        assert personne.adresse not in (avec if obligatoire else sans)
        if not obligatoire:
            # To the end: nothing else is asked for after the password.
            reponse = Client().post(
                "/connexion", {"courriel": personne.adresse, "mot_de_passe": mot_de_passe[1]}
            )
            assert reponse.status_code == 302
            assert "facteur" not in reponse["Location"]


def test_a_vendor_reads_the_requests_that_name_it_and_nothing_behind_them(client: Client) -> None:
    nadia = Compte.objects.get(courriel="nadia.olivier@demonstration.example")
    client.force_login(nadia)
    liste = client.get("/demandes").content.decode()
    assert "Tarif étudiant à la piscine" in liste
    assert "Cantine des apprentis" in liste
    assert "Carte jeunes régionale" not in liste
    demande = Demande.objects.get(intitule="Tarif étudiant à la piscine")
    page = client.get(f"/demandes/{demande.pk}").content.decode()
    assert "titre-historique" not in page
    assert "titre-messages" not in page
    lien = Courriel.objects.get(genre="jeton_a_retirer", destinataire=nadia.courriel)
    assert demande.habilitation.numero in lien.texte


def test_secrets_are_readable_by_their_owner_only() -> None:
    assert secrets.FICHIER.stat().st_mode & 0o777 == 0o600


def test_loading_says_how_far_it_is(chargee: str) -> None:
    messages = chargee
    assert "40 étudiants" in messages
    assert "demandes d'habilitation" in messages


def test_an_agent_finds_a_student_at_the_desk(client: Client) -> None:
    chloe = Compte.objects.get(courriel="chloe.delorme@demonstration.example")
    client.force_login(chloe)
    etudiant = Inscription.objects.filter(fictif=False, statut="inscrit").latest("date_debut").etudiant
    client.get("/verifier-un-statut")
    response = client.post(
        "/verifier-un-statut", {"par": "ine", "ine": etudiant.ine, "dossier": "Piscine 12"}
    )
    assert "Étudiant trouvé" in response.content.decode()
