"""What a deposited file looks like, before anything is done with it: format, columns, values, first lines.

Made of what the worker has kept of it (`analyse`) and of what the person has chosen: nothing is opened.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from referentiel.champs_d_inscription import PAR_NOM
from referentiel.ecriture.signalements import montrer
from referentiel.ecriture.textes import cle_libelle
from referentiel.imports.colonnes import CONSTANTES, Colonne, identifier_tous
from referentiel.imports.correspondance import CODES, Correspondance
from referentiel.imports.depots.rapport import ECRITES
from referentiel.imports.reglages import LAISSER, REJETER, Reglages
from referentiel.models import Lot


class ColonneVue(NamedTuple):
    cle: str  # its key in `Lot.colonnes`
    titre: str
    champ: str  # identifier of the field it is read as, '' when ignored
    detecte: str  # the field that its title alone designates
    choisi: bool  # by a person
    extraits: list[str]  # its first values


class LigneVue(NamedTuple):
    numero: int
    cellules: list[str]
    refus: str  # why it cannot be cut into cells; '' when it can


class ValeurVue(NamedTuple):
    """A value of a closed list, in a column of the file."""

    champ: str
    cle: str  # by which it is named in the settings
    valeur: str
    nombre: int
    code: str  # what it is taken for: a code, REJETER, LAISSER, or '' when it must be asked
    choisie: bool  # by a person, for this file or one before

    @property
    def inconnue(self) -> bool:
        """Neither recognised nor chosen: its lines are rejected, unless somebody says what it means."""
        return self.code == REJETER and not self.choisie


class Apercu(NamedTuple):
    format: str
    encodage: str  # '' when the format settles it
    separateur: str
    colonnes: list[ColonneVue]
    modifiable: bool  # whether columns may be chosen: a JSON file names its fields itself
    lignes: list[LigneVue]
    manquantes: list[Colonne]
    doublees: list[Colonne]
    erreurs: tuple[str, ...]  # French; they prevent the import
    avis: tuple[str, ...]  # French; they do not
    nombre: int
    valeurs: list[ValeurVue]
    constantes: dict[
        str, str
    ]  # field that no column gives → what is said of it for the whole file, '' so far
    feuilles: list[str]
    feuille: str
    entete: int  # number of the row of titles, 0 when there is none
    candidates: list[tuple[int, list[str]]]
    accents: list[str]


def apercevoir(lot: Lot) -> Apercu:
    """`lot` has been analysed."""
    faits: dict[str, Any] = lot.analyse or {}
    reglages = Reglages.lire(lot.reglages)
    correspondance = correspondance_de(lot)
    valeurs = _valeurs(correspondance, faits["distinctes"]) if correspondance else []
    return Apercu(
        format=faits["format"],
        encodage=faits["encodage"],
        separateur=faits["separateur"],
        colonnes=_colonnes(correspondance, faits["extraits"]),
        modifiable=correspondance is not None,
        lignes=[LigneVue(*ligne) for ligne in faits["lignes"]],
        manquantes=correspondance.manquantes if correspondance else [],
        doublees=correspondance.doublees if correspondance else [],
        erreurs=(
            *(correspondance.erreurs if correspondance else ()),
            *(_A_DIRE.format(montrer(une.valeur)) for une in valeurs if not une.code),
        ),
        avis=(*faits["avis"], *(correspondance.avis if correspondance else ())),
        nombre=faits["nombre"],
        valeurs=valeurs,
        constantes=_constantes(correspondance, reglages) if correspondance else {},
        feuilles=faits.get("feuilles", []),
        feuille=faits.get("feuille", ""),
        entete=faits.get("entete", 0),
        candidates=[(numero, cellules) for numero, cellules in faits.get("candidates", [])],
        accents=faits.get("accents", []),
    )


_A_DIRE = (
    "Régime « {} » : un chiffre seul peut vouloir dire deux choses. Choisissez ci-dessous le régime qu'il "
    "désigne dans votre "
    "fichier."
)


def correspondance_de(lot: Lot) -> Correspondance | None:
    """None for a JSON file."""
    entetes = (lot.analyse or {}).get("entetes")
    if entetes is None:
        return None
    return Correspondance(entetes, lot.colonnes, Reglages.lire(lot.reglages), uais=lot.uais)


def _colonnes(correspondance: Correspondance | None, extraits: Mapping[str, list[str]]) -> list[ColonneVue]:
    if correspondance is None:
        noms = [colonne.identifiant for colonne in ECRITES]
        return [ColonneVue(nom, nom, nom, nom, choisi=False, extraits=[]) for nom in noms]
    return [
        ColonneVue(
            cle,
            titre,
            _nom(colonne),
            _nom(detectee),
            choisi=cle in correspondance.choix,
            extraits=extraits.get(cle, []),
        )
        for cle, titre, colonne, detectee in zip(
            correspondance.cles,
            correspondance.entetes,
            correspondance.colonnes,
            identifier_tous(correspondance.entetes),
            strict=True,
        )
    ]


def _nom(colonne: Colonne | None) -> str:
    return "" if colonne is None or colonne.ignoree else colonne.identifiant


def _valeurs(
    correspondance: Correspondance, distinctes: Mapping[str, list[tuple[str, int]]]
) -> list[ValeurVue]:
    """Those of closed lists, when a column has few enough to be one."""
    vues = []
    for cle, colonne in zip(correspondance.cles, correspondance.colonnes, strict=True):
        if colonne is None or colonne.identifiant not in CODES:
            continue
        nom = colonne.identifiant
        vues += [
            ValeurVue(
                nom,
                cle_libelle(valeur),
                valeur,
                nombre,
                correspondance.proposer(nom, valeur),
                choisie=cle_libelle(valeur) in correspondance.reglages.valeurs.get(nom, {}),
            )
            for valeur, nombre in distinctes.get(cle, [])
        ]
    return vues


def choix_de(nom: str) -> list[tuple[str, str]]:
    """(code, label): what a value of this closed list may be taken for."""
    libelles = PAR_NOM[nom].lecture.libelles
    codes = [
        (code, f"{code} – {libelle}" if nom == "regime" else libelle) for code, libelle in libelles.items()
    ]
    facultatif = [] if PAR_NOM[nom].obligatoire else [(LAISSER, "Ne pas lire cette valeur")]
    return [*codes, *facultatif, (REJETER, "Rejeter ces lignes")]


def _constantes(correspondance: Correspondance, reglages: Reglages) -> dict[str, str]:
    lues = {colonne.identifiant for colonne in correspondance.colonnes if colonne is not None}
    return {
        nom: reglages.constantes.get(nom, correspondance.constantes.get(nom, ""))
        for nom in CONSTANTES
        if nom not in lues
    }
