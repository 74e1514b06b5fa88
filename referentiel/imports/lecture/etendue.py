"""Measures the extent of a sheet as a stream, to know what a reader would allocate before it does.

expat reads entities and encodings as any conforming reader does, and refuses amplification by itself; document types
are refused here, for no spreadsheet has any.
"""

from xml.parsers import expat

from referentiel.imports.lecture.erreurs import FichierIllisible

LIGNES_MAXIMUM = 50_000
COLONNES_MAXIMUM = 1_000
#: Of the rectangle that holds the values, blanks included.
CELLULES_MAXIMUM = 3_000_000

_TROP_DE_LIGNES = (
    f"Ce classeur a plus de {LIGNES_MAXIMUM} lignes : enregistrez-le au format « CSV UTF-8 », sans limite."
)
_TROP_DE_COLONNES = (
    f"Ce classeur a trop de colonnes ({COLONNES_MAXIMUM} au plus) : supprimez celles qui ne servent pas, "
    "y compris les cellules isolées loin à droite."
)
_TROP_DE_CELLULES = (
    "Ce classeur a trop de cellules : supprimez les colonnes inutiles, ou enregistrez-le en CSV UTF-8."
)
ABIME = "Ce classeur est abîmé. Enregistrez-le de nouveau depuis un tableur, ou enregistrez-le en CSV UTF-8."
#: Elements of a whole archive: 50,000 rows of sixteen columns of formatted text are some five million. Reading them
#: takes time, whatever their bytes: repeated ones compress to nothing.
ELEMENTS_MAXIMUM = 12_000_000
TROP_D_ELEMENTS = (
    "Ce classeur contient trop d'éléments (styles, cellules vides mises en forme…). Copiez ses valeurs dans un "
    "classeur "
    "neuf, ou enregistrez-le en CSV UTF-8."
)
#: Formulas without a value that are looked after: beyond, the file is refused rather than half read.
FORMULES_MAXIMUM = 200_000
_TROP_DE_FORMULES = (
    "Ce classeur a plus de {maximum} formules dont la valeur n'est pas enregistrée. Ouvrez-le dans un tableur, "
    "enregistrez-le, puis déposez-le de nouveau."
)


#: In place of a cell whose formula no spreadsheet has worked out: it is not blank, and nothing tells its value.
FORMULE_SANS_VALEUR = "#FORMULE!"


class _Etendue:
    #: The element that only a sheet has; its presence obliges the entry to be sound XML.
    BALISE: bytes

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.StartElementHandler = self._debut
        self._expat.EndElementHandler = self._fin
        self._expat.StartDoctypeDeclHandler = self._doctype

        self.elements = 0
        #: Rows that a reader does not see, and cells of which the library that reads them makes blanks: formulas
        #: without
        #: a value, and in error. (row from 1, column from 0, what stands for the value)
        self.masquees = 0
        self.formules: list[tuple[int, int, str]] = []

    def lire(self, bloc: bytes) -> None:
        self._expat.Parse(bloc, False)

    def _sans_valeur(self, ligne: int, colonne: int, texte: str) -> None:
        self.formules.append((ligne, colonne, texte))
        if len(self.formules) > FORMULES_MAXIMUM:
            raise FichierIllisible(_TROP_DE_FORMULES.format(maximum=FORMULES_MAXIMUM))

    def _compter(self) -> None:
        self.elements += 1
        if self.elements > ELEMENTS_MAXIMUM:
            raise FichierIllisible(TROP_D_ELEMENTS)

    def complete(self) -> bool:
        try:
            self._expat.Parse(b"", True)
        except expat.ExpatError:
            return False
        return True

    def _doctype(self, *_: object) -> None:
        raise FichierIllisible(ABIME)

    def _debut(self, nom: str, attributs: dict[str, str]) -> None:
        raise NotImplementedError

    def _fin(self, nom: str) -> None:
        raise NotImplementedError

    @staticmethod
    def controler(lignes: int, colonnes: int) -> None:
        if lignes > LIGNES_MAXIMUM + 1:  # and the header
            raise FichierIllisible(_TROP_DE_LIGNES)
        if colonnes > COLONNES_MAXIMUM:
            raise FichierIllisible(_TROP_DE_COLONNES)
        if lignes * colonnes > CELLULES_MAXIMUM:
            raise FichierIllisible(_TROP_DE_CELLULES)


