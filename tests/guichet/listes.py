"""Lists as an agent's spreadsheet makes them, and a worker's passes over them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.test import Client

from statut_etudiant.guichet import tasks
from statut_etudiant.guichet.listes import moteur
from statut_etudiant.guichet.models import Liste
from tests.guichet.aides import DOSSIER, GUICHET

LISTES = f"{GUICHET}/listes"
IDENTITE = ("Nom", "Prénom", "Né le", "Sexe", "Classe")


def en_csv(titres: Sequence[str], *rangees: Sequence[str]) -> bytes:
    texte = io.StringIO(newline="")
    csv.writer(texte, delimiter=";").writerows([titres, *rangees])
    return texte.getvalue().encode("cp1252")


def envoyer(client: Client, contenu: bytes, nom: str = "rentrée.csv", **champs: str) -> Any:
    fichier = io.BytesIO(contenu)
    fichier.name = nom
    return client.post(f"{LISTES}/nouvelle", {"dossier": DOSSIER, "fichier": fichier, **champs})


def travailler() -> None:
    """As a worker does until nothing waits."""
    while tasks.traiter_listes():
        pass


def lue(client: Client, contenu: bytes, nom: str = "rentrée.csv") -> Liste:
    """Sent and read: its columns are to be confirmed."""
    response = envoyer(client, contenu, nom)
    assert response.status_code == 302, response.content.decode()
    travailler()
    return Liste.objects.latest("pk")


def confirmer(client: Client, liste: Liste, **choix: str) -> Any:
    retenus = {f"c{rang}": champ for rang, champ in enumerate(liste.colonnes)} | choix
    return client.post(f"{LISTES}/{liste.cle}/verifier", retenus)


def verifiee(client: Client, contenu: bytes, nom: str = "rentrée.csv", **choix: str) -> Liste:
    liste = lue(client, contenu, nom)
    assert confirmer(client, liste, **choix).status_code == 302
    travailler()
    liste.refresh_from_db()
    return liste


def rendue(client: Client, liste: Liste, format_: str = "csv") -> bytes:
    response = client.get(f"{LISTES}/{liste.cle}/resultat", {"format": format_})
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rangees(contenu: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(contenu.decode("utf-8-sig"), newline=""), delimiter=";"))


def sans_attente(monkeypatch: Any) -> None:
    """No pause while the quota is used up: the clock of the tests does not wait."""
    monkeypatch.setattr(moteur, "PAUSE", 0.01)
