"""What the journeys of deposits share."""

import time

from tests.parcours.personne import Personne

VERIFIER = "Vérifier tout le fichier (rien n'est encore enregistré)"
PATIENCE = 60  # seconds


def attendre(farid: Personne, titre: str) -> list[float]:
    """Stay on the page that waits until its title changes; what its bar showed."""
    from playwright.sync_api import Error

    vus: list[float] = []
    echeance = time.monotonic() + PATIENCE
    while titre not in farid.page.title():
        assert time.monotonic() < echeance, farid.page.locator("main").inner_text()
        try:
            barre = farid.page.get_by_role("progressbar")
            if barre.count():
                vus.append(barre.evaluate("e => e.value", timeout=1_000))
        except Error:
            pass  # the page was changing
        time.sleep(0.15)
    return vus