class EtendueXlsx(_Etendue):
    BALISE = b"sheetData"

    def __init__(self) -> None:
        super().__init__()
        self._ligne = self._colonne = 0  # of the current cell, from 1
        self._formule = self._valeur = self._en_erreur = False
        self._erreur = ""
        self._lignes = self._colonnes = 0  # of the furthest cell with a value

    def _debut(self, nom: str, attributs: dict[str, str]) -> None:
        self._compter()
        nom = nom.rpartition(":")[2]
        if nom == "c":
            self._placer(attributs.get("r"))
            self._formule = self._valeur = False
            self._en_erreur, self._erreur = attributs.get("t") == "e", ""
        elif nom in ("v", "is", "f"):
            if nom == "f":
                self._formule = True
            else:
                self._expat.CharacterDataHandler = self._texte
            if self._ligne < self._lignes:  # readers suppose that rows come in order
                raise FichierIllisible(ABIME)
            self._lignes = max(self._lignes, self._ligne)
            self._colonnes = max(self._colonnes, self._colonne)
            self.controler(self._lignes, self._colonnes)
        elif nom == "row":
            self._ligne = _entier(attributs.get("r"), defaut=self._ligne + 1)
            self._colonne = 0
            self.masquees += attributs.get("hidden") in ("1", "true")

    def _texte(self, texte: str) -> None:
        self._valeur = True
        if self._en_erreur:
            self._erreur += texte[:20]
        else:
            self._expat.CharacterDataHandler = None

    def _placer(self, reference: str | None) -> None:
        if reference is None:  # allowed: the cell follows the previous one
            self._colonne += 1
            return
        lettres = reference.rstrip("0123456789").upper()
        colonne = 0
        for lettre in lettres[:4]:
            colonne = colonne * 26 + ord(lettre) - 64
        self._colonne = colonne
        self._ligne = _entier(reference[len(lettres) :], defaut=self._ligne)

    def _fin(self, nom: str) -> None:
        nom = nom.rpartition(":")[2]
        if nom == "v":
            self._expat.CharacterDataHandler = None
        elif nom == "c" and (self._en_erreur or (self._formule and not self._valeur)):
            self._sans_valeur(self._ligne, self._colonne - 1, self._erreur or FORMULE_SANS_VALEUR)


class EtendueOds(_Etendue):
    BALISE = b"table-cell"

    def __init__(self) -> None:
        super().__init__()
        self._repetition_ligne = 1
        self._lignes = self._lignes_vides = 0
        self._colonnes_de_la_ligne = self._en_attente = 0
        self._colonnes = 0
        self._ligne_vide = True
        self._masquee = False
        self._cellules = 0

    def _debut(self, nom: str, attributs: dict[str, str]) -> None:
        self._compter()
        nom = nom.rpartition(":")[2]
        if nom in ("table-cell", "covered-table-cell"):
            # The last cell of a row stands for the rest of the sheet: it only counts when it holds something.
            self._colonnes_de_la_ligne += self._en_attente
            self._en_attente = _entier(attributs.get("table:number-columns-repeated"), defaut=1)
            if any(cle.rpartition(":")[2] in ("value-type", "formula") for cle in attributs):
                self._remplie()
        elif nom == "p":
            self._remplie()
        elif nom == "table-row":
            self._repetition_ligne = _entier(attributs.get("table:number-rows-repeated"), defaut=1)
            self._masquee = attributs.get("table:visibility") in ("collapse", "filter")
            self._colonnes_de_la_ligne = self._en_attente = 0
            self._ligne_vide = True
        elif nom == "table":
            self._lignes = self._lignes_vides = self._colonnes = 0

    def _remplie(self) -> None:
        self._colonnes_de_la_ligne += self._en_attente
        self._en_attente = 0
        self._ligne_vide = False

    def _fin(self, nom: str) -> None:
        if not nom.endswith("table-row"):
            return
        self._cellules += self._colonnes_de_la_ligne
        self._colonnes = max(self._colonnes, self._colonnes_de_la_ligne)
        if self._ligne_vide:
            self._lignes_vides += self._repetition_ligne  # trailing ones never count
            self.controler(0, self._colonnes)
        else:
            self._lignes += self._lignes_vides + self._repetition_ligne
            self.masquees += self._repetition_ligne if self._masquee else 0
            self._lignes_vides = 0
            self.controler(self._lignes, self._colonnes)
        if self._cellules > CELLULES_MAXIMUM:
            raise FichierIllisible(_TROP_DE_CELLULES)


def _entier(texte: str | None, *, defaut: int) -> int:
    if texte is None:
        return defaut
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 12):
        raise FichierIllisible(ABIME)
    return int(texte)
