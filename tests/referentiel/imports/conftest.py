from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection


@pytest.fixture
def ailleurs():
    """Do something on another connection, and wait for its result."""

    def faire(acte):
        def et_fermer():
            try:
                return acte()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as fil:
            return fil.submit(et_fermer).result(timeout=60)

    return faire
