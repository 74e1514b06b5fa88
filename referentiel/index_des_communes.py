"""Finding communes otherwise than by their code: by name, by postal code, by the commune that holds them today."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import NamedTuple

from referentiel.histoire import NomPorte, histoire
from referentiel.noms import normaliser_nom


class Commune(NamedTuple):
    nom: str  # empty for the old codes that the source does not name
    type: str
    departement: str  # where the place is today, whatever its old code begins with
    code_actuel: str  # for an old code or an arrondissement: the commune of today; else empty
    codes_postaux: tuple[str, ...]
    annee_fin: int | None  # of an old code: the last year when births took it, when known
    autres_noms: tuple[str, ...]


#: Births before 1976: Corsica was one département.
_CORSE = {"2A", "2B"}

_ABREGES = {"ST": "SAINT", "STE": "SAINTE"}
_CEDEX = re.compile(r" CEDEX( [0-9]+)?$")


def departement_du_code(code: str) -> str:
    """The département that a COG code begins with: two characters, three overseas."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def cle_commune(nom: str) -> str:
    """What two writings of a commune's name share: its letters, without spaces nor abbreviations."""
    mots = _CEDEX.sub("", normaliser_nom(re.sub(r"\b([Ss])/", r"\1ur ", nom))).split(" ")
    return "".join(_ABREGES.get(mot, mot) for mot in mots)


class IndexDesCommunes:
    """Over one state of the reference: the file shipped, with or without what the ministry added."""

    def __init__(self, communes: Mapping[str, Commune]) -> None:
        self._communes = communes
        self.reunies = _grouper((c.code_actuel, code) for code, c in communes.items() if c.code_actuel)
        self.codes_postaux = _grouper(
            (code_postal, code)
            for code, c in communes.items()
            if c.type != "ancienne"
            for code_postal in c.codes_postaux
            # A whole city has the postal codes of its arrondissements, which say more.
            if code not in self.reunies or not self._est_une_ville_entiere(code)
        )
        self._noms_faits: dict[str, tuple[NomPorte, ...]] | None = None
        self._verrou = Lock()

    @property
    def _noms(self) -> dict[str, tuple[NomPorte, ...]]:
        """ "département NAME" → who bore it. Built at the first name asked: codes are enough for most processes."""
        if self._noms_faits is None:
            with self._verrou:
                if self._noms_faits is None:
                    self._noms_faits = self._par_departement()
        return self._noms_faits

    def _est_une_ville_entiere(self, code: str) -> bool:
        return any(self._communes[une].type == "arrondissement" for une in self.reunies[code])

    def _portes(self) -> Iterable[NomPorte]:
        """Every name with the code that bore it."""
        for code, commune in self._communes.items():
            for nom in (commune.nom, *commune.autres_noms):
                if nom:
                    yield NomPorte(code, nom, commune.annee_fin)
        passe = histoire()
        for code, ancien in passe.anciens.items():
            # The seven hundred codes that the COG of today lists without a name, and Corsica's before 1976.
            connue = self._communes.get(code)
            if ancien.code_actuel in self._communes and (connue is None or not connue.nom):
                yield NomPorte(code, ancien.nom, ancien.annee_fin)
        yield from (porte for porte in passe.noms if porte.code in self._communes)

    def _par_departement(self) -> dict[str, tuple[NomPorte, ...]]:
        index: dict[str, list[NomPorte]] = defaultdict(list)
        for porte in self._portes():
            cle = cle_commune(porte.nom)
            for departement in self._departements(porte.code):
                index[f"{departement} {cle}"].append(porte)
        return {entree: tuple(portes) for entree, portes in index.items()}

    def _departements(self, code: str) -> set[str]:
        """The département of the time; people also say that of today."""
        aujourd_hui = self._communes[self._actuel(code)].departement
        departements = {departement_du_code(code), aujourd_hui}
        return departements | {"20"} if aujourd_hui in _CORSE else departements

    def _actuel(self, code: str) -> str:
        commune = self._communes.get(code)
        if commune is None:
            return histoire().anciens[code].code_actuel
        return commune.code_actuel if commune.type == "ancienne" else code

    def resoudre(self, nom: str, departement: str, annee: int | None) -> str | None:
        """See `ReferenceCommunes.resoudre`.

        Codes and names known to have been in use that year come first, then communes of today, then those of other
        times; a code that was no longer in use gives that of the commune of today.
        """
        cle = cle_commune(nom)
        departement = departement.strip().upper()
        candidats: dict[int, set[str]] = defaultdict(set)
        for porte in self._noms.get(f"{departement} {cle}", ()):
            commune = self._communes.get(porte.code)
            ancienne = commune is None or commune.type == "ancienne"
            if porte.annee_fin is not None:
                en_usage = annee is not None and annee <= porte.annee_fin
                # Said with today's département, an old code is not what is meant.
                if en_usage and departement_du_code(porte.code) in {departement, *_de_l_epoque(departement)}:
                    candidats[0].add(porte.code if commune else self._actuel(porte.code))
                else:
                    candidats[3].add(self._actuel(porte.code))
            elif ancienne or commune is None or cle_commune(commune.nom) != cle:
                candidats[2].add(porte.code)
            else:
                candidats[1].add(porte.code)
        if not candidats:
            return None
        meilleurs = candidats[min(candidats)]
        if len(meilleurs) > 1:  # the same place under several codes
            meilleurs = {self._actuel(code) for code in meilleurs}
        return meilleurs.pop() if len(meilleurs) == 1 else None

    def resoudre_partout(self, nom: str) -> str | None:
        """See `ReferenceCommunes.resoudre_partout`."""
        cle = cle_commune(nom)
        codes = {
            code
            for departement in {commune.departement for commune in self._communes.values()}
            for porte in self._noms.get(f"{departement} {cle}", ())
            if (commune := self._communes.get(code := porte.code))
            and commune.type == "actuelle"
            and cle_commune(commune.nom) == cle
        }
        return codes.pop() if len(codes) == 1 else None


def _de_l_epoque(departement: str) -> set[str]:
    return {"20"} if departement in _CORSE else set()


def _grouper(paires: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groupes: dict[str, list[str]] = defaultdict(list)
    for cle, code in paires:
        groupes[cle].append(code)
    return {cle: tuple(codes) for cle, codes in groupes.items()}
