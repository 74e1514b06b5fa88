"""The citizens of the demonstration: as FranceConnect knows them, and as the register does. Nobody here exists.

Each is there for the way in which an identity is written: what FranceConnect sends and what an establishment recorded
are seldom the same letters. The local FranceConnect offers all of them; `etudiants` makes those that are registered.
"""

from datetime import date
from typing import Any, NamedTuple

FRANCE = "99100"


class AuRegistre(NamedTuple):
    """The same person, as the establishments recorded them."""

    ine: str
    nom: str
    prenoms: tuple[str, ...]
    sexe: str | None
    naissance: date
    precision: str
    lieu: str | None


class Citoyen(NamedTuple):
    """`cle` chooses them; `gender`, `birthplace` and `birthcountry` are FranceConnect's values."""

    cle: str
    cas: str
    family_name: str
    prenoms: tuple[str, ...]
    birthdate: str
    gender: str
    birthplace: str
    birthcountry: str
    registre: AuRegistre | None
    preferred_username: str = ""

    @property
    def nom_affiche(self) -> str:
        return f"{' '.join(self.prenoms)} {self.family_name}".strip()

    def claims(self) -> dict[str, Any]:
        """The pivot identity: all of it. An unknown birthplace is empty, the given names of who has none are absent."""
        claims: dict[str, Any] = {
            "family_name": self.family_name,
            "birthdate": self.birthdate,
            "gender": self.gender,
            "birthplace": self.birthplace,
            "birthcountry": self.birthcountry,
        }
        if self.prenoms:
            claims |= {"given_name": " ".join(self.prenoms), "given_name_array": list(self.prenoms)}
        if self.preferred_username:
            claims["preferred_username"] = self.preferred_username
        return claims


def _registre(
    ine: str,
    nom: str,
    prenoms: str,
    sexe: str | None,
    naissance: str,
    lieu: str | None,
    precision: str = "jour",
) -> AuRegistre:
    liste = tuple(prenoms.split(",")) if prenoms else ()
    return AuRegistre(ine, nom, liste, sexe, date.fromisoformat(naissance), precision, lieu)


# fmt: off
CITOYENS: tuple[Citoyen, ...] = (
    Citoyen("agathe", "apostrophe dans le nom", "D'ARTIGUES", ("Agathe", "Rose"), "2004-05-17", "female", "32013",
            FRANCE, _registre("0900000001W", "d’Artigues", "Agathe", "F", "2004-05-17", "32013")),
    Citoyen("elodie", "accents et œ", "BŒUFFARD", ("Élodie", "Zoé"), "2005-11-02", "female", "69384", FRANCE,
            _registre("0900000002X", "BOEUFFARD", "ELODIE,ZOE", "F", "2005-11-02", "69384")),
    Citoyen("hugo", "tout en minuscules", "de la tourelle", ("hugo",), "2003-02-28", "male", "33063", FRANCE,
            _registre("0900000003Y", "DE LA TOURELLE", "Hugo", "M", "2003-02-28", "33063")),
    Citoyen("ines", "trait d'union dans le nom", "Saint-Marcelin", ("Inès",), "2006-07-14", "female", "13208", FRANCE,
            _registre("0900000004Z", "SAINT MARCELIN", "Ines", "F", "2006-07-14", "13208")),
    Citoyen("jean-baptiste", "plusieurs prénoms, le premier à trait d'union", "Lavergnat",
            ("Jean-Baptiste", "Marie", "Paul"), "2002-09-30", "male", "87085", FRANCE,
            _registre("0900000005A", "Lavergnat", "Jean-Baptiste,Marie,Paul", "M", "2002-09-30", "87085")),
    Citoyen("anne", "plusieurs prénoms sans trait d'union", "Quillien", ("Anne", "Laure", "Sophie"), "2001-12-08",
            "female", "29232", FRANCE,
            _registre("0900000006B", "QUILLIEN", "Anne Laure,Sophie", "F", "2001-12-08", "29232")),
    Citoyen("camille", "nom d'usage à côté du nom de naissance", "Roussignol", ("Camille",), "1999-04-21", "female",
            "75112", FRANCE,
            _registre("0900000007C", "ROUSSIGNOL", "Camille", "F", "1999-04-21", "75112"),
            preferred_username="Vandermeulen"),
    Citoyen("alix", "sexe non précisé", "Fontbelle", ("Alix",), "2004-08-19", "unspecified", "35238", FRANCE,
            _registre("0900000008D", "Fontbelle", "Alix", "F", "2004-08-19", "35238")),
    Citoyen("leo", "lieu de naissance absent", "Marchaudon", ("Léo",), "2005-01-25", "male", "", FRANCE,
            _registre("0900000009E", "MARCHAUDON", "Leo", "M", "2005-01-25", "44109")),
    Citoyen("ghjulia", "née en Corse", "Casabianda", ("Ghjulia",), "2003-06-11", "female", "2A004", FRANCE,
            _registre("0900000010F", "CASABIANDA", "Ghjulia", "F", "2003-06-11", "2A004")),
    Citoyen("teva", "né en Polynésie française", "Tehaamoana", ("Teva", "Manu"), "2004-10-03", "male", "98735", FRANCE,
            _registre("0900000011G", "TEHAAMOANA", "Teva,Manu", "M", "2004-10-03", "98735")),
    Citoyen("nadir", "né à l'étranger", "Benhaddouche", ("Nadir",), "2000-03-15", "male", "", "99352",
            _registre("0900000012H", "BENHADDOUCHE", "Nadir", "M", "2000-03-15", "99352")),
    Citoyen("aminata", "seule l'année de naissance est connue", "Diarrasouba", ("Aminata",), "2001-01-01", "female", "",
            "99335", _registre("0900000013J", "DIARRASOUBA", "Aminata", "F", "2001-01-01", "99335", "annee")),
    Citoyen("farshad", "seuls le mois et l'année de naissance sont connus", "Hosseinpanah", ("Farshad",), "1998-09-01",
            "male", "", "99212",
            _registre("0900000014K", "HOSSEINPANAH", "Farshad", "M", "1998-09-01", "99212", "mois")),
    Citoyen("suryani", "un seul nom, sans prénom", "Suryaningsih", (), "2002-06-20", "female", "", "99231",
            _registre("0900000015L", "SURYANINGSIH", "", "F", "2002-06-20", "99231")),
    Citoyen("thomas-lille", "homonyme, né à Lille", "Delattrez", ("Thomas",), "2004-02-10", "male", "59350", FRANCE,
            _registre("0900000016M", "DELATTREZ", "Thomas", "M", "2004-02-10", "59350")),
    Citoyen("thomas-arras", "homonyme né le même jour, à Arras", "Delattrez", ("Thomas",), "2004-02-10", "male",
            "62041", FRANCE, _registre("0900000017N", "DELATTREZ", "Thomas", "M", "2004-02-10", "62041")),
    Citoyen("paule", "inconnue du référentiel", "Sansinscription", ("Paule",), "1985-05-05", "female", "06088", FRANCE,
            None),
)
# fmt: on

PAR_CLE = {citoyen.cle: citoyen for citoyen in CITOYENS}
