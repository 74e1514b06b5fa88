"""The environment is read when the settings are, and not by the first module of the package that is imported."""

import subprocess
import sys

from django.conf import settings

from statut_etudiant import environnement


def test_the_tests_run_as_tests():
    assert (settings.ENVIRONNEMENT, environnement.ENVIRONNEMENT) == ("test", "test")


def test_the_package_and_its_embedded_servers_read_nothing_of_the_environment():
    programme = (
        "import sys, statut_etudiant, statut_etudiant.celery, statut_etudiant.embarque.postgres\n"
        "print('statut_etudiant.environnement' in sys.modules)"
    )
    fait = subprocess.run([sys.executable, "-c", programme], capture_output=True, check=True, text=True)
    assert fait.stdout.strip() == "False"
