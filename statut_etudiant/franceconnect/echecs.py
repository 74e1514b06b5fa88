"""Why FranceConnect opened nothing. One class for each case of the contract (§3), which the doors say in their words.

`cause` is for the operator's logs and counters: a short word of ours, never a value that was received.
"""


class EchecFranceConnect(Exception):
    """`code`: of the contract (§3), v3."""

    code = "51999"

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class JetonMalForme(EchecFranceConnect):
    """It cannot be one of FranceConnect's access tokens: FranceConnect is not asked."""

    code = "51501"


class JetonInactif(EchecFranceConnect):
    """FranceConnect does not know it, or does not any more."""

    code = "51502"


class PivotAbsent(EchecFranceConnect):
    """The pivot identity lacks something without which nobody is looked for."""

    code = "51503"


class PivotInutilisable(EchecFranceConnect):
    """The pivot identity holds a value that cannot be what it is said to be."""

    code = "51564"


class ReponseIncoherente(EchecFranceConnect):
    """What came back is not the encrypted and signed answer that was agreed."""

    code = "51999"


class NosIdentifiantsRefuses(ReponseIncoherente):
    """FranceConnect refuses us, or what we send: no caller can do anything about it, the operator must."""


class DelaiDepasse(EchecFranceConnect):
    code = "51002"


class Injoignable(EchecFranceConnect):
    """FranceConnect is down, is being left alone after failures, has too many of our calls waiting, or is not set.

    `retenter`: seconds after which a caller may try again.
    """

    code = "51001"

    def __init__(self, cause: str, *, retenter: int) -> None:
        super().__init__(cause)
        self.retenter = retenter
