"""What was just loaded is known to PostgreSQL's planner."""

import pytest
from django.db import connection

from referentiel.ecriture import statistiques
from tests import fabriques
from tests.referentiel.ecriture.portes import champs, deposer_octets, en_csv, identite, traiter


def actualiser() -> list[str]:
    with connection.cursor() as curseur:
        return statistiques.actualiser(curseur)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_was_empty_is_analysed_once():
    fabriques.inscription()
    premiers = actualiser()
    assert set(premiers) <= set(statistiques.TABLES)
    assert actualiser() == []
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT bool_and(reltuples >= 0) FROM pg_class WHERE oid = ANY (%s::regclass[])",
            [statistiques.TABLES],
        )
        assert curseur.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_a_deposit_leaves_statistics_up_to_date():
    fabriques.etablissement(uai="0311384L", code_commune="31555")
    actualiser()
    nombre = 400
    lignes = [champs(ine=f"{n:010d}A", identite=identite()) for n in range(nombre)]
    assert traiter(deposer_octets(en_csv(lignes))).creees == nombre
    with connection.cursor() as curseur:
        curseur.execute("SELECT reltuples::int FROM pg_class WHERE oid = 'referentiel_inscription'::regclass")
        assert curseur.fetchone() == (nombre,)
