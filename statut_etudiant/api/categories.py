"""Which categories of data an answer gives: what the exchange journal keeps of it.

Read from the body that is about to leave, and not from the scopes: the journal says what was given, so that
a student without a known place of study is not told that it was.
"""

from collections.abc import Iterable
from typing import Any

#: From the keys on the wire, v2 then v3, to the journal's codes, in the order in which it lists them.
CATEGORIES: dict[str, frozenset[str]] = {
    "identite": frozenset({"nom", "prenom", "dateNaissance", "identite"}),
    "ine": frozenset({"ine"}),
    "inscription": frozenset({"dateDebutInscription", "date_debut"}),
    "statut": frozenset({"statut", "est_inscrit"}),
    "regime": frozenset({"regime", "regime_formation"}),
    "commune": frozenset({"codeCommune", "code_cog_insee_commune"}),
    "etablissement": frozenset({"etablissement", "etablissement_etudes"}),
}


def categories(corps: dict[str, Any]) -> tuple[str, ...]:
    """The categories present in a rendered answer, v2 or v3."""
    donnees = corps.get("data", corps)
    dossiers: Iterable[dict[str, Any]] = donnees.get("inscriptions") or donnees.get("admissions") or ()
    cles = set(donnees).union(*dossiers)
    return tuple(code for code, parmi in CATEGORIES.items() if not parmi.isdisjoint(cles))
