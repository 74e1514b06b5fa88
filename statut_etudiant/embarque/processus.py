"""Child processes that never outlive their parent, and as which user they run."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

LANCEUR = Path(__file__).with_name("lanceur.py")


class ServeurIndisponible(RuntimeError):
    """An embedded server cannot be started; the message says to a person what to do."""


class Identite(NamedTuple):
    """The system user that a child becomes, when its parent is root."""

    uid: int
    gid: int
    garder_acces: bool = False


def lancer(
    commande: Sequence[str | Path],
    *,
    identite: Identite | None = None,
    signal_orphelin: signal.Signals = signal.SIGTERM,
    dossier: Path | None = None,
    environnement: Mapping[str, str] | None = None,
    sortie: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (the terminal's Ctrl-C is the parent's business alone)."""
    uid, gid, acces = identite or (-1, -1, False)
    return subprocess.Popen(  # noqa: S603
        [
            sys.executable, "-I", "-S", LANCEUR, str(os.getpid()), str(int(signal_orphelin)),
            str(uid), str(gid), str(int(acces)), *commande,
        ],
        stdin=subprocess.DEVNULL,
        stdout=sortie,
        stderr=subprocess.STDOUT if sortie is not None else None,
        cwd=dossier,
        env=environnement,
        start_new_session=True,
    )  # fmt: skip


def executer(commande: Sequence[str | Path], *, identite: Identite | None, **options: object) -> str:
    """Run a command to its end; what it printed. Raises what it printed when it fails."""
    processus = lancer(commande, identite=identite, sortie=subprocess.PIPE, **options)  # type: ignore[arg-type]
    sortie = processus.communicate()[0].decode(errors="replace")
    if processus.returncode != 0:
        raise ServeurIndisponible(f"{Path(commande[0]).name} a échoué :\n{sortie.strip()}")
    return sortie


def identite_pour(dossier: Path, *, executable: Path) -> Identite | None:
    """Who runs a server that refuses root: None when we are not root.

    It is the owner of the data when they exist, else `nobody`, which every system has: nothing is added to
    the machine. When that user cannot reach the program or the data (a checkout under /root, a strict umask),
    no folder is opened to the world: the process keeps root's access to files, and nothing else of root.
    """
    if os.geteuid() != 0:
        return None
    proprietaire = dossier.stat().st_uid
    try:
        entree = pwd.getpwuid(proprietaire) if proprietaire else pwd.getpwnam("nobody")
    except KeyError as erreur:
        raise ServeurIndisponible(f"{dossier} : aucun utilisateur ordinaire pour ce dossier.") from erreur
    os.chown(dossier, entree.pw_uid, entree.pw_gid)
    identite = Identite(entree.pw_uid, entree.pw_gid)
    essai: list[str | Path] = [
        "/bin/sh",
        "-c",
        '"$1" --version && ls "$2" && test -w "$2"',
        "sh",
        executable,
        dossier,
    ]
    try:
        executer(essai, identite=identite)
    except ServeurIndisponible:
        identite = identite._replace(garder_acces=True)
        executer(essai, identite=identite)
    return identite
