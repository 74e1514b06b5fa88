"""Why something is not done. Each message is in French, for the person who tried."""


class ActeRefuse(Exception):
    """The act cannot be done."""


class DejaFait(ActeRefuse):
    """Somebody acted first: another person, unless `par_soi_meme`."""

    def __init__(self, message: str, *, par_soi_meme: bool = False) -> None:
        super().__init__(message)
        self.par_soi_meme = par_soi_meme


class DemandeIncomplete(ActeRefuse):
    """Submission of a form that lacks something; `erreurs`: step → field → messages."""

    def __init__(self, erreurs: dict[str, dict[str, list[str]]]) -> None:
        super().__init__("La demande est incomplète : corrigez les étapes signalées.")
        self.erreurs = erreurs
