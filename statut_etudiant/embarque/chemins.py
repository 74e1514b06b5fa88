"""Where the embedded servers keep their data and on which socket they listen: pure computation."""

import hashlib
from pathlib import Path
from urllib.parse import quote, urlencode

VAR = Path(__file__).resolve().parents[2] / "var"
BASE = "statut_etudiant"
# As in production: who owns the tables, and who the application is (statut_etudiant/roles/creer.sql).
PROPRIETAIRE = "statut_etudiant"
APPLICATION = "statut_etudiant_application"

PORT_POSTGRES = 5432  # only the suffix of the socket's name: nothing listens on TCP
NOM_SOCKET_POSTGRES = f".s.PGSQL.{PORT_POSTGRES}"
NOM_SOCKET_VALKEY = "valkey.sock"

# sun_path holds 104 bytes on macOS and 108 on Linux, final NUL included.
LONGUEUR_MAXIMALE = 103


def dossier_du_socket(dossier: Path, nom: str) -> Path:
    """The data folder itself, or a short folder bound to it by name where the path would not fit."""
    if len(bytes(dossier / nom)) <= LONGUEUR_MAXIMALE:
        return dossier
    empreinte = hashlib.sha256(bytes(dossier)).hexdigest()[:16]
    # Whoever starts the server refuses this folder unless it is its own and closed to others.
    return Path("/tmp") / f"statut-etudiant-{empreinte}"  # noqa: S108


def adresse_postgres(dossier: Path = VAR / "postgres", *, base: str = BASE, role: str = APPLICATION) -> str:
    """The URL, for libpq as for django-environ, of the server that keeps its data in `dossier`."""
    hote = urlencode({"host": str(dossier_du_socket(dossier, NOM_SOCKET_POSTGRES))}, quote_via=quote)
    # The port too: a PGPORT meant for another server would otherwise apply.
    return f"postgresql://{role}@:{PORT_POSTGRES}/{base}?{hote}"


def adresse_valkey(dossier: Path = VAR / "valkey") -> str:
    """The URL, for Celery, of the broker that keeps its data in `dossier`."""
    return f"redis+socket://{quote(str(dossier_du_socket(dossier, NOM_SOCKET_VALKEY) / NOM_SOCKET_VALKEY))}"
