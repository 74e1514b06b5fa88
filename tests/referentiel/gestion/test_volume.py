"""The lists do not cost more when there are more rows: as many queries, each by an index."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referentiel.models import Etablissement, Etudiant, Inscription
from tests import fabriques
from tests.referentiel.gestion import personnes

pytestmark = pytest.mark.django_db
INSCRIPTIONS = reverse("gestion:referentiel_inscription_changelist")
ETUDIANTS = reverse("gestion:referentiel_etudiant_changelist")
GRANDES = ("referentiel_inscription", "referentiel_etudiant", "referentiel_historique")


def ajouter(etablissement: Etablissement, nombre: int) -> None:
    etudiants = Etudiant.objects.bulk_create(
        Etudiant(
            ine=fabriques.ine(),
            nom_naissance=f"Martin{chr(97 + rang % 26)}",
            prenoms=["Camille"],
            date_naissance=datetime.date(2004, 3, 27),
        )
        for rang in range(nombre)
    )
    debut = fabriques.rentree()
    Inscription.objects.bulk_create(
        Inscription(
            etudiant=etudiant,
            etablissement=etablissement,
            statut="admis" if rang % 5 else "inscrit",
            date_debut=debut,
            date_fin=debut.replace(year=debut.year + 1) - fabriques.UN_JOUR,
            code_commune="31555",
            source="api",
        )
        for rang, etudiant in enumerate(etudiants)
    )


def pages(etablissement: Etablissement) -> list[tuple[str, str]]:
    """(address, search)."""
    uai = f"?uai={etablissement.uai}"
    annee = fabriques.rentree().year
    return [
        (INSCRIPTIONS, ""),
        (INSCRIPTIONS + uai, ""),
        (INSCRIPTIONS + uai + "&statut__exact=admis", ""),
        (INSCRIPTIONS + uai + f"&annee={annee}&mois=9", ""),
        (INSCRIPTIONS + uai + "&confirmee=3", ""),
        (INSCRIPTIONS, "martinc camille"),
        (ETUDIANTS, "martinc"),
        (ETUDIANTS, "martinc camille 27/03/2004"),
    ]


def ouvrir(client: Client, adresse: str, recherche: str) -> list[str]:
    """The statements of this page."""
    if recherche:
        adresse = client.post(adresse, {"q": recherche})["Location"]
    client.get(adresse)
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(adresse).status_code == 200
    return [requete["sql"] for requete in requetes if "SAVEPOINT" not in requete["sql"]]


def parcourues(plan: Any) -> list[str]:
    """The big tables that this plan reads from end to end."""
    if isinstance(plan, list):
        return [table for noeud in plan for table in parcourues(noeud)]
    propres = [plan["Relation Name"]] if plan.get("Node Type") == "Seq Scan" else []
    fils = [table for cle in ("Plan", "Plans") for table in parcourues(plan.get(cle, []))]
    return [table for table in (*propres, *fils) if table in GRANDES]


def test_queries_and_indexes_do_not_depend_on_the_number_of_lines() -> None:
    sien = fabriques.etablissement()
    ajouter(sien, 60)
    clients = {
        "gestionnaire": personnes.gestionnaire(sien, fabriques.etablissement()),
        "ministère": personnes.ministere(),
    }
    avant = {
        (qui, *page): len(ouvrir(client, *page)) for qui, client in clients.items() for page in pages(sien)
    }
    ajouter(sien, 1500)
    ajouter(fabriques.etablissement(), 1500)
    with connection.cursor() as curseur:
        curseur.execute("SELECT referentiel_analyser()")
        # Among a few thousand rows a walk through the table would be cheap: it is what must not be possible.
        curseur.execute("SET LOCAL enable_seqscan = off")
        for qui, client in clients.items():
            for page in pages(sien):
                requetes = ouvrir(client, *page)
                assert len(requetes) == avant[qui, *page], (qui, page)
                for requete in requetes:
                    if requete.startswith("SELECT") and any(table in requete for table in GRANDES):
                        curseur.execute("EXPLAIN (FORMAT JSON) " + requete.replace("%", "%%"), [])
                        assert parcourues(curseur.fetchone()[0]) == [], requete
