"""Rows registered under the former normal form are brought to the new one by the migration, without noise."""

import importlib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

import referentiel.migrations
from referentiel.models import Etudiant, Historique
from tests import fabriques
from tests.proprietaire import en_proprietaire

SQL = Path(referentiel.migrations.__file__).parent / "sql"


@pytest.mark.django_db
def test_former_keys_follow_the_new_form_and_leave_no_trace() -> None:
    with en_proprietaire() as curseur:
        avant = (
            (SQL / "normalisation.sql").read_text().replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        )
        curseur.execute(avant)
        for nom, prenoms in (("Łęcki", ["M'Hamed"]), ("Martin", ["Camille"])):
            fabriques.inscrit(identite={"nom_naissance": nom, "prenoms": prenoms})
        assert list(Etudiant.objects.order_by("id").values_list("cle_nom", "cle_prenom")) == [
            ("ŁECKI", "M HAMED"),
            ("MARTIN", "CAMILLE"),
        ]
        nouvelle = (SQL / "normalisation_pliee.sql").read_text()
        curseur.execute(nouvelle.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    traces = Historique.objects.count()
    migration = importlib.import_module("referentiel.migrations.0019_cles_des_noms")
    with en_proprietaire(), connection.schema_editor() as editeur:
        migration.recalculer(apps, editeur)
    assert list(Etudiant.objects.order_by("id").values_list("cle_nom", "cle_prenom")) == [
        ("LECKI", "MHAMED"),
        ("MARTIN", "CAMILLE"),
    ]
    assert Historique.objects.count() == traces
