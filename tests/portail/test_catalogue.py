"""« Les API »: each card says what the API does, no more and no less."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from habilitations.eligibilite import acteurs, genres
from habilitations.eligibilite.questionnaire import Reponse
from statut_etudiant.api.champs import CHAMPS
from statut_etudiant.api.perimetre import Porte
from statut_etudiant.disponibilite.models import Journee
from statut_etudiant.portail import catalogue
from statut_etudiant.portail.catalogue import donnees, donnees_ecrites
from statut_etudiant.portail.fiches import PAR_TYPE
from tests.portail.pages import Page, lire, plat

pytestmark = pytest.mark.django_db

LECTURES = ("lecture", "franceconnect")


def fiche(client: Client, type_: str) -> Page:
    return lire(client.get(f"/catalogue/{type_}"))


def par_cle(*portes: Porte) -> dict[str, set[str]]:
    """The scopes of each field, by its key at the first of these doors."""
    return {
        donnee.cles[0]: {scope.nom for scope in donnee.scopes} for donnee in donnees(portes) if donnee.cles[0]
    }


def test_the_catalogue_leads_to_the_three_apis(client: Client) -> None:
    liens = lire(client.get("/catalogue")).liens()
    assert {"/catalogue/lecture", "/catalogue/franceconnect", "/catalogue/ecriture"} <= set(liens)


def test_what_opens_each_field_in_v2_is_what_the_contract_says() -> None:
    inscriptions = {"mesri_inscription_etudiant", "mesri_inscription_autre"}
    essentiel = inscriptions | {"mesri_admission"}
    lieu = {"mesri_etablissements"}
    identite = {"mesri_identite"}
    assert par_cle(Porte.V2) == {
        "ine": {"mesri_identifiant"},
        "nom": identite,
        "prenom": identite,
        "dateNaissance": identite,
        "statut": essentiel,
        "regime": essentiel,
        "dateDebutInscription": inscriptions,
        "dateFinInscription": inscriptions,
        "dateDebutAdmission": {"mesri_admission"},
        "dateFinAdmission": {"mesri_admission"},
        "codeCommune": lieu,
        "etablissement.uai": lieu,
        "etablissement.nom": lieu,
    }


def test_franceconnect_never_gives_the_identity_nor_the_ine_in_v3() -> None:
    cles = par_cle(Porte.V3_FC)
    assert not {cle for cle in cles if "identite" in cle or "ine" in cle.split(".")}
    assert cles["etablissement_etudes.uai"] == {
        "mesri_etablissements",
        "mesri_admission_etablissement_etudes",
    }


@pytest.mark.parametrize("type_", LECTURES)
def test_a_reading_card_shows_every_field_scope_and_the_quota(client: Client, settings, type_: str) -> None:
    settings.QUOTA_PAR_SECONDE = 37
    page = fiche(client, type_)
    une = PAR_TYPE[type_]
    for donnee in donnees(une.portes):
        assert plat(donnee.description) in page.texte
        for cle in filter(None, donnee.cles):
            assert cle in page.texte
    for scope in catalogue.scopes(une.portes):
        assert scope.nom in page.texte
        assert plat(scope.explication) in page.texte
    assert "37 appels par seconde" in page.texte


def test_a_field_added_to_the_api_is_on_the_card(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    nouveau = CHAMPS[0]._replace(
        donnee="regime",
        v2=CHAMPS[0].v2._replace(cle="nouvelleCle", schema={"description": "Une donnée de plus."}),
    )
    monkeypatch.setattr(catalogue, "CHAMPS", (*CHAMPS, nouveau))
    page = fiche(client, "lecture")
    assert "nouvelleCle" in page.texte
    assert "Une donnée de plus" in page.texte


@pytest.mark.parametrize("type_", genres.TYPES)
def test_who_may_ask_is_what_the_eligibility_answers(client: Client, type_: str) -> None:
    texte = fiche(client, type_).texte
    mots = {Reponse.OUI: "Oui", Reponse.PEUT_ETRE: "Sous conditions", Reponse.NON: "Non"}
    for acteur in acteurs.ACTEURS:
        avis = acteur.avis(type_)
        assert f"{acteur.choix.libelle} {mots[avis.reponse]} {plat(avis.raison)}" in texte


def test_the_writing_card_says_what_must_be_sent(client: Client) -> None:
    obligatoires = {donnee.cle for donnee in donnees_ecrites() if donnee.exigence == "oui"}
    assert obligatoires == {
        "ine",
        "dateNaissance",
        "uai",
        "dateDebutInscription",
        "dateFinInscription",
        "statut",
    }
    texte = fiche(client, "ecriture").texte
    for donnee in donnees_ecrites():
        assert f"{donnee.cle} {donnee.exigence} {plat(donnee.description)}" in texte
    assert "regime" in texte


@pytest.mark.parametrize(
    ("type_", "chemins", "contact"),
    [
        (
            "lecture",
            ["/v3/mesri/statut_etudiant/ine", "/v3/mesri/statut_etudiant/identite", "/api/v2/etudiants"],
            "statutetudiant@enseignementsup.gouv.fr",
        ),
        (
            "franceconnect",
            ["/v3/mesri/statut_etudiant/france_connect", "/api/v2/etudiants"],
            "statutetudiant@enseignementsup.gouv.fr",
        ),
        ("ecriture", ["/api/inscription", "/api/inscriptions"], "support-statutetudiant@renater.fr"),
    ],
)
def test_a_card_gives_addresses_contact_frame_and_partners(client: Client, type_, chemins, contact) -> None:
    page = fiche(client, type_)
    for chemin in chemins:
        assert chemin in page.texte
    assert f"mailto:{contact}" in page.liens()
    assert "Cadre juridique" in page.texte
    assert "Renater" in page.texte
    assert "/api/docs" in page.liens()


#: What a reader of the State's three public cards finds there, and must find here.
LES_DEUX_LECTURES = (
    "Dernière mise à jour", "Sur habilitation", "Producteur", "Renater",
    "Ministère chargé de l'enseignement supérieur",
    "20 appels par seconde", "Volumétrie", "État du service", "Statistiques des appels, sur deux mois",
    "Document OpenAPI",
    "Une administration ou une collectivité Oui", "Un particulier Non", "Une entreprise ou une association",
    "Identifiant national étudiant", "Code Insee (COG) de la commune du lieu d'études", "Nom de l'établissement",
    "Code UAI de l'établissement", "Populations", "Masques",
    "Inscriptions en formation initiale ( mesri_inscription_etudiant )",
    "Inscriptions en formation continue ( mesri_inscription_autre )", "Admissions ( mesri_admission )",
    "Établissements et lieu d'études ( mesri_etablissements )",
    "INE (identifiant national étudiant) ( mesri_identifiant )",
    "étudient sur votre territoire : Inscriptions en formation initiale ; Inscriptions en formation continue ; "
    "Établissements et lieu d'études", "étudiants admis", "L. 114-8", "D'autres établissements se raccordent peu à peu",
    "Le statut de boursier et son échelon", "Votre établissement ne déclare pas ses étudiants ?",
    "Thèmes : Administration, Particuliers, Éducation",
)  # fmt: skip
FAITS = {
    "lecture": (*LES_DEUX_LECTURES, "DINUM", "falsifiés", "jeton", "Lecture par FranceConnect"),
    "franceconnect": (
        *LES_DEUX_LECTURES, "Une entreprise ou une association Sous conditions", "partenaire de FranceConnect",
        "sans contrôle à la main", "certifiées à la source", "sans pièce à téléverser",
        "Demandez à FranceConnect les mêmes noms de périmètres", "Lecture par jeton",
    ),
    "ecriture": (
        "Un établissement d'enseignement supérieur Oui", "Un lycée Oui", "Un particulier Non",
        "Une entreprise ou une association Non", "public ou privé", "que Renater exploite pour le ministère",
        "Eux seuls n'auront plus à fournir de carte d'étudiant ni de certificat de scolarité", "ine oui",
        "dateNaissance oui", "codeCommune non", "regime non", "formation continue", "statut oui", "admis (ou 1)",
        "identite non", "identite.nomNaissance avec identite", "identite.sexe non", "Dernière mise à jour",
        "20 appels par seconde", "Lecture par jeton", "support-statutetudiant@renater.fr",
    ),
}  # fmt: skip


@pytest.mark.parametrize("type_", genres.TYPES)
def test_a_card_tells_every_fact_that_the_public_cards_tell(client: Client, type_: str) -> None:
    texte = fiche(client, type_).texte
    assert [fait for fait in FAITS[type_] if fait not in texte] == []


def test_a_card_says_how_well_its_api_works(client: Client) -> None:
    assert "Disponibilité sur 90 jours" not in fiche(client, "lecture").texte
    aujourdhui = timezone.localdate()
    for nom, jour, pannes in (
        ("lecture_ine", aujourdhui, 1),
        ("lecture_identite", aujourdhui - timedelta(days=89), 3),
        ("lecture_identite", aujourdhui - timedelta(days=90), 500),
        ("ecriture", aujourdhui, 250),
    ):
        Journee.objects.create(sonde=nom, jour=jour, mesures=500, pannes=pannes, maintenances=0)
    # 4 failures of 1,000 measures, of the last 90 days alone.
    assert "Disponibilité sur 90 jours 99,60 %" in fiche(client, "lecture").texte
    assert "Disponibilité sur 90 jours 50,00 %" in fiche(client, "ecriture").texte


def test_the_catalogue_compares_the_three(client: Client) -> None:
    texte = lire(client.get("/catalogue")).texte
    assert (
        "Lecture par jeton Une administration ou une collectivité Sous conditions : un établissement" in texte
    )
    assert "Écriture Un établissement d'enseignement supérieur, un lycée" in texte
