"""Who writes: said once by each writing transaction, read by the history's triggers."""

from typing import Any


def signer(curseur: Any, auteur: str) -> None:
    """Name the author of the current transaction: `jeton:12`, `compte:7`, `lot:345`, `commande:…`."""
    curseur.execute("SELECT set_config('ase.auteur', %s, true)", [auteur])
