"""A draft: well-formed values only, autosave, windows that meet, closed once it is no longer a draft."""

import json

import pytest
from django.test import Client

from habilitations.acteur import Acteur
from habilitations.demandes import actes
from habilitations.models import Demande
from tests.habilitations import scenes
from tests.habilitations.demandes import pages
from tests.portail.pages import source

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande(client: Client) -> Demande:
    faite = scenes.brouillon()
    client.force_login(faite.demandeur)
    return faite


def chemin(demande: Demande, etape: str) -> str:
    return f"/demandes/{demande.pk}/etapes/{etape}"


def relue(demande: Demande) -> Demande:
    return Demande.objects.get(pk=demande.pk)


@pytest.mark.parametrize(
    ("etape", "champ", "valeur", "message"),
    [
        ("organisation", "demandeur_telephone", "douze", "01 23 45 67 89"),
        ("projet", "date_prevue", "2027-02-30", "Cette date"),
        ("projet", "volume_annuel", "beaucoup", "nombre entier"),
        ("projet", "intitule", "x" * 256, "255"),
        ("donnees", "conservation_mois", "1201", "1200"),
        ("donnees", "conservation_mois", "0", "1"),
        ("donnees", "scopes", ["mesri_tout"], "n&#x27;existe pas"),
        ("cadre", "cadre_url", "javascript:alert(1)", "https://"),
        ("cadre", "cadre_nature", "horoscope", "de la liste"),
        ("personnes", "dpd__courriel", "pas une adresse", "nom@exemple.fr"),
        ("personnes", "technique__telephone", "1234", "01 23 45 67 89"),
    ],
)
def test_a_malformed_value_is_told_and_the_rest_is_kept(
    client: Client, demande: Demande, etape: str, champ: str, valeur: object, message: str
) -> None:
    avant = relue(demande)
    response = pages.remplir(client, chemin(demande, etape), **{champ: valeur})
    assert response.status_code == 422
    html = response.content.decode()
    assert message in html
    assert f'href="#id_{champ.replace("__", "-")}"' in html
    assert f"id_{champ.replace('__', '-')}" in pages.lire(response).identifiants
    apres = relue(demande)
    if "__" not in champ:
        assert getattr(apres, champ) == getattr(avant, champ)


def test_well_formed_fields_are_saved_beside_a_refused_one(client: Client, demande: Demande) -> None:
    pages.remplir(client, chemin(demande, "projet"), intitule="Nouveau titre", volume_annuel="beaucoup")
    assert relue(demande).intitule == "Nouveau titre"


def test_automatic_saving_answers_the_time_and_where_to_go_on_from(client: Client, demande: Demande) -> None:
    page = pages.champs(client.get(chemin(demande, "projet")))
    response = client.post(
        chemin(demande, "projet"), page | {"intitule": "Saisi"}, headers={"X-Brouillon": "automatique"}
    )
    corps = response.json()
    assert (response.status_code, corps["erreurs"], corps["conflits"]) == (200, {}, [])
    assert " h " in corps["heure"]
    assert relue(demande).intitule == "Saisi"
    # The page goes on from there.
    suite = page | {"intitule": "Saisi encore", "depart": corps["depart"]}
    assert client.post(chemin(demande, "projet"), suite).status_code == 302
    assert relue(demande).intitule == "Saisi encore"


def test_two_windows_on_one_field_let_the_second_choose(client: Client, demande: Demande) -> None:
    une = pages.champs(client.get(chemin(demande, "projet")))
    autre = pages.champs(client.get(chemin(demande, "projet")))
    pages.envoyer(client, chemin(demande, "projet"), une, intitule="De la première")
    refus = pages.envoyer(client, chemin(demande, "projet"), autre, intitule="De la seconde")
    assert refus.status_code == 422
    assert "De la première" in refus.content.decode()
    assert relue(demande).intitule == "De la première"
    repartie = pages.champs(refus)
    assert repartie["intitule"] == ["De la seconde"]
    assert pages.envoyer(client, chemin(demande, "projet"), repartie).status_code == 302
    assert relue(demande).intitule == "De la seconde"


def test_two_windows_on_two_fields_add_up(client: Client, demande: Demande) -> None:
    une = pages.champs(client.get(chemin(demande, "projet")))
    autre = pages.champs(client.get(chemin(demande, "projet")))
    pages.envoyer(client, chemin(demande, "projet"), une, intitule="Titre neuf")
    assert pages.envoyer(client, chemin(demande, "projet"), autre, volume_annuel="5000").status_code == 302
    assert (relue(demande).intitule, relue(demande).volume_annuel) == ("Titre neuf", 5000)


