"""How often one address may ask for what costs more than a page: counted in this process, nothing is kept."""

import time
from collections import OrderedDict, deque
from threading import Lock

#: Addresses remembered at most: the one seen longest ago is forgotten first.
ADRESSES = 10_000


class Cadence:
    """`nombre` times in any window of `secondes`, for each address."""

    def __init__(self, *, nombre: int, secondes: float) -> None:
        self._nombre = nombre
        self._secondes = secondes
        self._passages: OrderedDict[str, deque[float]] = OrderedDict()
        self._verrou = Lock()

    def attente(self, adresse: str) -> int:
        """Zero, and this passage is counted; or the seconds to wait, at least one."""
        maintenant = time.monotonic()
        with self._verrou:
            passages = self._passages.setdefault(adresse, deque())
            self._passages.move_to_end(adresse)
            while passages and passages[0] <= maintenant - self._secondes:
                passages.popleft()
            if len(passages) >= self._nombre:
                return max(1, round(passages[0] + self._secondes - maintenant))
            passages.append(maintenant)
            if len(self._passages) > ADRESSES:
                self._passages.popitem(last=False)
            return 0
