"""A PostgreSQL whose disk slows down, or hangs, when it is told to: each fsync waits for as long as a file says.

`fsync` and `fdatasync` are taken over by a small library (LD_PRELOAD), compiled on the spot: the rest of the system
keeps its disk, and no right is needed.
"""

import subprocess
from pathlib import Path

from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.postgres import Postgres

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Asked again and again: a wait that is called off ends at once. */
static void attendre(void) {
    struct timespec debut, maintenant, pas = {0, 5000000};
    clock_gettime(CLOCK_MONOTONIC, &debut);
    for (;;) {
        char lu[16] = {0};
        int fichier = open(getenv("DISQUE_LENT"), O_RDONLY);
        if (fichier < 0) return;
        long ms = read(fichier, lu, 15) > 0 ? atol(lu) : 0;
        close(fichier);
        clock_gettime(CLOCK_MONOTONIC, &maintenant);
        long passe = (maintenant.tv_sec - debut.tv_sec) * 1000 + (maintenant.tv_nsec - debut.tv_nsec) / 1000000;
        if (passe >= ms) return;
        nanosleep(&pas, NULL);
    }
}

#define RALENTIR(nom) \
    int nom(int fd) { \
        static int (*vrai)(int); \
        if (!vrai) vrai = (int (*)(int)) dlsym(RTLD_NEXT, #nom); \
        attendre(); \
        return vrai(fd); \
    }
RALENTIR(fsync)
RALENTIR(fdatasync)
"""


class PostgresLent(Postgres):
    """`attente`: milliseconds that each fsync takes more, from now on."""

    def __init__(self) -> None:
        super().__init__(VAR / "bench-postgres-lent", durable=True)
        self._consigne = VAR / "bench-disque-lent"
        self._bibliotheque = VAR / "bench-disque-lent.so"

    def preparer(self) -> None:
        self.attente(0)
        source = self._bibliotheque.with_suffix(".c")
        source.write_text(_SOURCE)
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O2", "-o", self._bibliotheque, source, "-ldl"],
            check=True,
            timeout=60,
        )
        super().preparer()

    def attente(self, millisecondes: int) -> None:
        neuve = self._consigne.with_suffix(".neuve")
        neuve.write_text(str(millisecondes))
        neuve.chmod(0o644)
        Path(neuve).rename(self._consigne)

    def _environnement(self) -> dict[str, str]:  # type: ignore[override]
        return {
            **Postgres._environnement(),
            "LD_PRELOAD": str(self._bibliotheque),
            "DISQUE_LENT": str(self._consigne),
        }
