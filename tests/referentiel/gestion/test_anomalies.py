"""The ministry's anomalies desk."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referentiel.ecriture.anomalies import garder_identite
from referentiel.models import Anomalie, Echange
from tests import fabriques
from tests.referentiel.gestion import personnes
from tests.referentiel.gestion.anomalies import anomalie, page, texte

pytestmark = pytest.mark.django_db

LISTE = reverse("gestion:referentiel_anomalie_changelist")
NOUVELLE = {
    "nom_naissance": "Le Gall", "prenoms": "Anne-Marie, Gaëlle", "sexe": "F", "date_naissance": "2004-03-27",
    "lieu_naissance": "29232", "conclusion": "Vu avec l'établissement",
}  # fmt: skip


def adresses(une: Anomalie) -> dict[str, str]:
    return {
        "fiche": reverse("gestion:referentiel_anomalie_change", args=[une.pk]),
        "garder": reverse("gestion-anomalie-garder", args=[une.pk]),
        "corriger": reverse("gestion-anomalie-corriger", args=[une.pk]),
    }


def montrees(client: Client, **parametres: str) -> list[Anomalie]:
    return list(client.get(LISTE, parametres).context["cl"].result_list)


@pytest.fixture
def client() -> Client:
    return personnes.ministere()


def test_the_list_shows_first_what_is_to_be_handled(client: Client) -> None:
    ancienne, refusee, close = anomalie(), anomalie(type="identite_refusee"), anomalie()
    garder_identite(anomalie_id=close.pk, conclusion="", auteur="compte:1")
    anomalie(fabriques.etudiant(fictif=True), etablissement=fabriques.etablissement(fictif=True))
    assert montrees(client) == [ancienne, refusee]
    assert montrees(client, etat="closes") == [close]
    assert montrees(client, etat="toutes") == [ancienne, refusee, close]
    assert montrees(client, etat="autre") == []
    assert montrees(client, type__exact="identite_refusee") == [refusee]
    assert montrees(client, uai=ancienne.etablissement.uai) == [ancienne]


def test_the_list_is_searched_by_establishment_ine_and_name(client: Client) -> None:
    une, autre = anomalie(), anomalie(fabriques.etudiant(nom_naissance="Planchet"))
    for saisie, attendue in (
        (une.etablissement.uai, une),
        (autre.etudiant.ine, autre),
        ("planchet", autre),
        ("le goff anne", une),
    ):
        response = client.post(LISTE, {"q": saisie})
        assert saisie not in response["Location"]
        assert list(client.get(response["Location"]).context["cl"].result_list) == [attendue]


def test_the_list_masks_ine_and_costs_no_more_for_more_lines(client: Client) -> None:
    une = anomalie()
    with CaptureQueriesContext(
        connection,
    ) as peu:
        assert une.etudiant.ine not in page(client, LISTE)
    for _ in range(5):
        anomalie()
    with CaptureQueriesContext(connection) as beaucoup:
        page(client, LISTE)
    assert len(beaucoup) == len(peu)


def test_the_page_of_an_anomaly_compares_and_is_journaled(client: Client) -> None:
    une = anomalie()
    contenu = page(client, adresses(une)["fiche"])
    for attendu in (
        "Le Goff",
        "Le Gall",
        "différent",
        une.etudiant.ine,
        "Historique",
        "Les deux identités",
        str(une.etablissement),
    ):
        assert attendu in contenu
    assert contenu.count("différent</span>") == 1  # the first names are the same
    [ligne] = Echange.objects.filter(etudiant_id=une.etudiant_id)
    assert (ligne.voie, ligne.compte_id) == ("consultation", client.compte.pk)
    assert set(ligne.categories) == {"identite", "inscriptions", "historique"}


def test_an_unrecognised_identity_is_read(client: Client) -> None:
    une = anomalie(type="identite_refusee")
    contenu = page(client, adresses(une)["fiche"])
    assert "L'INES ne connaît pas" in contenu
    assert "27/03/2004" in contenu
    assert "Les deux identités" not in contenu


def test_tried_dates_are_told_without_them(client: Client) -> None:
    une = anomalie(type="dates_essayees", etablissement=fabriques.etablissement(), recu={})
    contenu = page(client, adresses(une)["fiche"])
    assert "L'identité enregistrée" in contenu
    assert "Les deux identités" not in contenu
    assert "au moins trois dates de naissance" in contenu
    assert str(une.etablissement) in contenu


def test_the_ministry_keeps_the_identity(client: Client) -> None:
    une = anomalie()
    assert "Rien ne change" in page(client, adresses(une)["garder"])
    assert client.post(adresses(une)["garder"], {"conclusion": "Nom d'usage"})["Location"] == LISTE
    une.refresh_from_db()
    assert (une.decision, une.conclusion) == ("garder", "Nom d'usage")
    assert une.traitee_par == f"compte:{client.compte.pk}"
    contenu = page(client, adresses(une)["fiche"])
    assert "Nom d'usage" in contenu
    assert client.compte.nom in contenu
    assert "Conclure" not in contenu
    # A closed one has no act any more.
    assert client.get(adresses(une)["garder"]).status_code == 404
    assert client.post(adresses(une)["corriger"], NOUVELLE).status_code == 404


def test_the_ministry_corrects_the_identity(client: Client) -> None:
    une = anomalie()
    contenu = page(client, adresses(une)["corriger"])
    # What was received, beside what is registered.
    assert 'value="Le Gall"' in contenu
    client.post(adresses(une)["corriger"], NOUVELLE)
    une.refresh_from_db()
    etudiant = une.etudiant
    assert (une.decision, une.conclusion) == ("corriger", NOUVELLE["conclusion"])
    assert (etudiant.nom_naissance, etudiant.prenoms) == ("Le Gall", ["Anne-Marie", "Gaëlle"])
    assert (etudiant.lieu_naissance, etudiant.date_naissance) == ("29232", datetime.date(2004, 3, 27))


@pytest.mark.parametrize(
    ("saisi", "code"),
    [("TOULOUSE (31)", "31555"), ("Paris 12e", "75112"), ("Maroc", "99350"), ("75012", "75112"), ("", None)],
)
def test_the_birth_place_is_typed_as_papers_say_it(client: Client, saisi: str, code: str | None) -> None:
    une = anomalie()
    client.post(adresses(une)["corriger"], NOUVELLE | {"lieu_naissance": saisi})
    une.refresh_from_db()
    assert une.etudiant.lieu_naissance == code


def test_a_single_name_and_an_unknown_sexe_can_be_registered(client: Client) -> None:
    une = anomalie()
    client.post(adresses(une)["corriger"], NOUVELLE | {"prenoms": "", "sexe": ""})
    une.refresh_from_db()
    assert (une.etudiant.prenoms, une.etudiant.sexe, une.decision) == ([], None, "corriger")
    assert "Le Gall" in page(client, f"/gestion/referentiel/anomalie/{une.pk}/change/")


@pytest.mark.parametrize(
    ("remplace", "message"),
    [
        ({"nom_naissance": ""}, "Valeur obligatoire"),
        ({"date_naissance": "2004-02-30"}, "Cette date n'existe pas"),
        ({"sexe": "X"}, "Valeur non prévue"),
        ({"lieu_naissance": "Nulle-Part-sur-Rien"}, "Valeur mal formée"),
        ({"conclusion": "x" * 1001}, "1000"),
    ],
)
def test_an_impossible_correction_is_told_and_changes_nothing(
    client: Client, remplace: dict[str, str], message: str
) -> None:
    une = anomalie()
    response = client.post(adresses(une)["corriger"], NOUVELLE | remplace)
    assert response.status_code == 200
    assert message in texte(response)
    une.refresh_from_db()
    assert (une.traitee_le, une.etudiant.nom_naissance) == (None, "Le Goff")


def test_closed_meanwhile_nothing_changes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    une = anomalie()
    from referentiel.views import anomalies

    visible = anomalies._ouverte

    def puis_close(*args: object) -> Anomalie:
        vue = visible(*args)
        garder_identite(anomalie_id=une.pk, conclusion="Avant", auteur="compte:1")
        return vue

    monkeypatch.setattr(anomalies, "_ouverte", puis_close)
    response = client.post(adresses(une)["corriger"], NOUVELLE, follow=True)
    assert "déjà conclu" in texte(response)
    une.refresh_from_db()
    assert (une.decision, une.etudiant.nom_naissance) == ("garder", "Le Goff")


def test_managers_have_nothing_there(client: Client) -> None:
    une = anomalie()
    gestionnaire = personnes.gestionnaire(une.etablissement)
    for adresse in (LISTE, *adresses(une).values()):
        assert gestionnaire.get(adresse).status_code == 404, adresse
        assert gestionnaire.post(adresse, NOUVELLE).status_code == 404, adresse
    for numero in ("0", "x", "9" * 30, "-1"):
        assert client.get(f"/gestion/anomalies/{numero}/garder").status_code == 404
        assert client.get(reverse("gestion:referentiel_anomalie_change", args=[numero])).status_code == 404
    assert "Anomalies" not in gestionnaire.get("/gestion/").content.decode().split("</nav>")[1]
    une.refresh_from_db()
    assert une.traitee_le is None
