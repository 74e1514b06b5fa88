"""`docs/bac-a-sable.md` says exactly what the sandbox holds and answers."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from referentiel.bac_a_sable import EtablissementFictif, EtudiantFictif, InscriptionFictive, charger, lire_jeu
from tests import fabriques

PAGE = (Path(__file__).parents[1] / "docs" / "bac-a-sable.md").read_text(encoding="utf-8")

TITRES_ETABLISSEMENTS = ["UAI", "Nom", "Secteur", "Commune", "État"]
TITRES_ETUDIANTS = ["INE", "Nom", "Prénoms", "Sexe", "Naissance", "Lieu", "Dossiers", "Ce que ce cas montre"]
TITRES_RECHERCHES = ["Nom", "Prénom", "Naissance", "Sexe", "Lieu", "Réponse"]

PERIODES = {
    ("precedente", 1): "année précédente",
    ("en_cours", 1): "année en cours",
    ("suivante", 1): "année suivante",
    ("precedente", 3): "trois ans depuis l'année précédente",
}
PRECISIONS = {"jour": "", "mois": " (mois et année)", "annee": " (année seule)"}


def rangee_etablissement(etablissement: EtablissementFictif) -> list[str]:
    return [
        etablissement.uai,
        etablissement.nom,
        {"public": "public", "prive": "privé"}[etablissement.secteur],
        etablissement.code_commune,
        "ouvert" if etablissement.ouvert else "fermé",
    ]


def _dossier(inscription: InscriptionFictive) -> str:
    periode = PERIODES[inscription.annee, inscription.duree]
    commune = f", à {inscription.code_commune}" if inscription.code_commune else ""
    return f"{inscription.statut} {inscription.regime}, {inscription.uai}{commune}, {periode}"


def rangee_etudiant(etudiant: EtudiantFictif) -> list[str]:
    return [
        etudiant.ine,
        etudiant.nom_naissance,
        ", ".join(etudiant.prenoms),
        etudiant.sexe or "inconnu",
        etudiant.date_naissance.isoformat() + PRECISIONS[etudiant.precision_naissance],
        etudiant.lieu_naissance or "inconnu",
        "<br>".join(map(_dossier, etudiant.inscriptions)) or "aucun",
        etudiant.cas,
    ]


def rangees(titres: list[str]) -> list[list[str]]:
    """The rows of every table of the page that has these titles."""
    trouvees = []
    for tableau in re.findall(r"(?:^\|.*\|\n?)+", PAGE, re.MULTILINE):
        lignes = [[cellule.strip() for cellule in ligne[1:-1].split("|")] for ligne in tableau.splitlines()]
        if lignes[0] == titres:
            trouvees += lignes[2:]
    return trouvees


def test_the_page_lists_every_fictitious_establishment_as_it_is() -> None:
    assert rangees(TITRES_ETABLISSEMENTS) == [rangee_etablissement(un) for un in lire_jeu().etablissements]


def test_the_page_lists_every_fictitious_student_as_they_are_and_no_other() -> None:
    assert rangees(TITRES_ETUDIANTS) == [rangee_etudiant(un) for un in lire_jeu().etudiants]


@pytest.mark.django_db
def test_every_search_of_the_page_gets_the_answer_that_the_page_says(client: Client) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="test")
    entetes = fabriques.jeton(bac_a_sable=True, sans_quota=True).cle
    recherches = rangees(TITRES_RECHERCHES)
    assert len(recherches) > 30
    for recherche in recherches:
        nom, prenom, naissance, sexe, lieu, response = recherche
        parametres = {"nom": nom, "prenom": prenom, "dateDeNaissance": naissance, "sexe": sexe}
        if lieu:
            parametres["lieuDeNaissance"] = lieu
        obtenue = client.get("/api/v2/etudiants", parametres, headers=entetes)
        assert (obtenue.json().get("ine") or "introuvable") == response, recherche


@pytest.mark.django_db
def test_the_birth_place_given_by_its_old_name_finds_the_student_that_the_page_says(client: Client) -> None:
    charger(aujourdhui=timezone.localdate(), auteur="test")
    donnes = dict(re.findall(r"`(nomCommune\w+|codeCogInseeDep\w+|annee\w+)=([^`]+)`", PAGE))
    assert len(donnes) == 3
    parametres = {
        "recipient": "13002526500013",
        "nomNaissance": "Dubois",
        "prenoms[]": "Simone",
        "moisDateNaissance": "7",
        "jourDateNaissance": "7",
        "sexeEtatCivil": "F",
        **donnes,
    }
    entetes = fabriques.jeton(bac_a_sable=True, sans_quota=True).bearer
    obtenue = client.get("/v3/mesri/statut_etudiant/identite", parametres, headers=entetes)
    assert obtenue.json()["data"]["identite"]["nom_naissance"] == "Dubois"


@pytest.mark.django_db
def test_each_student_is_found_by_ine_with_the_records_that_the_page_says(client: Client) -> None:
    """Served: what is of this year or later, for a token of every population."""
    charger(aujourdhui=timezone.localdate(), auteur="test")
    entetes = fabriques.jeton(bac_a_sable=True, sans_quota=True).cle
    for ine, _, _, _, _, _, dossiers, _ in rangees(TITRES_ETUDIANTS):
        attendus = sorted(
            (statut, uai)
            for statut, uai, periode in re.findall(r"(\w+) RF\d, (\w+)(?:, à \w+)?, ([^<]+)", dossiers)
            if periode != "année précédente"
        )
        obtenue = client.get("/api/v2/etudiants", {"ine": ine}, headers=entetes).json()
        servis = sorted((un["statut"], un["etablissement"]["uai"]) for un in obtenue.get("inscriptions", []))
        assert servis == attendus, ine
        assert ("error" in obtenue) == (not attendus), ine