def test_a_page_without_starting_point_overwrites_nothing(client: Client, demande: Demande) -> None:
    for depart in ("", "[]", "{", "[" * 100_000, json.dumps({"intitule": 3})):
        page = pages.champs(client.get(chemin(demande, "projet"))) | {"depart": depart, "intitule": "Écrasé"}
        assert client.post(chemin(demande, "projet"), page).status_code == 422
    assert relue(demande).intitule == scenes.COMPLETE["intitule"]


@pytest.mark.parametrize("etat", ["soumise", "validee", "refusee", "revoquee", "archivee"])
def test_a_request_that_is_no_draft_any_more_cannot_be_edited(client: Client, etat: str) -> None:
    demande = scenes.demande(etat)
    client.force_login(demande.demandeur)
    for response in (
        client.get(chemin(demande, "projet")),
        client.post(chemin(demande, "projet"), {"intitule": "X"}),
    ):
        assert (response.status_code, response["Location"]) == (302, f"/demandes/{demande.pk}")
    assert "ne se modifie plus" in client.get(f"/demandes/{demande.pk}").content.decode()
    automatique = client.post(chemin(demande, "projet"), {}, headers={"X-Brouillon": "automatique"})
    assert (automatique.status_code, "ne se modifie plus" in automatique.json()["message"]) == (409, True)
    assert relue(demande).intitule == scenes.COMPLETE["intitule"]


def test_submitting_while_the_page_is_open_stops_the_page(client: Client, demande: Demande) -> None:
    page = pages.champs(client.get(chemin(demande, "projet")))
    actes.soumettre(demande_id=demande.pk, acteur=Acteur(demande.demandeur))
    pages.envoyer(client, chemin(demande, "projet"), page, intitule="Trop tard")
    assert relue(demande).intitule == scenes.COMPLETE["intitule"]


def test_a_request_sent_back_is_edited_like_a_draft(client: Client) -> None:
    demande = scenes.demande("modifications_demandees")
    client.force_login(demande.demandeur)
    pages.remplir(client, chemin(demande, "projet"), intitule="")
    pages.remplir(client, chemin(demande, "donnees"), conservation_mois="48")
    page = pages.champs(client.get(chemin(demande, "engagements")))
    del page["cgu_acceptees"]
    client.post(chemin(demande, "engagements"), page)
    apres = relue(demande)
    assert (apres.intitule, apres.conservation_mois, apres.cgu_acceptees) == ("", 48, False)
    resume = client.get(f"/demandes/{demande.pk}/recapitulatif").content.decode()
    assert "Il reste 3 points à compléter" in resume
    for etape, champ in (("projet", "intitule"), ("donnees", "conservation_justification"),
                         ("engagements", "cgu_acceptees")):  # fmt: skip
        assert f'href="/demandes/{demande.pk}/etapes/{etape}?verifier=1#id_{champ}"' in resume
    response = client.post(f"/demandes/{demande.pk}/actes/soumettre", follow=True)
    assert "La demande est incomplète" in response.content.decode()
    assert relue(demande).etat == "modifications_demandees"


def test_each_error_of_the_summary_leads_to_a_field_of_its_page(client: Client) -> None:
    acteur = scenes.demandeur()
    organisation = acteur.compte.rattachements.get().organisation
    client.force_login(acteur.compte)
    for type_ in ("lecture", "franceconnect", "ecriture"):
        demande = actes.creer(acteur=acteur, organisation=organisation, type_=type_)
        resume = pages.liens(client.get(f"/demandes/{demande.pk}/recapitulatif"))
        cibles = {lien for lien in resume if "#id_" in lien}
        assert len(cibles) > 8
        for lien in cibles:
            adresse, _, ancre = lien.partition("#")
            page = client.get(adresse)
            assert ancre in pages.lire(page).identifiants, lien
            assert f'href="#{ancre}"' in page.content.decode(), lien


def test_an_incomplete_person_counts_once_and_takes_one_line(client: Client, demande: Demande) -> None:
    demande.contacts.get(role="dpd").delete()
    demande.contacts.filter(role="technique").update(telephone="", prenom="")
    page = client.get(f"/demandes/{demande.pk}/recapitulatif")
    resume = source(page).replace("&#x27;", "'")
    assert "Il reste 2 points à compléter" in resume
    assert (
        "Délégué à la protection des données : indiquez le prénom, le nom, la fonction, l'adresse e-mail et le "
        "téléphone." in resume
    )
    assert "Contact technique : indiquez le prénom et le téléphone." in resume
    cibles = {lien.partition("#")[2] for lien in pages.liens(page) if "#id_" in lien}
    assert cibles == {"id_dpd-prenom", "id_technique-prenom"}
    # Read again: one row a person, not one a detail.
    assert "<dt>Responsable de traitement</dt>" in resume
    assert "<dt>Téléphone</dt>" not in resume.partition('id="bloc-personnes"')[2]


