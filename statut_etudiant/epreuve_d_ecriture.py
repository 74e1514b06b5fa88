"""Whether what is written is committed in time: tried for real, one row, one commit.

PostgreSQL lets a commit wait without end for a standby that will never answer, or for a disk, while it reads as well as
ever; no timeout of its own ends that wait. So the attempt has a thread: whoever asks waits two seconds at most, and
nobody tries again while an attempt hangs.
"""

import threading
import time

from django.db import connection

#: Seconds that a commit may take.
DELAI = 2.0
#: Seconds during which a success is good news enough.
VALIDITE = 5.0

_ECRIRE = """
INSERT INTO disponibilite_signedevie AS s (nom, vu_le, porteur) VALUES ('ecriture', now(), '')
ON CONFLICT (nom) DO UPDATE SET vu_le = excluded.vu_le
"""


class _Epreuve:
    """The attempt of this process."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._fil: threading.Thread | None = None
        self._reussie_a = -VALIDITE
        self._echec: BaseException | None = None

    def reussie(self) -> bool:
        with self._verrou:
            if time.monotonic() - self._reussie_a < VALIDITE:
                return True
            if self._fil is None or not self._fil.is_alive():
                self._echec = None
                self._fil = threading.Thread(target=self._essayer, daemon=True, name="epreuve-d-ecriture")
                self._fil.start()
            fil = self._fil
        fil.join(DELAI)
        if self._echec is not None:
            raise self._echec
        return not fil.is_alive()

    def _essayer(self) -> None:
        try:
            with connection.cursor() as curseur:
                curseur.execute(_ECRIRE)
            self._reussie_a = time.monotonic()
        except Exception as erreur:  # noqa: BLE001 (raised to whoever asks)
            self._echec = erreur
        finally:
            connection.close()


_epreuve = _Epreuve()


def reussie() -> bool:
    """False when a commit hangs. Raises what PostgreSQL said when it refused."""
    return _epreuve.reussie()
