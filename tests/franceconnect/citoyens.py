"""Citizens in front of the product's pages: signed in through the local FranceConnect, known to the register."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from habilitations.comptes.sessions import SessionStore
from habilitations.models import Habilitation
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


def citoyen(etudiant: Etudiant, *, nom: str = "Agathe D'ARTIGUES") -> Client:
    """A browser where this student is signed in, without going through FranceConnect: for what comes after."""
    client = Client()
    magasin = SessionStore()
    magasin["citoyen"] = {"etudiant_id": etudiant.pk, "nom": nom, "depuis": time.time()}
    magasin.save()
    client.cookies[settings.CITOYEN_COOKIE_NAME] = magasin.session_key
    return client


def echange(etudiant: Etudiant, *, habilitation: Habilitation | None = None, **colonnes: Any) -> int:
    """A row of the exchange journal about this student; its number. `il_y_a`: how long ago."""
    instant = timezone.now() - colonnes.pop("il_y_a", timedelta())
    valeurs = {
        "instant": instant,
        "issue": "donnees",
        "requete": "requete-de-test",
        "habilitation_id": habilitation and habilitation.pk,
        "organisation": habilitation.organisation.nom if habilitation else "Ville de Belleroche",
        "siret": habilitation.organisation.siret if habilitation else "13002526500013",
        "recipient": habilitation.organisation.siret if habilitation else "13002526500013",
        "interface": "v3",
        "voie": "ine",
        "etudiant_id": etudiant.pk,
        "categories": ["inscription", "statut"],
        **colonnes,
    }
    noms = ", ".join(valeurs)
    with connection.cursor() as curseur:
        curseur.execute(
            f"INSERT INTO referentiel_echange ({noms}) VALUES ({', '.join(['%s'] * len(valeurs))}) RETURNING id",
            list(valeurs.values()),
        )
        return int(curseur.fetchone()[0])
