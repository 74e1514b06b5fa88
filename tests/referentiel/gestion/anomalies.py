"""Anomalies to show, and the text of the pages that show them."""

import html
from typing import Any

from django.test import Client

from referentiel.models import Anomalie, Etudiant
from tests import fabriques


def anomalie(etudiant: Etudiant | None = None, **colonnes: object) -> Anomalie:
    colonnes.setdefault("type", "nom_different")
    if colonnes["type"] == "nom_different":
        colonnes.setdefault("etablissement", fabriques.etablissement())
        colonnes.setdefault("recu", {"nomNaissance": "Le Gall", "prenoms": ["Anne-Marie"]})
    else:
        colonnes.setdefault("recu", {"dateNaissance": "2004-03-27"})
    etudiant = etudiant or fabriques.inscrit(identite={"nom_naissance": "Le Goff", "prenoms": ["Anne-Marie"]})
    return Anomalie.objects.create(etudiant=etudiant, cle="LEGALL ANNE MARIE", **colonnes)


def page(client: Client, adresse: str) -> str:
    response = client.get(adresse)
    assert response.status_code == 200
    return texte(response)


def texte(response: Any) -> str:
    return " ".join(html.unescape(response.content.decode()).split())
