"""What stops a whole file, and what stops one of its lines before it can even be judged."""

from typing import NamedTuple

from referentiel.ecriture.signalements import Signalement


class FichierIllisible(ValueError):
    """The file cannot be read at all. The message is French, for its sender, and says what to do."""

    @property
    def message(self) -> str:
        return str(self.args[0])


class LigneIllisible(NamedTuple):
    """Takes the place of the row when a line cannot be cut into cells: nothing is lost, it will be reported."""

    signalement: Signalement
    cellules: list[str]  # the line as it stands, cut as well as can be, to be corrected and sent again
