"""Filters that an instructor keeps: those of the last visit come back, those with a name are a click away."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from habilitations.models import Filtre
from tests.habilitations import scenes
from tests.habilitations.instruction.conftest import Connecter
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db

LISTE = "/instruction/demandes"


def nommes(client: Client) -> list[str]:
    return [filtre.nom for filtre in client.get(f"{LISTE}?etat=soumise").context["gardes"]]


def test_the_filters_of_the_last_visit_come_back_but_what_was_searched_for(instructeur: Client) -> None:
    assert instructeur.get(LISTE).status_code == 200
    instructeur.get(
        LISTE, {"type": "ecriture", "charge": "moi", "q": "Crous", "etat": "refusee", "page": "3"}
    )
    assert instructeur.get(LISTE)["Location"] == f"{LISTE}?type=ecriture&charge=moi&etat=refusee"
    # What is cleared does not come back.
    [effacer] = [
        lien for lien in lire(instructeur.get(LISTE, follow=True)).liens() if lien == f"{LISTE}?etat=soumise"
    ]
    instructeur.get(effacer)
    assert instructeur.get(LISTE).status_code == 200


def test_they_are_of_each_person(connecter: Connecter) -> None:
    un, autre = connecter("instructeur"), connecter("instructeur")
    un.get(LISTE, {"charge": "moi"})
    assert autre.get(LISTE).status_code == 200
    autre.post("/instruction/filtres", {"nom": "Les miennes", "charge": "moi"})
    assert (nommes(un), nommes(autre)) == ([], ["Les miennes"])
    pk = Filtre.objects.get(nom="Les miennes").pk
    assert un.post(f"/instruction/filtres/{pk}/supprimer").status_code == 404
    assert autre.post(f"/instruction/filtres/{pk}/supprimer").status_code == 302
    assert nommes(autre) == []


def test_a_named_filter_shows_what_it_kept(instructeur: Client) -> None:
    scenes.demande("soumise")
    voulue = scenes.demande("soumise", type_="franceconnect")
    page = instructeur.post(
        "/instruction/filtres",
        {"nom": "FranceConnect", "type": "franceconnect", "tri": "-numero", "bidon": "1"},
    )
    assert page["Location"] == f"{LISTE}?type=franceconnect&tri=-numero"
    liste = instructeur.get(LISTE, {"etat": "refusee"})
    assert page["Location"] in lire(liste).liens()
    assert [demande.pk for demande, _ in instructeur.get(page["Location"]).context["lignes"]] == [voulue.pk]


def test_the_same_name_replaces_and_there_are_twenty_at_most(instructeur: Client) -> None:
    for rang in range(22):
        instructeur.post("/instruction/filtres", {"nom": f"Filtre {rang}", "charge": "moi"})
    assert len(nommes(instructeur)) == 20
    instructeur.post("/instruction/filtres", {"nom": "Filtre 3", "charge": "personne"})
    assert Filtre.objects.get(nom="Filtre 3").parametres == "charge=personne"
    refus = instructeur.post("/instruction/filtres", {"nom": "  ", "charge": "moi"}, follow=True)
    assert "Donnez un nom à ces filtres." in lire(refus).texte


def test_what_has_not_changed_is_not_written_again(instructeur: Client) -> None:
    instructeur.get(LISTE, {"charge": "moi"})
    assert Filtre.objects.get(nom="").parametres == "charge=moi"
    with CaptureQueriesContext(connection) as requetes:
        instructeur.get(LISTE, {"charge": "moi", "page": "2"})
    assert not [une for une in requetes if re.match("INSERT|UPDATE", une["sql"])]


def test_who_stands_in_for_an_instructor_neither_follows_nor_changes_their_filters(client: Client) -> None:
    agent = scenes.compte("instructeur")
    Filtre.objects.create(compte=agent, nom="", parametres="charge=moi")
    client.force_login(scenes.compte("administrateur"))
    assert (
        client.post(f"/personnes/{agent.pk}/incarner", {"motif": "Une panne à comprendre"}).status_code == 302
    )
    assert client.get(LISTE).status_code == 200
    client.get(LISTE, {"charge": "personne"})
    assert Filtre.objects.get(compte=agent).parametres == "charge=moi"


def test_the_database_keeps_no_search_aside() -> None:
    compte = scenes.compte("instructeur")
    Filtre.objects.create(compte=compte, nom="Dossier de Camille", parametres="q=Camille")
    with pytest.raises(IntegrityError), transaction.atomic():
        Filtre.objects.create(compte=compte, nom="", parametres="type=lecture&q=Camille")
    with pytest.raises(IntegrityError), transaction.atomic():
        Filtre.objects.create(compte=compte, nom="Dossier de Camille", parametres="charge=moi")


def test_what_is_not_filtered_is_not_offered_to_be_kept(instructeur: Client) -> None:
    def offre(adresse: str) -> tuple[bool, bool]:
        page = instructeur.get(adresse).content.decode()
        return "Garder ces filtres" in page, "Supprimer un filtre</button>" in page

    assert offre(f"{LISTE}?etat=soumise") == (False, False)
    assert offre(f"{LISTE}?charge=moi") == (True, False)
    instructeur.post("/instruction/filtres", {"nom": "Les miennes", "charge": "moi"})
    # One that is kept may still be taken away.
    assert offre(f"{LISTE}?etat=soumise") == (False, True)
