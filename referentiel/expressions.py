"""What the ORM's queries share."""

from django.db.models import Func


class Normalise(Func):
    """The database's normal form of names: letters without accents, in upper case."""

    function = "referentiel_normaliser"
