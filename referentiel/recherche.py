"""Finding a student: by INE, or by identity. One statement, columns listed, no model object.

The rules of the identity search are those of the referential: normal forms compared (SQL functions of the
migrations), a value unknown on either side matches anything, usage names never match. A presumed birth date is
stored at the first day of the period known, so that asking for 1 January, or for the first of a month, finds it by
plain equality. A birth place is compared through the history of places (`referentiel.lieux`, ADR 0015): the one that is
asked becomes, for this birth date, all the codes under which it may be registered.

The statements are fragments: the reading API joins them to the opening of the call. `{fictif}` is the condition
that keeps the sandbox and the real world apart: it is filled by a literal of the caller's code, never by a value.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from referentiel.complements import reference
from referentiel.dossiers import Dossier, Trouve
from referentiel.lieux import motifs

# What each value of a search is read from. The statement's columns follow the fields of `Trouve`, then of `Dossier`: a
# field added there without its expression here stops at import.
_EXPRESSIONS = {
    "etudiant_id": "e.id",
    "ine": "e.ine",
    "nom": "e.nom_naissance",
    "prenom": "e.prenoms[1]",
    "date_naissance": "e.date_naissance::text",
    "statut": "i.statut",
    "regime": "i.regime",
    "date_debut": "i.date_debut::text",
    "date_fin": "i.date_fin::text",
    "code_commune": "i.code_commune",
    "uai": "s.uai",
    "etablissement": "s.nom",
}
*_PERSONNE, _ = Trouve._fields  # `dossiers`, the last, is made of the rows
_COLONNES = ", ".join(f"{_EXPRESSIONS[champ]} AS {champ}" for champ in (*_PERSONNE, *Dossier._fields))

#: Parameters: see `parametres_ine`. The INE of a student merged into another leads to the kept one: one lookup more, in
#: a table of a few rows.
SQL_INE = f"""
SELECT {_COLONNES}
FROM referentiel_etudiant e
JOIN referentiel_inscription i ON i.etudiant_id = e.id
JOIN referentiel_etablissement s ON s.id = i.etablissement_id
WHERE e.ine = coalesce(
        (SELECT g.ine FROM referentiel_ineremplace r JOIN referentiel_etudiant g ON g.id = r.etudiant_id
         WHERE r.ancien_ine = %s AND r.fictif = {{fictif}}), %s)
  AND e.fictif = {{fictif}} AND i.date_fin >= %s::date
"""  # noqa: S608 (constants only)

#: Parameters: see `parametres_identite`.
SQL_IDENTITE = f"""
SELECT {_COLONNES}
FROM referentiel_etudiant e
JOIN referentiel_inscription i ON i.etudiant_id = e.id
JOIN referentiel_etablissement s ON s.id = i.etablissement_id
WHERE e.cle_nom = referentiel_cle_nom(%s::text) AND e.date_naissance = %s::date AND e.fictif = {{fictif}}
  AND referentiel_prenom_repond(e.cle_prenom, referentiel_prenom_demande(%s::text))
  AND (e.sexe IS NULL OR %s::text IS NULL OR e.sexe = %s)
  AND (e.lieu_naissance IS NULL OR %s::text IS NULL OR e.lieu_naissance LIKE ANY (string_to_array(%s::text, ' ')))
  AND i.date_fin >= %s::date
ORDER BY e.id LIMIT 500
"""  # noqa: S608 (constants only)


def parametres_ine(*, ine: str, depuis: date) -> tuple[object, ...]:
    return (ine, ine, depuis)


def parametres_identite(
    *, nom: str, prenom: str, date_naissance: date, sexe: str | None, lieu: str | None, depuis: date
) -> tuple[object, ...]:
    """`prenom`: the given names asked, in one string; empty for a person who has none. `lieu`: COG code or country.

    Asks for the reference of communes: see `complements.sous_la_main`.
    """
    codes = None if lieu is None else motifs(lieu, date_naissance, reference())
    lieux = None if codes is None else " ".join(codes)
    return (nom, date_naissance, prenom, sexe, sexe, lieux, lieux, depuis)


def assembler(lignes: Iterable[tuple[Any, ...]]) -> list[Trouve]:
    """The students of a search's rows, one record a row, the rows of a student together."""
    return [
        Trouve._make(
            (
                *premiere[: len(_PERSONNE)],
                [Dossier._make(ligne[len(_PERSONNE) :]) for ligne in (premiere, *suite)],
            )
        )
        for _, (premiere, *suite) in groupby(lignes, key=itemgetter(0))
    ]
