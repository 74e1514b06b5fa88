"""What a token's page tells its holder: the last calls, what was refused and what to do about it, its end, a first
call to copy."""

import html
import re
import shlex
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from habilitations.jetons.consommation import bilan
from habilitations.models import Consommation, Jeton
from referentiel import bac_a_sable
from tests import fabriques
from tests.habilitations import scenes
from tests.habilitations.jetons import en_service
from tests.portail.pages import lire

pytestmark = pytest.mark.django_db


def connecte(compte: object) -> Client:
    client = Client()
    client.force_login(compte)
    return client


def _consommation(jeton: Jeton, **appels: int) -> None:
    for statut, nombre in appels.items():
        Consommation.objects.create(
            jeton=jeton, jour=timezone.localdate(), statut=int(statut.lstrip("s")), appels=nombre
        )


def test_the_holder_reads_what_was_refused_and_what_to_do_of_each() -> None:
    acteur, jeton, _ = en_service()
    _consommation(jeton, s200=5, s422=7, s429=2, s403=1)
    page = lire(connecte(acteur.compte).get(reverse("jeton-consommation", args=[jeton.pk]))).texte
    # The most frequent first, each with the words of the catalogue.
    assert page.index("422 Paramètres à corriger : 7 appels") < page.index("429 Quota dépassé : 2 appels")
    assert "403 Accès refusé : 1 appel" in page
    for dit in (
        "Transmettez les 14 chiffres du SIRET de l'organisme pour lequel l'appel est fait.",
        "Attendez le délai de l'en-tête Retry-After",
        "Ajoutez l'adresse de sortie de votre serveur à la liste",
    ):
        assert dit in page
    # Neither FranceConnect's own errors, nor those of statuses that it never got.
    assert "FranceConnect" not in page[page.index("422 Paramètres") : page.index("Toutes les erreurs")]
    assert "Réessayez après le délai" not in page
    # Nor an editor's, which has delegations.
    assert "délég" not in page[page.index("422 Paramètres") : page.index("Toutes les erreurs")]


def test_a_writing_token_reads_the_causes_of_the_writing_api() -> None:
    etablissement = fabriques.etablissement()
    jeton = fabriques.jeton(ecriture=True, uais=[etablissement.uai]).jeton
    gerant = scenes.gestionnaire(etablissement, habilitation=jeton.habilitation)
    _consommation(jeton, s404=3)
    page = lire(connecte(gerant.compte).get(reverse("gestion-jeton-consommation", args=[jeton.pk]))).texte
    assert "Aucun étudiant n'a cet INE avec cette date de naissance." in page
    assert "Personne ne répond aux critères" not in page


def test_a_token_without_refusal_shows_no_section_about_them() -> None:
    acteur, jeton, _ = en_service()
    _consommation(jeton, s200=5)
    assert (
        "que faire"
        not in lire(connecte(acteur.compte).get(reverse("jeton-consommation", args=[jeton.pk]))).texte
    )


def test_the_chart_says_its_days_in_french_and_its_scale_and_its_last_day_ends_with_it() -> None:
    acteur, jeton, _ = en_service()
    _consommation(jeton, s200=1_180, s404=20)
    page = connecte(acteur.compte).get(reverse("jeton-consommation", args=[jeton.pk])).content.decode()
    textes = re.findall(r'<text class="([^"]*)" .*?text-anchor="(\w+)">([^<]*)</text>', page)
    echelle = [texte for _, ancre, texte in textes if not re.search(r"[a-zéû]", texte)]
    assert [un.replace("\xa0", " ").replace("\u202f", " ") for un in echelle] == [
        "0", "300", "600", "900", "1 200",
    ]  # fmt: skip
    dates = [(classe, ancre, texte) for classe, ancre, texte in textes if re.search(r"[a-zéû]", texte)]
    assert len(dates) == 7
    mois = r"(?:janv\.|févr\.|mars|avr\.|mai|juin|juil\.|août|sept\.|oct\.|nov\.|déc\.)"
    assert all(re.fullmatch(rf"(?:1er|\d+) {mois}", texte) for _, _, texte in dates)
    assert dates[-1][1] == "end"
    assert [ancre for _, ancre, _ in dates[:-1]] == ["middle"] * 6
    # On a telephone, every other one is left.
    assert ["intermediaire" in classe for classe, _, _ in dates] == [False, True] * 3 + [False]
    assert "1\xa0200 appels en deux mois" in page.replace("\u202f", "\xa0")


