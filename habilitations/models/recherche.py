"""A generated column holding the normal form of some columns, for the searches of lists."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models


class Normaliser(models.Func):
    """The referential's normal form of names. Several columns: joined by a space."""

    function = "referentiel_normaliser"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


def cle_de_recherche(*colonnes: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Normaliser(*colonnes), output_field=models.TextField(), db_persist=True
    )


def index_de_recherche(nom: str) -> models.Index:
    """An index for a substring anywhere in the text (pg_trgm)."""
    return GinIndex(OpClass(models.F("cle_recherche"), name="gin_trgm_ops"), name=nom)
