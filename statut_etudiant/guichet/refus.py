"""Why an act on a list is not done."""


class ListeRefusee(Exception):
    """The message is French, for who asked."""

    @property
    def message(self) -> str:
        return str(self.args[0])
