"""The applicant's space: what each person finds there, how a request begins, at what cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import messagerie
from habilitations.models import Demande, Organisation, Rattachement
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.demandes import pages
from tests.portail.pages import source

pytestmark = pytest.mark.django_db


def html(client: Client, adresse: str) -> str:
    response = client.get(adresse)
    assert response.status_code == 200
    return source(response)


def test_an_empty_space_says_what_to_do(client: Client) -> None:
    client.force_login(scenes.compte())
    assert "Commencer une demande" in html(client, "/demandes")
    assert "Commencer une demande" in html(client, "/habilitations")


def test_everybody_finds_their_requests_their_organisation_s_and_those_that_name_them(
    client: Client,
) -> None:
    demande = scenes.brouillon(intitule="Le tarif des bus")
    scenes.brouillon(intitule="Celle d'une autre commune")
    collegue = scenes.compte(organisation=demande.organisation)
    nomme = scenes.compte(courriel=demande.contacts.get(role="dpd").courriel)
    non_verifie = scenes.compte()
    Rattachement.objects.create(compte=non_verifie, organisation=demande.organisation, verifie=False)
    instructeur = scenes.compte("instructeur")
    for compte, attendu in (
        (demande.demandeur, True), (collegue, True), (nomme, True), (non_verifie, False), (instructeur, False),
    ):  # fmt: skip
        client.force_login(compte)
        page = html(client, "/demandes")
        assert ("Le tarif des bus" in page) == attendu
        assert "autre commune" not in page


def test_filters_count_and_sort(client: Client) -> None:
    acteur = scenes.demandeur()
    for etat in ("brouillon", "modifications_demandees", "soumise", "validee", "refusee", "archivee"):
        scenes.demande(etat, acteur=acteur, intitule=f"Projet {etat}")
    client.force_login(acteur.compte)
    tout = html(client, "/demandes")
    nombres = {
        "Toutes, hors archives": 5, "À compléter": 2, "En instruction": 1, "Validées": 1,
        "Refusées ou révoquées": 1, "Archivées": 1,
    }  # fmt: skip
    for libelle, nombre in nombres.items():
        assert f"{libelle} ({nombre})" in tout
    assert "Projet archivee" not in tout
    # The tab says as many as the list has, from either tab.
    assert tout.count('class="ase-carte"') == 5
    assert "Demandes (5)" in tout
    assert "Demandes (5)" in html(client, "/habilitations")
    closes, archivees = html(client, "/demandes?etat=closes"), html(client, "/demandes?etat=archivees")
    assert ("Projet archivee" in closes, "Projet refusee" in closes, "Projet soumise" in closes) == (
        False,
        True,
        False,
    )
    assert ("Projet archivee" in archivees, "Projet refusee" in archivees) == (True, False)
    assert "Projet soumise" in html(client, "/demandes?etat=inconnu")


def test_unread_messages_show_in_the_list_and_are_read_in_the_request(client: Client) -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Une précision ?")
    client.force_login(demande.demandeur)
    assert "1 message non lu" in html(client, "/demandes")
    assert "Une précision ?" in html(client, f"/demandes/{demande.pk}")
    assert "non lu" not in html(client, "/demandes")
    pages.envoyer(client, f"/demandes/{demande.pk}/messages", {}, texte="Voici.")
    assert demande.messages.filter(du_ministere=False).get().texte == "Voici."
    vide = client.post(f"/demandes/{demande.pk}/messages", {"texte": " "})
    assert (vide.status_code, "Écrivez un message" in vide.content.decode()) == (422, True)


def test_a_colleague_reads_messages_without_marking_them_read(client: Client) -> None:
    demande = scenes.demande("soumise")
    messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Une précision ?")
    client.force_login(scenes.compte(organisation=demande.organisation))
    assert "Une précision ?" in html(client, f"/demandes/{demande.pk}")
    assert demande.messages.filter(lu_le__isnull=True).exists()


@pytest.mark.parametrize("adresse", ["/demandes", "/habilitations"])
def test_a_list_costs_the_same_queries_whatever_its_length(
    client: Client, django_assert_max_num_queries: Callable[..., Any], adresse: str
) -> None:
    acteur = scenes.demandeur()
    client.force_login(acteur.compte)
    etats = ("validee", "brouillon", "soumise", "modifications_demandees", "revoquee")
    for etat in etats:
        scenes.demande(etat, acteur=acteur)
    with django_assert_max_num_queries(60) as une:
        client.get(adresse)
    for etat in etats:
        scenes.demande(etat, acteur=acteur)
    scenes.demande("brouillon", acteur=acteur, reouverture=True)
    with django_assert_max_num_queries(len(une)):
        client.get(adresse)
    assert len(une) <= 16


def test_a_page_of_a_request_costs_a_bounded_number_of_queries(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    demande = scenes.demande("modifications_demandees")
    for _ in range(5):
        messagerie.envoyer(demande_id=demande.pk, acteur=scenes.instructeur(), texte="Encore une question.")
    client.force_login(demande.demandeur)
    with django_assert_max_num_queries(20):
        client.get(f"/demandes/{demande.pk}")
    for etape in ("organisation", "donnees", "personnes", "cadre"):
        with django_assert_max_num_queries(14):
            client.get(f"/demandes/{demande.pk}/etapes/{etape}")


def test_a_request_starts_with_what_the_address_says(client: Client) -> None:
    acteur = scenes.demandeur()
    client.force_login(acteur.compte)
    adresse = (
        "/demandes/nouvelle?type=lecture&intitule=Tarif&scopes=mesri_admission,faux&scopes=mesri_identite"
        "&conservation_mois=999999&cgu_acceptees=on&dpd_informe=on&demandeur=1&etat=validee&dpd-courriel=A@B.fr"
        "&cadre_url=javascript:x&acteur=administration&uais=0000000A"
    )
    page = html(client, adresse)
    assert "Déjà connu de votre projet" in page
    assert not Demande.objects.exists()  # reading an address makes nothing
    organisation = acteur.compte.rattachements.get().organisation_id
    response = client.post(
        adresse, {"acteur": "administration", "type": "lecture", "organisation": organisation}
    )
    demande = Demande.objects.get()
    assert response["Location"] == f"/demandes/{demande.pk}/etapes/organisation"
    assert (demande.intitule, demande.scopes, demande.etat) == (
        "Tarif", ["mesri_admission", "mesri_identite"], "brouillon",
    )  # fmt: skip
    assert demande.acteur_declare == "administration"
    assert (demande.cgu_acceptees, demande.dpd_informe, demande.cadre_url, demande.conservation_mois) == (
        False, False, "", None,
    )  # fmt: skip
    assert demande.contacts.get().courriel == "a@b.fr"
    assert demande.demandeur == acteur.compte


@pytest.mark.parametrize(
    "requete", ["", "?type=inconnu", "?type=ecriture&uais=1,2", "?intitule=%01&scopes=%01"]
)
def test_an_absurd_address_does_no_harm(client: Client, requete: str) -> None:
    client.force_login(scenes.demandeur().compte)
    assert client.get(f"/demandes/nouvelle{requete}").status_code == 200


def test_without_organisation_one_gives_a_siret_then_goes_on(client: Client) -> None:
    client.force_login(scenes.compte())
    adresse = "/demandes/nouvelle?type=lecture&intitule=Tarif"
    assert "D'abord, votre organisation" in html(client, adresse).replace("&#x27;", "'")
    refus = client.post(adresse, {"siret": "12345678901234", "nom": ""})
    assert "Ce SIRET n" in refus.content.decode()
    siret = fabriques.siret()
    assert (
        client.post(adresse, {"siret": f"{siret[:9]} {siret[9:]}", "nom": "Ville de Sète"})["Location"]
        == adresse
    )
    organisation = Organisation.objects.get(siret=siret)
    assert not Rattachement.objects.get(organisation=organisation).verifie
    client.post(adresse, {"acteur": "administration", "type": "lecture", "organisation": organisation.pk})
    assert Demande.objects.get().nom_de_l_organisation == "Ville de Sète"


def test_nobody_requests_for_another_s_organisation(client: Client) -> None:
    client.force_login(scenes.demandeur().compte)
    response = client.post(
        "/demandes/nouvelle",
        {"acteur": "administration", "type": "lecture", "organisation": fabriques.organisation().pk},
    )
    assert (response.status_code, Demande.objects.count()) == (200, 0)


def test_establishments_of_the_same_siret_are_offered_and_others_are_looked_for(client: Client) -> None:
    acteur = scenes.demandeur()
    organisation = acteur.compte.rattachements.get().organisation
    sien = fabriques.etablissement(siret=organisation.siret, nom="Institut du Midi")
    autre = fabriques.etablissement(nom="École des mines de Nulle-Part")
    fictif = fabriques.etablissement(nom="École fictive des mines", fictif=True)
    demande = scenes.brouillon(acteur=acteur, type_="ecriture", uais=[sien.uai])
    client.force_login(acteur.compte)
    adresse = f"/demandes/{demande.pk}/etapes/etablissements"
    page = html(client, adresse)
    assert (sien.uai in page, autre.uai in page) == (True, False)
    response = pages.remplir(client, adresse, suite="chercher", recherche="mines nulle")
    trouvee = html(client, response["Location"].partition("#")[0])
    assert (autre.uai in trouvee, fictif.uai in trouvee) == (True, False)
    for recherche in (autre.uai.lower(), "introuvable", "%"):
        assert client.get(adresse, {"q": recherche}).status_code == 200
    assert pages.remplir(client, adresse, uais=[sien.uai, autre.uai]).status_code == 302
    demande.refresh_from_db()
    assert demande.uais == sorted([sien.uai, autre.uai])
    assert pages.remplir(client, adresse, uais=[fictif.uai]).status_code == 422


def test_the_second_request_takes_up_the_function_and_the_phone(client: Client) -> None:
    premiere = scenes.brouillon()
    client.force_login(premiere.demandeur)
    client.post(
        "/demandes/nouvelle",
        {"acteur": "administration", "type": "lecture", "organisation": premiere.organisation_id},
    )
    seconde = Demande.objects.latest("id")
    assert seconde.demandeur_fonction == premiere.demandeur_fonction
    assert Acteur(premiere.demandeur).qualites(seconde)
