"""One click signs in as a fictitious person: in the demonstration, and nowhere else."""

from typing import Any

import pytest
from django.test import Client

from habilitations.comptes.demonstration import DOMAINE
from habilitations.models import JournalAcces, Role
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.comptes.aides import connecte, texte

pytestmark = pytest.mark.django_db


@pytest.fixture
def en_demonstration(settings: Any) -> None:
    settings.ENVIRONNEMENT = "demonstration"


@pytest.mark.parametrize("environnement", ["developpement", "test", "production"])
def test_elsewhere_the_page_does_not_exist(client: Client, settings: Any, environnement: str) -> None:
    settings.ENVIRONNEMENT = environnement
    personne = scenes.compte(courriel=f"camille@{DOMAINE}")
    assert client.get("/demonstration").status_code == 404
    assert client.post("/demonstration", {"compte": personne.pk}).status_code == 404
    assert not connecte(client)
    assert "Choisir une personne" not in client.get("/connexion").content.decode()


@pytest.mark.usefixtures("en_demonstration")
def test_one_click_signs_in_even_with_a_role_of_the_ministry(client: Client) -> None:
    personne = scenes.compte(Role.Nom.INSTRUCTEUR, courriel=f"camille@{DOMAINE}")
    page = client.get("/demonstration")
    assert "Instructeur" in texte(page)
    assert f'value="{personne.pk}"' in page.content.decode()
    client.post("/demonstration", {"compte": personne.pk})
    assert client.session["_auth_user_id"] == str(personne.pk)
    assert JournalAcces.objects.get().details == {"moyen": "demonstration"}


@pytest.mark.usefixtures("en_demonstration")
def test_changing_person_changes_session(client: Client) -> None:
    premiere, seconde = (scenes.compte(courriel=f"{nom}@{DOMAINE}") for nom in "ab")
    client.post("/demonstration", {"compte": premiere.pk})
    cle = client.session.session_key
    client.post("/demonstration", {"compte": seconde.pk})
    assert client.session["_auth_user_id"] == str(seconde.pk)
    assert client.session.session_key != cle


@pytest.mark.usefixtures("en_demonstration")
@pytest.mark.parametrize("qui", ["hors domaine", "fermé", "texte", "", "-1", "9" * 30, "١"])
def test_only_invented_persons_can_be_tried(client: Client, qui: str) -> None:
    comptes = {
        "hors domaine": scenes.compte(courriel=f"camille@{DOMAINE}.fr"),
        "fermé": scenes.compte(courriel=f"ferme@{DOMAINE}", is_active=False),
    }
    valeur = comptes[qui].pk if qui in comptes else qui
    assert client.post("/demonstration", {"compte": valeur}).status_code == 404
    assert not connecte(client)


@pytest.mark.usefixtures("en_demonstration")
def test_the_page_says_what_to_do_when_there_is_nobody(client: Client) -> None:
    assert "charger_demonstration" in texte(client.get("/demonstration"))


@pytest.mark.usefixtures("en_demonstration")
def test_the_page_sorts_persons_by_what_they_do(client: Client) -> None:
    organisation = fabriques.organisation(nom="Ville de Belleroche")
    scenes.compte(courriel=f"agent@{DOMAINE}", organisation=organisation)
    scenes.compte(Role.Nom.DPD, courriel=f"dpd@{DOMAINE}")
    demande = scenes.brouillon(acteur=scenes.demandeur(organisation))
    demande.contacts.filter(role="technique").update(courriel=f"editeur@{DOMAINE}")
    scenes.compte(courriel=f"editeur@{DOMAINE}", organisation=fabriques.organisation(nom="Guichet Facile"))
    lu = texte(client.get("/demonstration"))
    assert (
        lu.index("Demandeurs")
        < lu.index("Ville de Belleroche")
        < lu.index("Éditeurs de logiciels")
        < lu.index("Contact technique pour la Ville de Belleroche")
        < lu.index("Guichet Facile")
        < lu.index("Délégué à la protection des données")
    )
