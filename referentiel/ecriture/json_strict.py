"""JSON as the write API accepts it: one meaning only, whoever reads it.

Duplicate keys, NaN, infinities and deep nesting are read differently from one parser to the next: refused. Lone
surrogates get through: they are an error of the field that holds them, said by validation.
"""

import json
import math
from typing import Any

#: A record is {identite: {prenoms: […]}}: three levels. One more array around, and a margin.
PROFONDEUR_MAXIMALE = 6


class JsonInvalide(ValueError):
    """The message is French, for the sender; it does not repeat the content."""


class DecodeurStrict:
    """Decodes values one after the other in a text. Not shared between threads."""

    def __init__(self) -> None:
        self._anomalie = ""
        self._decodeur = json.JSONDecoder(
            object_pairs_hook=self._objet, parse_constant=self._constante, parse_float=self._flottant
        )

    def decoder(self, texte: str, position: int = 0) -> tuple[Any, int, str]:
        """(value, position after it, anomaly or ''). Raises JsonInvalide when no value can be read.

        An anomaly does not prevent from reading the values that follow.
        """
        self._anomalie = ""
        try:
            valeur, fin = self._decodeur.raw_decode(texte, position)
        except json.JSONDecodeError as erreur:
            raise JsonInvalide(f"JSON mal formé (caractère {erreur.pos + 1}).") from None
        except RecursionError:
            raise JsonInvalide("JSON trop profondément imbriqué.") from None
        except ValueError:  # an integer of thousands of digits
            raise JsonInvalide("JSON mal formé : nombre démesuré.") from None
        if not self._anomalie and _trop_profond(valeur, PROFONDEUR_MAXIMALE):
            self._anomalie = "JSON trop profondément imbriqué."
        return valeur, fin, self._anomalie

    def _objet(self, paires: list[tuple[str, Any]]) -> dict[str, Any]:
        objet = dict(paires)
        if len(objet) != len(paires):
            self._anomalie = "JSON ambigu : une même clé est donnée deux fois."
        return objet

    def _constante(self, nom: str) -> None:
        self._anomalie = f"JSON mal formé : {nom} n'est pas une valeur JSON."

    def _flottant(self, texte: str) -> float:
        valeur = float(texte)
        if math.isinf(valeur):
            self._anomalie = "JSON mal formé : nombre démesuré."
        return valeur


def lire_json(octets: bytes) -> Any:
    """The one value of a whole body. Raises JsonInvalide."""
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise JsonInvalide("Le corps n'est pas encodé en UTF-8.") from None
    debut = len(texte) - len(texte.lstrip(" \t\r\n"))
    valeur, fin, anomalie = DecodeurStrict().decoder(texte, debut)
    if texte[fin:].strip(" \t\r\n"):
        raise JsonInvalide(f"JSON mal formé (caractère {fin + 1}).")
    if anomalie:
        raise JsonInvalide(anomalie)
    return valeur


def _trop_profond(valeur: Any, niveaux: int) -> bool:
    if isinstance(valeur, dict):
        interieur: Any = valeur.values()
    elif isinstance(valeur, list):
        interieur = valeur
    else:
        return False
    return niveaux == 0 or any(
        _trop_profond(element, niveaux - 1) for element in interieur if isinstance(element, (dict, list))
    )
