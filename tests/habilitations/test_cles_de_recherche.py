"""The keys of the lists' searches follow the normal form, also those of rows written under a former one."""

from importlib import import_module

import pytest
from django.db import connection

from habilitations.models import Compte, Demande, Habilitation, Organisation
from tests.habilitations import scenes
from tests.proprietaire import en_proprietaire

MODELES = {"compte": Compte, "demande": Demande, "habilitation": Habilitation, "organisation": Organisation}


@pytest.mark.django_db
def test_the_migration_knows_every_table_that_has_a_key() -> None:
    migration = import_module("habilitations.migrations.0033_cles_de_recherche")
    ayant = {
        modele._meta.model_name
        for modele in Compte._meta.apps.get_app_config("habilitations").get_models()
        if any(champ.name == "cle_recherche" for champ in modele._meta.fields)
    }
    assert ayant == migration.COLONNES.keys() == MODELES.keys()


@pytest.mark.django_db(transaction=True)
def test_a_key_of_a_former_normal_form_is_computed_again() -> None:
    demande = scenes.demande("validee")
    Demande.objects.filter(pk=demande.pk).update(intitule="Þórsmörk ƀ")
    migration = import_module("habilitations.migrations.0033_cles_de_recherche").Migration
    (operation,) = migration.operations
    with en_proprietaire(), connection.cursor() as curseur:
        # As if it had been written under another form: PostgreSQL lets nobody write a generated column.
        curseur.execute("SELECT pg_get_functiondef('referentiel_normaliser(text)'::regprocedure)")
        (definition,) = curseur.fetchone()
        try:
            curseur.execute(
                "CREATE OR REPLACE FUNCTION referentiel_normaliser(nom text) RETURNS text LANGUAGE sql IMMUTABLE"
                " STRICT PARALLEL SAFE RETURN 'ANCIENNE'"
            )
            curseur.execute("UPDATE habilitations_demande SET intitule = intitule")
        finally:
            curseur.execute(definition)
        assert Demande.objects.get(pk=demande.pk).cle_recherche == "ANCIENNE"
        for ordre in operation.sql:
            curseur.execute(ordre)
    assert Demande.objects.get(pk=demande.pk).cle_recherche.startswith("THORSMORK")