def test_a_writing_token_s_calls_are_accepted_rather_than_answered_with_data() -> None:
    etablissement = fabriques.etablissement()
    jeton = fabriques.jeton(ecriture=True, uais=[etablissement.uai]).jeton
    gerant = scenes.gestionnaire(etablissement, habilitation=jeton.habilitation)
    _consommation(jeton, s200=4, s422=1)
    page = lire(connecte(gerant.compte).get(reverse("gestion-jeton-consommation", args=[jeton.pk]))).texte
    assert "5 appels en deux mois : 4 acceptés, 0 non trouvé, 1 refusé" in page
    assert "vec des données" not in page


def test_the_fifty_last_calls_are_shown_and_no_more(client: Client) -> None:
    emis = fabriques.jeton(sans_quota=True)
    for _ in range(52):
        client.get("/api/v2/etudiants", {"ine": fabriques.ine()}, headers=emis.cle)
    derniers = bilan(emis.jeton).derniers
    assert len(derniers) == 50
    assert [un.instant for un in derniers] == sorted((un.instant for un in derniers), reverse=True)


@pytest.mark.parametrize(
    ("jours", "dit"),
    [(91, None), (90, "dans 90 jours"), (16, "dans 16 jours"), (1, "demain"), (0, "aujourd'hui")],
)
def test_the_end_of_a_token_is_in_sight_from_three_months_before(jours: int, dit: str | None) -> None:
    acteur, jeton, _ = en_service()
    midi = timezone.localtime().replace(hour=23, minute=59, second=58)
    Jeton.objects.filter(pk=jeton.pk).update(expire_le=midi + timedelta(days=jours))
    client = connecte(acteur.compte)
    for page in ("habilitation-jetons", "jeton-consommation"):
        cible = jeton.habilitation_id if page == "habilitation-jetons" else jeton.pk
        texte = lire(client.get(reverse(page, args=[cible]))).texte
        if dit is None:
            assert not re.search(r"dans \d+ jours?", texte)
        else:
            assert dit in texte


@pytest.mark.parametrize(
    ("scopes", "nom"),
    [
        (["mesri_inscription_etudiant", "mesri_identite"], "Abadie"),
        (["mesri_inscription_autre", "mesri_identite"], "Étienne"),
        (["mesri_admission", "mesri_identite"], "Hamel"),
        (["mesri_admissions", "mesri_identite"], "Abadie"),
    ],
)
def test_the_command_shown_with_a_sandbox_token_works_as_it_is(
    client: Client, scopes: list[str], nom: str
) -> None:
    bac_a_sable.charger(aujourdhui=timezone.localdate(), auteur="test")
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur, scopes=scopes)
    page = (
        connecte(acteur.compte)
        .post(reverse("demande-bac-a-sable", args=[demande.pk]), {"format": "court"})
        .content.decode()
    )
    montree = html.unescape(re.search(r'<code id="premier-appel">(.*?)</code>', page, re.S)[1])
    programme, option, entete, adresse = shlex.split(montree)
    assert (programme, option) == ("curl", "--header")
    titre, _, valeur = entete.partition(": ")
    url = urlsplit(adresse)
    reponse = client.get(url.path, dict(parse_qsl(url.query)), headers={titre: valeur})
    assert reponse.status_code == 200, reponse.content
    assert reponse.json()["data"]["identite"]["nom_naissance"] == nom


def test_the_command_of_a_writing_sandbox_token_works_as_it_is(client: Client) -> None:
    bac_a_sable.charger(aujourdhui=timezone.localdate(), auteur="test")
    acteur = scenes.demandeur()
    demande = scenes.brouillon(acteur=acteur, type_="ecriture")
    page = connecte(acteur.compte).post(reverse("demande-bac-a-sable", args=[demande.pk])).content.decode()
    montree = html.unescape(re.search(r'<code id="premier-appel">(.*?)</code>', page, re.S)[1])
    _, _, entete, adresse = shlex.split(montree)
    titre, _, valeur = entete.partition(": ")
    url = urlsplit(adresse)
    reponse = client.get(url.path, dict(parse_qsl(url.query)), headers={titre: valeur})
    assert reponse.status_code == 200, reponse.content
    assert len(reponse.json()["inscriptions"]) == 5


def test_the_tokens_page_leads_its_applicant_to_the_sandbox() -> None:
    acteur, jeton, _ = en_service()
    demande = jeton.habilitation.demandes.get()
    lien = reverse("demande-bac-a-sable", args=[demande.pk])
    page = reverse("habilitation-jetons", args=[jeton.habilitation_id])
    assert lien in connecte(acteur.compte).get(page).content.decode()
    collegue = scenes.compte(organisation=demande.organisation)
    assert lien not in connecte(collegue).get(page).content.decode()
