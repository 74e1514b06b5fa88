"""Accidents that the API meets, as tests make them."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def base_absente():
    """No PostgreSQL answers at the configured address, and the open connection is gone."""
    connection.close()
    d_origine = connection.settings_dict
    connection.settings_dict = d_origine | {"HOST": "/nulle/part"}
    try:
        yield
    finally:
        connection.settings_dict = d_origine
