"""The addresses that the settings use when the environment names no server."""

from pathlib import Path

import environ
import psycopg.conninfo
from kombu import Connection

from statut_etudiant.embarque import chemins


def test_libpq_and_django_read_the_same_server_from_one_address() -> None:
    adresse = chemins.adresse_postgres(Path("/srv/été 100%/v&r=1"))
    libpq = psycopg.conninfo.conninfo_to_dict(adresse)
    django = environ.Env.db_url_config(adresse)
    assert libpq["host"] == django["OPTIONS"]["host"] == "/srv/été 100%/v&r=1"
    assert (libpq["dbname"], libpq["user"], libpq["port"]) == (
        "statut_etudiant", "statut_etudiant_application", "5432",
    )  # fmt: skip
    assert (django["NAME"], django["USER"], django["PORT"]) == (
        "statut_etudiant", "statut_etudiant_application", 5432,
    )  # fmt: skip


def test_celery_reads_the_broker_s_socket() -> None:
    adresse = chemins.adresse_valkey(Path("/srv/été 100%"))
    with Connection(adresse) as connexion:
        assert connexion.transport_cls == "redis"
        assert connexion.hostname == "socket:///srv/%C3%A9t%C3%A9%20100%25/valkey.sock"


def test_a_path_too_long_for_a_socket_gets_a_short_folder_of_its_own() -> None:
    longs = [Path("/srv") / ("é" * 60) / nom for nom in ("un", "deux")]
    courts = [chemins.dossier_du_socket(dossier, "x.sock") for dossier in longs]
    assert len(set(courts)) == 2
    assert all(
        len(bytes(court / chemins.NOM_SOCKET_POSTGRES)) <= chemins.LONGUEUR_MAXIMALE for court in courts
    )


def test_a_path_that_just_fits_keeps_its_socket() -> None:
    nom = "x.sock"
    juste = Path("/" + "a" * (chemins.LONGUEUR_MAXIMALE - len(nom) - 2))
    assert chemins.dossier_du_socket(juste, nom) == juste
    trop = Path(f"{juste}a")
    assert chemins.dossier_du_socket(trop, nom) != trop
