"""PostgreSQL and Valkey from wheels, for whoever has neither: the demo, the tests and the benchmarks.

`chemins` only computes and is all that the settings import; the servers' modules are imported by those who
start them, so that production never loads them.
"""

from statut_etudiant.embarque.chemins import PROPRIETAIRE, VAR, adresse_postgres, adresse_valkey

__all__ = ["PROPRIETAIRE", "VAR", "adresse_postgres", "adresse_valkey"]
