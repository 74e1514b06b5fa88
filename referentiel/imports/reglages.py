"""What a person decides of the reading of a file, beyond what its titles say: kept with the deposit
(`Lot.reglages`)."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

#: In `valeurs`, in place of a code: the lines are rejected, or the field is left as if it were blank.
REJETER, LAISSER = "?", "-"


class Reglages(NamedTuple):
    feuille: str = ""  # '': the one that looks most like a list of enrolments
    entete: int = 0  # number of the row of titles; 0: found out
    encodage: str = ""  # '': found out
    constantes: Mapping[str, str] = {}  # field → value of the lines that do not give it
    valeurs: Mapping[str, Mapping[str, str]] = {}  # field → key of a value (`textes.cle_libelle`) → code

    @classmethod
    def lire(cls, brut: Mapping[str, Any] | None) -> Self:
        return cls(**{cle: valeur for cle, valeur in (brut or {}).items() if cle in cls._fields})

    def ecrire(self) -> dict[str, Any] | None:
        """For the database: None when nothing was decided."""
        return {cle: valeur for cle, valeur in self._asdict().items() if valeur} or None


AUCUN = Reglages()
