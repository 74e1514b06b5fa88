"""The web server as it is started everywhere but in the image, whose Dockerfile says the same."""

import sys

APPLICATION = "statut_etudiant.asgi:application"
HOTE = "127.0.0.1"


def commande(port: int, *options: str, processus: int, application: str = APPLICATION) -> list[str]:
    """The command that serves on the loopback. `options`: more of granian's."""
    return [
        sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--no-ws",
        "--host", HOTE, "--port", str(port), "--workers", str(processus), *options, application,
    ]  # fmt: skip
