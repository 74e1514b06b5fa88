"""Rows of the journals, and what an intruder with the owner's rights would do to them."""

import datetime

from django.db import connection

from habilitations.models import JournalAcces
from referentiel.models import ReleveDesJournaux
from tests.habilitations import scenes
from tests.proprietaire import en_proprietaire


def echanges(nombre: int, *, issue: str = "donnees") -> list[str]:
    donnees = issue == "donnees"
    requetes = [f"{issue}-{rang}" for rang in range(nombre)]
    with connection.cursor() as curseur:
        for requete in requetes:
            curseur.execute(
                "INSERT INTO referentiel_echange (issue, requete, jeton_id, habilitation_id, organisation, siret,"
                " recipient, interface, voie, etudiant_id, categories)"
                " VALUES (%s, %s, 1, 1, 'Ville', '21350238800019', '', 'v3', 'ine', %s, %s)",
                [issue, requete, 7 if donnees else None, ["statut"] if donnees else []],
            )
    return requetes


def acces(nombre: int) -> list[int]:
    compte = scenes.compte()
    return [
        JournalAcces.objects.create(genre="connexion", compte=compte, auteur=compte, auteur_nom="X").pk
        for _ in range(nombre)
    ]


def forcer(sql: str, parametres: object = ()) -> None:
    """As who owns the tables and puts the triggers aside."""
    tables = (
        "referentiel_echange",
        "referentiel_historique",
        "habilitations_journalacces",
        "referentiel_sceau",
    )
    with en_proprietaire() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            curseur.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        curseur.execute(sql, parametres)
        for table in tables:
            curseur.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def vieillir(secondes: int = 10) -> None:
    """As if the last note of how far the journals went had been taken a little later than the rows of this test, whose
    instant is that of its transaction."""
    ReleveDesJournaux.objects.update(
        releve_le=datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=secondes)
    )
