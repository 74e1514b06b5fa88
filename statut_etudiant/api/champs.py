"""The fields of the reading answers, one declaration each.

What an answer holds, what the OpenAPI document says of it and what the exchange journal records of it are all read from
`CHAMPS`: to serve a new field is to add its line. Which scopes open it, on which records, is said by `perimetre.TABLE`
alone: a field is opened with its `donnee`, a word of that table.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import orjson

from referentiel.dossiers import Dossier, Trouve
from referentiel.nomenclatures import FORMATION_CONTINUE, FORMATION_INITIALE, Regime, Statut
from statut_etudiant.api.documentation.briques import (
    COMMUNE,
    EXEMPLE_NAISSANCE,
    EXEMPLE_NOM,
    EXEMPLE_PRENOM,
    INE,
    NOM_ETABLISSEMENT,
    UAI,
    Schema,
    booleen,
    date,
    objet_ferme,
    texte,
)
from statut_etudiant.api.perimetre import Case, Donnees

Corps = dict[str, Any]


class Categorie(StrEnum):
    """The categories of data of the exchange journal, in the order in which it lists them."""

    IDENTITE = "identite"
    INE = "ine"
    INSCRIPTION = "inscription"
    STATUT = "statut"
    REGIME = "regime"
    COMMUNE = "commune"
    ETABLISSEMENT = "etablissement"


class Sujet(Enum):
    """What a field tells something of."""

    ETUDIANT = Trouve
    DOSSIER = Dossier


class Forme(NamedTuple):
    """A field in one version.

    `cle`: its key (`identite.prenom` stands in the object `identite`). `lire`: its value, from the student or the
    record; None or an empty text when there is none, and the key is then absent. `schema`: its description, with an
    example.
    """

    cle: str
    lire: Callable[[Any], object]
    schema: Schema


class Champ(NamedTuple):
    """`v2`, `v3`, `bouquet` (the provider door): None in a version that does not serve it."""

    donnee: str
    categorie: Categorie
    sujet: Sujet
    v2: Forme | None
    v3: Forme | None
    bouquet: Forme | None = None


#: v2 knows two régimes only.
REGIME_V2 = {regime.value: "formation initiale" for regime in FORMATION_INITIALE} | {
    regime.value: "formation continue" for regime in FORMATION_CONTINUE
}
LIBELLE_REGIME = {regime.value: regime.label for regime in Regime}
ADMIS, INSCRIT = Statut.ADMIS.value, Statut.INSCRIT.value
ETUDIANT, DOSSIER = Sujet.ETUDIANT, Sujet.DOSSIER

_NOM = texte("Nom de naissance.", EXEMPLE_NOM)
_PRENOM = texte("Premier prénom, tel qu'enregistré.", EXEMPLE_PRENOM)
_NAISSANCE = date("Date de naissance.", EXEMPLE_NAISSANCE)
_STATUT = texte("Inscrit, ou admis sans inscription définitive.", INSCRIT, enum=Statut.values)
_DEBUT, _FIN = date("Début de l'inscription.", "2026-09-01"), date("Fin de l'inscription.", "2027-08-31")
_DEBUT_V3 = date("Début de l'inscription ou de l'admission.", "2026-09-01")
_FIN_V3 = date("Fin de l'inscription ou de l'admission.", "2027-08-31")
_DEBUT_ADMISSION = date("Début d'une admission, qui n'a pas dateDebutInscription.", "2026-09-01")
_FIN_ADMISSION = date("Fin d'une admission, qui n'a pas dateFinInscription.", "2027-08-31")


def _si(statut: str, lire: Callable[[Dossier], object]) -> Callable[[Dossier], object]:
    """The value, on the records of that statut alone."""
    return lambda dossier: lire(dossier) if dossier.statut == statut else None


CHAMPS: tuple[Champ, ...] = (
    Champ(
        "ine", Categorie.INE, ETUDIANT,
        v2=Forme("ine", lambda e: e.ine.upper(), INE),
        v3=None,
        bouquet=Forme("ine", lambda e: e.ine.upper(), INE),
    ),
    Champ(
        "identite", Categorie.IDENTITE, ETUDIANT,
        v2=Forme("nom", lambda e: e.nom, _NOM),
        v3=Forme("identite.nom_naissance", lambda e: e.nom, _NOM),
        bouquet=Forme("nomFamille", lambda e: e.nom, _NOM),
    ),
    Champ(
        "identite", Categorie.IDENTITE, ETUDIANT,
        v2=Forme("prenom", lambda e: e.prenom, _PRENOM),
        v3=Forme("identite.prenom", lambda e: e.prenom, _PRENOM),
        bouquet=Forme("prenom", lambda e: e.prenom, _PRENOM),
    ),
    Champ(
        "identite", Categorie.IDENTITE, ETUDIANT,
        v2=Forme("dateNaissance", lambda e: e.date_naissance, _NAISSANCE),
        v3=Forme("identite.date_naissance", lambda e: e.date_naissance, _NAISSANCE),
        bouquet=Forme("dateNaissance", lambda e: e.date_naissance, _NAISSANCE),
    ),
    Champ(
        "statut", Categorie.STATUT, DOSSIER,
        v2=Forme("statut", lambda d: d.statut, _STATUT),
        v3=Forme(
            "est_inscrit",
            lambda d: d.statut == INSCRIT,
            booleen("Vrai : inscrit ; faux : admis, sans inscription définitive.", exemple=True),
        ),
        bouquet=Forme("statut", lambda d: d.statut, _STATUT),
    ),
    Champ(
        "regime", Categorie.REGIME, DOSSIER,
        v2=Forme(
            "regime",
            lambda d: REGIME_V2[d.regime],
            texte("Régime de formation.", "formation initiale", enum=[*dict.fromkeys(REGIME_V2.values())]),
        ),
        v3=Forme(
            "regime_formation.libelle",
            lambda d: LIBELLE_REGIME[d.regime],
            texte("Régime de formation : libellé.", Regime.RF1.label, enum=Regime.labels),
        ),
        bouquet=Forme(
            "regime",
            lambda d: LIBELLE_REGIME[d.regime],
            texte("Régime de formation.", Regime.RF1.label, enum=Regime.labels),
        ),
    ),
    Champ(
        "regime", Categorie.REGIME, DOSSIER,
        v2=None,
        v3=Forme(
            "regime_formation.code",
            lambda d: d.regime,
            texte("Régime de formation : code.", "RF1", enum=Regime.values),
        ),
    ),
    # v2 tells an admission by the keys of its dates: its clients look at which one is there. So these keys say the
    # statut too, which v2 never opens without the dates nor them without it (`perimetre.ESSENTIEL`).
    Champ(
        "dates", Categorie.INSCRIPTION, DOSSIER,
        v2=Forme("dateDebutInscription", _si(INSCRIT, lambda d: d.date_debut), _DEBUT),
        v3=Forme("date_debut", lambda d: d.date_debut, _DEBUT_V3),
        bouquet=Forme("dateDebutInscription", lambda d: d.date_debut, _DEBUT_V3),
    ),
    Champ(
        "dates", Categorie.INSCRIPTION, DOSSIER,
        v2=Forme("dateFinInscription", _si(INSCRIT, lambda d: d.date_fin), _FIN),
        v3=Forme("date_fin", lambda d: d.date_fin, _FIN_V3),
        bouquet=Forme("dateFinInscription", lambda d: d.date_fin, _FIN_V3),
    ),
    Champ(
        "dates", Categorie.INSCRIPTION, DOSSIER,
        v2=Forme("dateDebutAdmission", _si(ADMIS, lambda d: d.date_debut), _DEBUT_ADMISSION),
        v3=None,
    ),
    Champ(
        "dates", Categorie.INSCRIPTION, DOSSIER,
        v2=Forme("dateFinAdmission", _si(ADMIS, lambda d: d.date_fin), _FIN_ADMISSION),
        v3=None,
    ),
    Champ(
        "commune", Categorie.COMMUNE, DOSSIER,
        v2=Forme("codeCommune", lambda d: d.code_commune, COMMUNE),
        v3=Forme("code_cog_insee_commune", lambda d: d.code_commune, COMMUNE),
        bouquet=Forme("codeCommune", lambda d: d.code_commune, COMMUNE),
    ),
    Champ(
        "etablissement", Categorie.ETABLISSEMENT, DOSSIER,
        v2=Forme("etablissement.uai", lambda d: d.uai, UAI),
        v3=Forme("etablissement_etudes.uai", lambda d: d.uai, UAI),
        bouquet=Forme("etablissement.uai", lambda d: d.uai, UAI),
    ),
    Champ(
        "etablissement", Categorie.ETABLISSEMENT, DOSSIER,
        v2=Forme("etablissement.nom", lambda d: d.etablissement, NOM_ETABLISSEMENT),
        v3=Forme("etablissement_etudes.nom", lambda d: d.etablissement, NOM_ETABLISSEMENT),
        bouquet=Forme("etablissement.nomEtablissement", lambda d: d.etablissement, NOM_ETABLISSEMENT),
    ),
)  # fmt: skip

#: What is said of the objects in which some fields stand.
OBJETS = {"identite": "Jamais rendue par FranceConnect, qui la connaît déjà."}


class Rendu(NamedTuple):
    """A body, and the categories of data that it gives: what the journal keeps of it."""

    corps: Corps
    categories: tuple[str, ...]


class _Ecriture(NamedTuple):
    """A declaration, ready to be followed thousands of times a second."""

    groupe: str
    cle: str
    lire: Callable[[Any], object]
    categorie: Categorie


class Redaction:
    """Writes, in one version, what is visible of a student; and says what it may write."""

    def __init__(self, version: Literal["v2", "v3", "bouquet"], champs: Iterable[Champ] = CHAMPS) -> None:
        self._formes = [(champ, forme) for champ in champs if (forme := getattr(champ, version)) is not None]
        self._ecritures: dict[tuple[Sujet, Donnees], tuple[_Ecriture, ...]] = {}

    # --- answers

    def etudiant(self, trouve: Trouve, donnees: Donnees, categories: set[Categorie]) -> Corps:
        """What is visible of the student; its categories are added to those given."""
        return self._ecrire(ETUDIANT, trouve, donnees, categories)

    def dossiers(
        self, trouve: Trouve, visibles: Mapping[Case, Donnees], categories: set[Categorie]
    ) -> list[Corps]:
        """The visible records, latest first; their categories are added to those given.

        Ordered by what is shown of them: an order tells something.
        """
        rendus = []
        for dossier in trouve.dossiers:
            donnees = visibles.get((dossier.statut, dossier.regime))
            if donnees:
                rendu = self._ecrire(DOSSIER, dossier, donnees, categories)
                dates = (dossier.date_debut, dossier.date_fin) if "dates" in donnees else ("", "")
                rendus.append((dates, rendu))
        if len(rendus) > 1:
            rendus.sort(key=lambda un: (un[0], orjson.dumps(un[1])), reverse=True)
        return [rendu for _, rendu in rendus]

    def _ecrire(self, sujet: Sujet, objet_: object, donnees: Donnees, categories: set[Categorie]) -> Corps:
        corps: Corps = {}
        for groupe, cle, lire, categorie in self._ecritures.get((sujet, donnees)) or self._preparer(
            sujet, donnees
        ):
            valeur = lire(objet_)
            # A value that is not known is an absent key: clients never read a null nor an empty text.
            if valeur is None or valeur == "":
                continue
            if groupe:
                corps.setdefault(groupe, {})[cle] = valeur
            else:
                corps[cle] = valeur
            categories.add(categorie)
        return corps

    def _preparer(self, sujet: Sujet, donnees: Donnees) -> tuple[_Ecriture, ...]:
        ecritures = tuple(
            _Ecriture(*_separer(forme.cle), forme.lire, champ.categorie)
            for champ, forme in self._formes
            if champ.sujet is sujet and champ.donnee in donnees
        )
        self._ecritures[sujet, donnees] = ecritures
        return ecritures

    # --- the document

    def schema(self, sujet: Sujet, autres: Schema | None = None, **options: Any) -> Schema:
        """The object that holds the fields of `sujet` and no other, but for `autres`."""
        proprietes: Schema = {}
        groupes: dict[str, Schema] = {}
        for champ, forme in self._formes:
            if champ.sujet is sujet:
                groupe, cle = _separer(forme.cle)
                if groupe and groupe not in groupes:
                    groupes[groupe] = {}
                    proprietes[groupe] = {}
                (groupes[groupe] if groupe else proprietes)[cle] = forme.schema
        for groupe, membres in groupes.items():
            proprietes[groupe] = objet_ferme(membres)
            if groupe in OBJETS:
                proprietes[groupe]["description"] = OBJETS[groupe]
        return objet_ferme(proprietes | (autres or {}), **options)

    def exemple(self, sujet: Sujet, *, sauf: Iterable[str] = ()) -> Corps:
        """The object of the examples of the fields; `sauf`: those, or the objects, to leave out."""
        corps: Corps = {}
        for champ, forme in self._formes:
            groupe, cle = _separer(forme.cle)
            if champ.sujet is sujet and not {groupe, cle} & {*sauf}:
                (corps.setdefault(groupe, {}) if groupe else corps)[cle] = forme.schema["example"]
        return corps


def ordonner(categories: set[Categorie]) -> tuple[str, ...]:
    """As the journal lists them."""
    return _ordonner(frozenset(categories))


@lru_cache(maxsize=256)
def _ordonner(categories: frozenset[Categorie]) -> tuple[str, ...]:
    return tuple(categorie.value for categorie in Categorie if categorie in categories)


def _separer(cle: str) -> tuple[str, str]:
    groupe, _, reste = cle.rpartition(".")
    return groupe, reste
