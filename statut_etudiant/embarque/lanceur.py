"""Runs between a parent and its child: changes user, asks the kernel to die with the parent, then execs.

Run as a script by `processus.lancer`; standard library only. It does in a fresh interpreter what a
`preexec_fn` would do between fork and exec, where Python promises nothing once threads exist.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def _prctl(option: int, valeur: int, suite: int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(valeur), ctypes.c_ulong(suite), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def devenir(uid: int, gid: int, *, garder_acces: bool) -> None:
    """Leave root; with `garder_acces`, keep its one right to cross folders that are closed to others."""
    if garder_acces:
        # setuid keeps the capabilities, and access(2), which PostgreSQL asks before it acts, minds them.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if garder_acces:
        droit = 1 << CAP_DAC_OVERRIDE
        entete = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        # effective, permitted, inheritable: for the first 32 capabilities, then for the others.
        ensembles = (ctypes.c_uint32 * 6)(droit, droit, droit, 0, 0, 0)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.capset(entete, ensembles) != 0:
            raise OSError(ctypes.get_errno(), "capset")
        # Without the ambient set, exec would drop what was just kept.
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def main(parent: int, signal_orphelin: int, uid: int, gid: int, acces: int, *commande: str) -> None:
    if uid >= 0:
        devenir(uid, gid, garder_acces=bool(acces))
    if sys.platform == "linux":
        # After the change of user, which clears it.
        _prctl(PR_SET_PDEATHSIG, signal_orphelin)
        if os.getppid() != parent:  # it died before the line above
            sys.exit(1)
    os.execv(commande[0], commande)  # noqa: S606


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:6]), *sys.argv[6:])  # type: ignore[arg-type]
