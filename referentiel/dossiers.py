"""What a search brings back: plain tuples, because the reading path builds thousands of them a second.

They hold the *whole* of what was found. What a token may see of it is decided by the API, never here.
Dates are ISO strings, ready to be written; a value that the referential does not know is an empty string.
"""

from typing import NamedTuple


class Dossier(NamedTuple):
    """One inscription or admission, as stored."""

    statut: str
    regime: str
    date_debut: str
    date_fin: str
    code_commune: str
    uai: str
    etablissement: str


class Trouve(NamedTuple):
    """The one student that a search found, with the records of the period served.

    `prenom` is the first given name as registered: a compound one (`Marie-Anne`) stays whole.
    """

    etudiant_id: int
    ine: str
    nom: str
    prenom: str
    date_naissance: str
    dossiers: list[Dossier]
