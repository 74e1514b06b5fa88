"""One line a field of an inscription: everything that tells, reads, writes or gives back inscriptions derives from it.

Adding a field is adding a line here, a column to `Inscription` and a migration. Staging table, comparisons, updates,
withdrawals, sandbox, files, model of file and exports then have it (`tests/referentiel/test_champs_d_inscription.py`).

Order is that of the contract (§6): errors are said in it.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

from referentiel.nomenclatures import REGIME_PAR_NUMERO, STATUT_PAR_NUMERO, Cursus, Regime, Sexe, Statut


class Role(Enum):
    """What a field is for."""

    ETUDIANT = "etudiant"  # with the other one, designates the student
    ETABLISSEMENT = "etablissement"
    CLE = "cle"  # with student and establishment, tells an inscription from the others
    VALEUR = "valeur"  # what another sending of the same inscription changes
    IDENTITE = "identite"  # inside `identite` on the wire: creates a student whose INE is unknown


class Lecture(NamedTuple):
    """How a value is read. `genre` names a reader of `referentiel.ecriture.validation`."""

    genre: str  # ine, jour, uai, choix, lieu_etudes, texte, or '' when `identite` reads it
    choix: Mapping[
        str, str
    ] = {}  # of a closed list: every plain form → code; labels are compared by their key
    libelles: Mapping[str, str] = {}  # code → label, for people
    maximum: int = 0  # of a text, in characters


class Champ(NamedTuple):
    nom: str  # on the wire
    colonne: str  # of the staging table; of the inscription too when it is a key or a value
    type_sql: str
    role: Role
    lecture: Lecture
    libelle: str  # title of the column in files and on screens
    sens: str  # for someone who has never seen the API
    attendu: str  # what a well-formed value looks like
    exemple: str
    alias: tuple[str, ...] = ()  # other titles, told to people (`imports.titres` has more)
    obligatoire: bool = False
    #: What a new inscription has when the value is not given. `codeCommune`: that of the establishment.
    defaut: str = ""

    @property
    def champ(self) -> str:
        """The name that errors bear."""
        return f"identite.{self.nom}" if self.role is Role.IDENTITE else self.nom

    @property
    def defaut_sql(self) -> str:
        """The same, where `t` is the establishment of the line."""
        return "t.code_commune" if self.lecture.genre == "lieu_etudes" else f"'{self.defaut}'"

    @property
    def date(self) -> bool:
        return self.type_sql == "date"


def _choix(formes: Mapping[str, str], libelles: Iterable[tuple[str, str]]) -> Lecture:
    # Plain texts, not members of the enumerations: they go to the database driver a million times.
    return Lecture("choix", {forme: str(code) for forme, code in formes.items()}, dict(libelles))


_STATUTS = STATUT_PAR_NUMERO | {code: code for code in Statut.values}
_REGIMES = (
    REGIME_PAR_NUMERO
    | {code: code for code in Regime.values}
    | {libelle: code for code, libelle in Regime.choices}
)
_CURSUS = {forme: code for code in Cursus.values for forme in (code, code.lower())}
_SEXES = {forme: code for code in Sexe.values for forme in (code, code.lower())}

CHAMPS: tuple[Champ, ...] = (
    Champ(
        "ine", "ine", "text", Role.ETUDIANT, Lecture("ine"), "INE",
        "Identifiant national de l'étudiant, tel qu'il figure sur son relevé de notes du baccalauréat.",
        "11 chiffres et lettres, par exemple 0123456789M ; mettez la colonne au format Texte si votre tableur retire "
        "les zéros de tête",
        "0123456789M", ("Numéro INE", "Code INE", "Identifiant national étudiant"), True,
    ),
    Champ(
        "dateNaissance", "date_naissance", "date", Role.ETUDIANT, Lecture("jour"), "Date de naissance",
        "Date de naissance de l'étudiant. Elle est comparée à celle qui est connue pour cet INE.",
        "une date AAAA-MM-JJ, par exemple 2004-03-27 ; dans un fichier, 27/03/2004 convient aussi",
        "2004-03-27", ("Né le", "Née le", "Date naissance"), True,
    ),
    Champ(
        "uai", "etablissement_id", "bigint", Role.ETABLISSEMENT, Lecture("uai"), "UAI",
        "Code de l'établissement où l'étudiant est inscrit ou admis.",
        "7 chiffres suivis d'une lettre, par exemple 0311384L",
        "0311384L", ("Code UAI", "Numéro UAI", "UAI établissement", "RNE", "Code RNE"), True,
    ),
    Champ(
        "dateDebutInscription", "date_debut", "date", Role.CLE, Lecture("jour"), "Date de début d'inscription",
        "Premier jour de l'inscription.",
        "une date AAAA-MM-JJ, par exemple 2026-09-01 ; dans un fichier, 01/09/2026 convient aussi",
        "2026-09-01",
        ("Date début inscription", "Date de début de l'inscription", "Date de début", "Début", "Date début"), True,
    ),
    Champ(
        "dateFinInscription", "date_fin", "date", Role.VALEUR, Lecture("jour"), "Date de fin d'inscription",
        "Dernier jour de l'inscription, six ans au plus après le premier.",
        "une date AAAA-MM-JJ, par exemple 2027-08-31 ; dans un fichier, 31/08/2027 convient aussi",
        "2027-08-31", ("Date fin inscription", "Date de fin de l'inscription", "Date de fin", "Fin", "Date fin"), True,
    ),
    Champ(
        "statut", "statut", "text", Role.VALEUR, _choix(_STATUTS, Statut.choices), "Statut",
        "« admis » tant que l'étudiant n'a pas terminé son inscription, « inscrit » ensuite.",
        "admis (ou 1), inscrit (ou 2)",
        "inscrit", ("Statut étudiant", "Statut inscription"), True,
    ),
    Champ(
        "regime", "regime", "text", Role.VALEUR, _choix(_REGIMES, Regime.choices), "Régime",
        "Régime de formation. Sans valeur, le régime enregistré est gardé ; une inscription nouvelle est en formation "
        "initiale.",
        "RF1 à RF7, 1 à 7, ou le libellé du régime (par exemple « formation initiale »)",
        "RF1", ("Régime de formation", "Régime d'inscription", "Code régime", "Régime formation"),
        defaut=str(Regime.RF1),
    ),
    Champ(
        "codeCommune", "code_commune", "text", Role.VALEUR, Lecture("lieu_etudes"), "Code commune",
        "Commune du lieu d'études. Sans valeur, celle qui est enregistrée est gardée ; pour une inscription nouvelle, "
        "celle de l'établissement.",
        "le code Insee (COG) de la commune du lieu d'études, 5 caractères, par exemple 31555 ; mettez la colonne au "
        "format Texte si votre tableur retire le zéro de tête",
        "31555",
        (
            "Code de la commune", "Code Insee", "Code COG", "COG", "Code postal", "Code commune lieu d'études",
            "Code Insee commune",
        ),
    ),
    Champ(
        "cursus", "cursus", "text", Role.VALEUR, _choix(_CURSUS, Cursus.choices), "Cursus",
        "Licence, master ou doctorat. Sans valeur pour les autres diplômes.", "L, M ou D",
        "L", ("Cursus LMD",),
    ),
    Champ(
        "diplome", "diplome", "text", Role.CLE, Lecture("texte", maximum=255), "Diplôme",
        "Diplôme préparé. Il distingue deux inscriptions qui commencent le même jour.", "un texte",
        "Licence de droit", ("Libellé diplôme", "Intitulé du diplôme"),
    ),
    Champ(
        "niveauDiplome", "niveau_diplome", "text", Role.VALEUR, Lecture("texte", maximum=100), "Niveau du diplôme",
        "Année ou niveau dans le diplôme.", "un texte",
        "L1", ("Niveau", "Niveau de diplôme", "Niveau diplôme"),
    ),
    Champ(
        "nomNaissance", "nom_naissance", "text", Role.IDENTITE, Lecture(""), "Nom de naissance",
        "Nom de naissance. Utile quand l'étudiant n'est pas encore connu : il est alors créé.",
        "le nom de naissance, avec au moins une lettre",
        "Le Goff", ("Nom", "Nom patronymique", "Nom de famille"),
    ),
    Champ(
        "prenoms", "prenoms", "text[]", Role.IDENTITE, Lecture(""), "Prénoms",
        "Tous les prénoms, dans l'ordre de l'état civil.",
        "les prénoms dans l'ordre de l'état civil : une liste de textes dans l'API, séparés par des virgules dans un "
        "fichier ; vide pour une personne qui n'a qu'un nom",
        "Anne-Marie, Gaëlle", ("Prénom", "Prénom(s)"),
    ),
    Champ(
        "sexe", "sexe", "text", Role.IDENTITE, _choix(_SEXES, Sexe.choices)._replace(genre=""), "Sexe",
        "Sexe à l'état civil.", "M, F, ou rien s'il n'est pas connu", "F", ("Genre", "Sexe état civil"),
    ),
    Champ(
        "codeCogInseeCommuneNaissance", "lieu_naissance", "text", Role.IDENTITE, Lecture(""),
        "Code commune de naissance", "Lieu de naissance.",
        "le code Insee de la commune, ou 99 et trois chiffres pour un pays étranger",
        "29232",
        (
            "Commune de naissance", "Lieu de naissance", "Code Insee de naissance", "Code lieu de naissance",
            "Code Insee commune de naissance", "Code de la commune de naissance",
        ),
    ),
)  # fmt: skip

PAR_NOM = {champ.nom: champ for champ in CHAMPS}
VALEURS = tuple(champ for champ in CHAMPS if champ.role is Role.VALEUR)
IDENTITE = tuple(champ for champ in CHAMPS if champ.role is Role.IDENTITE)
CLES = tuple(champ for champ in CHAMPS if champ.role is Role.CLE)
FACULTATIVES = tuple(champ for champ in VALEURS if not champ.obligatoire)
#: What the row of an inscription says of itself, keys first.
ECRITS = (*CLES, *VALEURS)
#: Readable from a line alone; the others have rules that cross fields, written where they are judged.
GENERAUX = tuple(champ for champ in CHAMPS if champ.lecture.genre in ("choix", "lieu_etudes", "texte"))


def lister(champs: Iterable[Champ], source: str = "") -> str:
    """`s.statut, s.regime, …`"""
    return ", ".join(f"{source}.{champ.colonne}" if source else champ.colonne for champ in champs)


def affecter(champs: Iterable[Champ], source: str) -> str:
    """`statut = s.statut, …`, for an UPDATE."""
    return ", ".join(f"{champ.colonne} = {source}.{champ.colonne}" for champ in champs)


def different(champs: Iterable[Champ], une: str, autre: str) -> str:
    """Whether two rows differ, a null being a value."""
    champs = tuple(champs)
    return f"({lister(champs, une)}) IS DISTINCT FROM ({lister(champs, autre)})"


def completer(champs: Iterable[Champ], *, neuf: str, ancien: str) -> str:
    """The values of a row once a line is merged into it: what is not given stays, or is that of a new inscription."""
    return ", ".join(
        f"coalesce({neuf}.{un.colonne}, {ancien}.{un.colonne}"
        + ("" if un.obligatoire else f", {un.defaut_sql}")
        + f") AS {un.colonne}"
        for un in champs
    )


def declarer(champs: Iterable[Champ]) -> str:
    """`statut text, …`, for a table or a record."""
    return ", ".join(f"{champ.colonne} {champ.type_sql}" for champ in champs)