def test_the_justification_is_read_for_a_long_retention_only(client: Client, demande: Demande) -> None:
    adresse = f"/demandes/{demande.pk}/recapitulatif"
    libelle = "Justification d'une durée de plus de 36 mois"
    assert libelle not in client.get(adresse).content.decode().replace("&#x27;", "'")
    Demande.objects.filter(pk=demande.pk).update(conservation_mois=37)
    assert libelle in client.get(adresse).content.decode().replace("&#x27;", "'")


def test_the_it_is_me_button_fills_the_contact_without_script(client: Client, demande: Demande) -> None:
    pages.remplir(client, chemin(demande, "personnes"), suite="moi:dpd")
    contact = demande.contacts.get(role="dpd")
    assert (contact.courriel, contact.fonction) == (demande.demandeur.courriel, demande.demandeur_fonction)
    assert demande.contacts.get(role="technique").nom == "Durand"


@pytest.mark.parametrize(
    ("suite", "vers"),
    [("precedent", "etapes/organisation"), ("suivant", "etapes/donnees"), ("resume", "recapitulatif"),
     ("n'importe quoi", "etapes/projet")],
)  # fmt: skip
def test_each_button_leads_where_it_says(client: Client, demande: Demande, suite: str, vers: str) -> None:
    response = pages.remplir(client, chemin(demande, "projet"), suite=suite)
    assert response["Location"].removeprefix(f"/demandes/{demande.pk}/").partition("#")[0] == vers


def test_an_unknown_step_or_one_of_another_type_does_not_exist(client: Client, demande: Demande) -> None:
    for etape in ("inconnue", "franceconnect", "etablissements"):
        assert client.get(chemin(demande, etape)).status_code == 404


@pytest.mark.parametrize(
    ("etape", "champ", "frappe"),
    [
        ("organisation", "demandeur_telephone", ["0", "01", "01 23", "01 23 45", "01 23 45 67 89"]),
        ("personnes", "dpd-courriel", ["d", "dpd@", "dpd@ville", "dpd@ville.fr"]),
        ("projet", "volume_annuel", ["-", "-5", "5", "50 x", "50"]),
        ("cadre", "cadre_url", ["h", "https:", "https://", "https://exemple.fr/arrete"]),
    ],
)
def test_a_field_typed_slowly_is_never_another_windows_doing(
    client: Client, demande: Demande, etape: str, champ: str, frappe: list[str]
) -> None:
    """Each pause saves; some values are not well-formed yet, and what follows is."""
    page = pages.champs(client.get(chemin(demande, etape)))
    for valeur in frappe:
        response = client.post(
            chemin(demande, etape), page | {champ: valeur}, headers={"X-Brouillon": "automatique"}
        )
        assert (response.status_code, response.json()["conflits"]) == (200, []), valeur
        page |= {"depart": response.json()["depart"]}
    assert response.json()["erreurs"] == {}
    assert client.post(chemin(demande, etape), page | {champ: frappe[-1]}).status_code == 302


def test_what_another_window_changed_is_not_undone_by_the_pauses_of_this_one(
    client: Client, demande: Demande
) -> None:
    une = pages.champs(client.get(chemin(demande, "projet")))
    pages.envoyer(
        client,
        chemin(demande, "projet"),
        pages.champs(client.get(chemin(demande, "projet"))),
        volume_annuel="5000",
    )
    for titre in ("A", "Ab", "Abc"):
        response = client.post(
            chemin(demande, "projet"), une | {"intitule": titre}, headers={"X-Brouillon": "automatique"}
        )
        assert response.status_code == 200
        une |= {"depart": response.json()["depart"]}
    assert (relue(demande).intitule, relue(demande).volume_annuel) == ("Abc", 5000)
    # Touched here at last: only now is there something to choose.
    refus = client.post(
        chemin(demande, "projet"), une | {"volume_annuel": "7"}, headers={"X-Brouillon": "automatique"}
    )
    assert refus.json()["conflits"] == ["volume_annuel"]
    assert relue(demande).volume_annuel == 5000


def test_a_field_invalid_here_and_changed_elsewhere_is_a_conflict_once_it_is_valid(
    client: Client, demande: Demande
) -> None:
    une = pages.champs(client.get(chemin(demande, "projet")))
    automatique = {"X-Brouillon": "automatique"}
    premiere = client.post(chemin(demande, "projet"), une | {"volume_annuel": "-"}, headers=automatique)
    pages.remplir(client, chemin(demande, "projet"), volume_annuel="5000")
    suite = une | {"depart": premiere.json()["depart"], "volume_annuel": "60"}
    assert client.post(chemin(demande, "projet"), suite, headers=automatique).json()["conflits"] == [
        "volume_annuel"
    ]
    assert relue(demande).volume_annuel == 5000
