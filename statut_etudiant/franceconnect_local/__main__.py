"""`python -m statut_etudiant.franceconnect_local CONFIGURATION.json`

The configuration, a JSON object: `port` (0: any), `fournisseur_de_donnees` {client_id, client_secret, jwks_uri, alg},
`clients` [{id, secret, redirections, sorties, scopes}]. Prints its address on the first line, then serves.
"""

import json
import logging
import signal
import sys
import warnings
from pathlib import Path


def main() -> None:
    # Parts of Authlib's Flask integration are on their way out; nothing of the product rests on them.
    warnings.simplefilter("ignore")
    from werkzeug.serving import make_server

    from statut_etudiant.franceconnect_local.application import creer

    configuration = json.loads(Path(sys.argv[1]).read_text())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    serveur = make_server("127.0.0.1", configuration.get("port", 0), creer(configuration), threaded=True)
    # A child of the demonstration or of a test: it ends when it is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"http://127.0.0.1:{serveur.server_port}", flush=True)  # noqa: T201 - told to who started it
    serveur.serve_forever()


if __name__ == "__main__":
    main()
