"""A questionnaire as data: questions, choices, and what the choices made so far conclude.

The answers travel in the address, so that a half-finished or finished questionnaire can be sent to a colleague.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple


class Reponse(IntEnum):
    """Ordered: a conclusion is never better than the least favourable choice made."""

    NON = 0
    PEUT_ETRE = 1
    OUI = 2

    @property
    def label(self) -> str:
        return {Reponse.NON: "Non", Reponse.PEUT_ETRE: "Peut-être", Reponse.OUI: "Oui"}[self]


class Lien(NamedTuple):
    """`page`: the name of a URL of the product, or an address."""

    libelle: str
    page: str


class Choix(NamedTuple):
    valeur: str
    libelle: str
    aide: str = ""
    suite: str = ""  # key of the next question; empty: the questionnaire ends here
    ouvre: tuple[str, ...] = ()  # kinds of habilitation that this choice leads to, the advised one first
    remplace: bool = False  # what it leads to takes the place of what the choices before it led to
    nom: str = ""  # what the habilitation is then called, and what it gives, in place of the usual words
    promesse: str = ""
    preremplit: tuple[tuple[str, str], ...] = ()  # field of the request → value
    reponse: Reponse = Reponse.OUI
    explications: tuple[str, ...] = ()
    liens: tuple[Lien, ...] = ()


class Question(NamedTuple):
    cle: str
    texte: str
    choix: tuple[Choix, ...]
    aide: str = ""

    def choisi(self, valeur: str | None) -> Choix | None:
        return next((choix for choix in self.choix if choix.valeur == valeur), None)


class ChoixFait(NamedTuple):
    question: Question
    choix: Choix


class Parcours(NamedTuple):
    """The questions answered so far, and the next one (`None`: all is said)."""

    etapes: tuple[ChoixFait, ...]
    question: Question | None
    restantes: int  # at most, the next one included

    @property
    def reponses(self) -> dict[str, str]:
        return {etape.question.cle: etape.choix.valeur for etape in self.etapes}

    @property
    def reponse(self) -> Reponse:
        return min((etape.choix.reponse for etape in self.etapes), default=Reponse.OUI)

    @property
    def ouvre(self) -> tuple[str, ...]:
        """Kinds of habilitation to ask for. None when the answer is no."""
        if self.reponse is Reponse.NON:
            return ()
        ouverts: dict[str, None] = {}
        for etape in self.etapes:
            if etape.choix.remplace:
                ouverts.clear()
            ouverts |= dict.fromkeys(etape.choix.ouvre)
        return tuple(ouverts)

    @property
    def nommee(self) -> tuple[str, str]:
        """The name and the promise of the habilitation that the choices advise, empty for the usual ones."""
        dites = ((etape.choix.nom, etape.choix.promesse) for etape in reversed(self.etapes))
        return next((dite for dite in dites if any(dite)), ("", ""))

    @property
    def preremplit(self) -> dict[str, str]:
        return {champ: valeur for etape in self.etapes for champ, valeur in etape.choix.preremplit}

    @property
    def explications(self) -> tuple[str, ...]:
        """Those of a choice whose habilitations another replaced would contradict it."""
        rangs = [rang for rang, etape in enumerate(self.etapes) if etape.choix.remplace]
        return tuple(
            texte
            for rang, etape in enumerate(self.etapes)
            if not etape.choix.ouvre or rang >= max(rangs, default=0)
            for texte in etape.choix.explications
        )

    @property
    def liens(self) -> tuple[Lien, ...]:
        return tuple(dict.fromkeys(lien for etape in self.etapes for lien in etape.choix.liens))


class Questionnaire:
    def __init__(self, *questions: Question) -> None:
        self.premiere = questions[0]
        self._questions = {question.cle: question for question in questions}

    def parcourir(self, reponses: Mapping[str, str]) -> Parcours:
        """Follow these answers. What is unknown, or belongs to another path, is as if it were not there."""
        etapes: list[ChoixFait] = []
        question: Question | None = self.premiere
        while question is not None and (choix := question.choisi(reponses.get(question.cle))) is not None:
            etapes.append(ChoixFait(question, choix))
            question = self.suivante(choix)
        return Parcours(tuple(etapes), question, self._longueur(question))

    def suivante(self, choix: Choix) -> Question | None:
        return self._questions[choix.suite] if choix.suite else None

    def chemins(self) -> Iterator[Parcours]:
        """Every complete path."""
        a_suivre: list[dict[str, str]] = [{}]
        while a_suivre:
            parcours = self.parcourir(a_suivre.pop())
            if parcours.question is None:
                yield parcours
            else:
                a_suivre += [
                    {**parcours.reponses, parcours.question.cle: choix.valeur}
                    for choix in parcours.question.choix
                ]

    def _longueur(self, question: Question | None) -> int:
        if question is None:
            return 0
        return 1 + max(self._longueur(self.suivante(choix)) for choix in question.choix)
