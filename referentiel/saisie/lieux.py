"""The birth place that a person types in a form: a code, or what their papers say."""

import datetime

from referentiel.complements import reference
from referentiel.identifiants import IdentifiantInvalide, lire_date
from referentiel.lieux_nommes import lieu_de_naissance_par_texte

AIDE = "Commune et département, par exemple Toulouse (31), pays, ou code Insee."


def code_du_lieu(texte: str, naissance: str) -> str:
    """The COG code when the text tells one place; the text itself otherwise, for the rule of the field to judge.

    `naissance`: the birth date as it was typed (ISO), by which old codes are read.
    """
    jour: datetime.date | None
    try:
        jour = lire_date(naissance)
    except IdentifiantInvalide:
        jour = None
    lieu = lieu_de_naissance_par_texte(texte, jour, reference())
    return lieu.code if lieu and lieu.code and lieu.avis is None else texte
