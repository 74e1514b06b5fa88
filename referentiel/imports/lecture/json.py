"""Bulk JSON: one object a line (NDJSON, streamed), or one array of objects (held in memory, hence bounded)."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from referentiel.ecriture.json_strict import DecodeurStrict, JsonInvalide
from referentiel.ecriture.signalements import signaler
from referentiel.imports.lecture.base import LIMITE_CELLULE, LectureLignes, Rangee, compter_lignes
from referentiel.imports.lecture.erreurs import FichierIllisible, LigneIllisible

#: 50,000 records of more than 1 kB each.
LIMITE_TABLEAU = 64 << 20
#: In bytes. A record is a few hundred.
LIMITE_LIGNE = 1 << 20

_BLANCS = " \t\r\n"
_SUITE_DE_BLANCS = re.compile(r"[ \t\r\n]*")
_BOM = b"\xef\xbb\xbf"


class LectureJson(LectureLignes):
    encodage = "utf-8"

    def __init__(self, fichier: BinaryIO) -> None:
        self._fichier = fichier
        fichier.seek(0)
        self._bom = len(_BOM) if fichier.read(len(_BOM)) == _BOM else 0
        fichier.seek(self._bom)
        self.format = "json" if fichier.read(512).lstrip().startswith(b"[") else "ndjson"
        self._texte = self._tableau() if self.format == "json" else ""
        # An array is whole or is nothing: its syntax is checked to the end before any of it is taken.
        controle = self._elements() if self.format == "json" else self._objets()
        if next(controle, None) is None:
            raise FichierIllisible("Le fichier ne contient aucune inscription.")
        #: Only known for an array: counting NDJSON lines would read the file twice.
        self.nombre = 1 + sum(1 for _ in controle) if self.format == "json" else None

    def estimer(self) -> int:
        return self.nombre or compter_lignes(self._fichier)

    def lignes(self) -> Iterator[tuple[int, Rangee]]:
        return self._elements() if self.format == "json" else self._objets()

    def _tableau(self) -> str:
        self._fichier.seek(self._bom)
        octets = self._fichier.read(LIMITE_TABLEAU + 1)
        if len(octets) > LIMITE_TABLEAU:
            raise FichierIllisible(
                f"Le tableau JSON dépasse {LIMITE_TABLEAU >> 20} Mo. Envoyez plutôt un objet par ligne (NDJSON)."
            )
        try:
            return octets.decode()
        except UnicodeDecodeError as erreur:
            raise FichierIllisible(
                f"Le tableau JSON n'est pas encodé en UTF-8 (octet {erreur.start + 1})."
            ) from None

    def _elements(self) -> Iterator[tuple[int, Rangee]]:
        """The elements of the array, numbered from 1."""
        texte, decodeur, numero = self._texte, DecodeurStrict(), 0
        position = _apres_blancs(texte, texte.index("[") + 1)
        if texte[position : position + 1] == "]":
            self._fin_du_tableau(position + 1)
            return
        while True:
            numero += 1
            try:
                valeur, fin, anomalie = decodeur.decoder(texte, position)
            except JsonInvalide as refus:
                raise FichierIllisible(f"Élément {numero} du tableau : {refus}") from None
            yield numero, _rangee(valeur, anomalie, texte[position : min(fin, position + LIMITE_CELLULE)])
            position = _apres_blancs(texte, fin)
            suivant = texte[position : position + 1]
            if suivant == "]":
                self._fin_du_tableau(position + 1)
                return
            if suivant != ",":
                raise FichierIllisible(
                    f"JSON mal formé après l'élément {numero} du tableau (caractère {position + 1}) : "
                    "une virgule ou un crochet fermant est attendu."
                )
            position = _apres_blancs(texte, position + 1)

    def _fin_du_tableau(self, position: int) -> None:
        if self._texte[position:].strip(_BLANCS):
            raise FichierIllisible(f"JSON mal formé : du texte suit le tableau (caractère {position + 1}).")

    def _objets(self) -> Iterator[tuple[int, Rangee]]:
        decodeur, numero = DecodeurStrict(), 0
        self._fichier.seek(self._bom)
        while octets := self._fichier.readline(LIMITE_LIGNE):
            numero += 1
            if len(octets) == LIMITE_LIGNE and not octets.endswith(b"\n"):
                while (suite := self._fichier.readline(LIMITE_LIGNE)) and not suite.endswith(b"\n"):
                    pass
                debut = octets[:LIMITE_CELLULE].decode(errors="replace")
                signalement = signaler("", debut, "ligne_trop_longue", maximum=LIMITE_LIGNE)
                yield numero, LigneIllisible(signalement, [debut])
            elif octets.strip():
                yield numero, _objet(decodeur, octets)


def _apres_blancs(texte: str, position: int) -> int:
    blancs = _SUITE_DE_BLANCS.match(texte, position)
    return blancs.end() if blancs else position


def _objet(decodeur: DecodeurStrict, octets: bytes) -> Rangee:
    try:
        texte = octets.decode().strip(_BLANCS)
        valeur, fin, anomalie = decodeur.decoder(texte)
    except UnicodeDecodeError as erreur:
        return _illisible(
            f"La ligne n'est pas encodée en UTF-8 (octet {erreur.start + 1}).",
            octets.decode(errors="replace").strip(_BLANCS),
        )
    except JsonInvalide as refus:
        return _illisible(str(refus), texte)
    if fin != len(texte) and not anomalie:
        anomalie = f"JSON mal formé (caractère {fin + 1}) : un seul objet par ligne est attendu."
    return _rangee(valeur, anomalie, texte)


def _rangee(valeur: object, anomalie: str, texte: str) -> Rangee:
    if anomalie:
        return _illisible(anomalie, texte)
    if not isinstance(valeur, dict):
        return _illisible("Un objet JSON est attendu : {…}.", texte)
    return valeur


def _illisible(explication: str, texte: str) -> LigneIllisible:
    return LigneIllisible(
        signaler("", texte, "json_invalide", explication=explication), [texte[:LIMITE_CELLULE]]
    )
