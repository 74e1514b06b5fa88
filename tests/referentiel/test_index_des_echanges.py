"""The journal is read by account and by habilitation without going through all of it, in every partition."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("nom", ["echange_du_compte", "echange_sans_jeton"])
def test_every_partition_has_its_part_of_the_index(nom: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT count(*) FROM pg_partition_tree('referentiel_echange') WHERE isleaf")
        ((partitions,),) = curseur.fetchall()
        curseur.execute(
            "SELECT count(*), bool_and(i.indisvalid) FROM pg_partition_tree(%s::regclass) t "
            "JOIN pg_index i ON i.indexrelid = t.relid WHERE t.isleaf",
            [nom],
        )
        assert curseur.fetchall() == [(partitions, True)]
        assert partitions > 0
