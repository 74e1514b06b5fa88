"""A FranceConnect on the loopback, for the demonstration and the tests: a separate process, the real protocol.

`python -m statut_etudiant.franceconnect_local CONFIGURATION.json`. It signs and encrypts as FranceConnect does, with
citizens who do not exist; told to, it misbehaves. It never ships in the production image (`.dockerignore`).
"""
