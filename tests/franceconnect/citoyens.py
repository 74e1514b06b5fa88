"""Citizens in front of the product's pages: signed in through the local FranceConnect, known to the register."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client

from referentiel.models import Etudiant
from statut_etudiant.demonstration.citoyens import PAR_CLE
from tests import fabriques
from tests.franceconnect.local import FranceConnectLocal


def au_registre(cle: str, **inscription: Any) -> Etudiant:
    """The student that this citizen is, with one enrolment."""
    registre = PAR_CLE[cle].registre
    assert registre is not None
    etudiant = fabriques.etudiant(
        ine=registre.ine,
        nom_naissance=registre.nom,
        prenoms=list(registre.prenoms),
        sexe=registre.sexe,
        date_naissance=registre.naissance,
        precision_naissance=registre.precision,
        lieu_naissance=registre.lieu,
    )
    fabriques.inscription(etudiant=etudiant, **inscription)
    return etudiant


def aller(client: Client, *, suite: str = "") -> str:
    """FranceConnect's address, where the citizen is sent."""
    depart = client.get("/mon-espace/connexion", {"suite": suite} if suite else {})
    assert depart.status_code == 302, depart.content
    return str(depart["Location"])


def choisir(adresse: str, cle: str) -> str:
    """What the citizen does at FranceConnect: path and query with which they come back."""
    demande = {nom: valeurs[0] for nom, valeurs in parse_qs(urlsplit(adresse).query).items()}
    reponse = requests.post(
        adresse.partition("?")[0], data=demande | {"citoyen": cle}, allow_redirects=False, timeout=5
    )
    assert reponse.status_code == 302, reponse.text[:500]
    retour = urlsplit(reponse.headers["Location"])
    return f"{retour.path}?{retour.query}"


def entrer(client: Client, franceconnect: FranceConnectLocal, cle: str, *, suite: str = "") -> Any:
    """Sign in; the answer to the citizen's return."""
    return client.get(choisir(aller(client, suite=suite), cle))
