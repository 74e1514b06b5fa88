"""Leaving FranceConnect alone when it fails again and again: a circuit breaker. Pure: the clock is given."""

from collections.abc import Callable
from enum import StrEnum

#: Failures in a row that open it.
SEUIL = 5
#: Seconds during which nothing is asked; then one call tries again.
REPOS = 10.0


class Etat(StrEnum):
    FERME = "ferme"
    OUVERT = "ouvert"
    ESSAI = "essai"


class Disjoncteur:
    """Closed: calls go. Open: none goes. After `REPOS`, one goes to try; its outcome closes it, or opens it again."""

    def __init__(self, horloge: Callable[[], float]) -> None:
        self._horloge = horloge
        self._echecs = 0
        self._ouvert_jusqua: float | None = None
        self._essai = False

    @property
    def etat(self) -> Etat:
        if self._ouvert_jusqua is None:
            return Etat.FERME
        return Etat.ESSAI if self._horloge() >= self._ouvert_jusqua else Etat.OUVERT

    def laisser_passer(self) -> bool:
        """Whether a call may go now. Who is let go says how it ended: `reussi`, `echoue`, or `abandonne`."""
        if self.etat is Etat.FERME:
            return True
        if self.etat is Etat.OUVERT or self._essai:
            return False
        self._essai = True
        return True

    def reussi(self) -> None:
        self._echecs = 0
        self._ouvert_jusqua = None
        self._essai = False

    def echoue(self) -> None:
        self._echecs += 1
        self._essai = False
        if self._echecs >= SEUIL:
            self._ouvert_jusqua = self._horloge() + REPOS

    def abandonne(self) -> None:
        """The call ended without saying anything of FranceConnect: its caller went away."""
        self._essai = False

    def attente(self) -> int:
        """Seconds before it may be worth asking again, 1 at least."""
        if self._ouvert_jusqua is None:
            return 1
        return max(1, int(self._ouvert_jusqua - self._horloge()) + 1)
