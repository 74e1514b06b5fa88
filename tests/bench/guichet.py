"""A list of 5,000 people at the desk: how long a real worker takes, and what the calls of the API feel of it."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import fmean
from urllib.parse import urlencode

from habilitations.scopes import SCOPES
from statut_etudiant.embarque.valkey import Valkey
from statut_etudiant.embarque.web import APPLICATION
from tests.bench.base import RACINE, Base, dire
from tests.bench.charge import rafale, requetes
from tests.bench.lecture import JETONS, RECIPIENT
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web

LIGNES, SECONDES = 5_000, 120
CONNEXIONS = 8
OBJECTIF = 1.5
PATIENCE = 600
CHEMIN = "/v3/mesri/statut_etudiant/ine"

#: As an agent does in the pages, up to the confirmation of the columns: half of the people are known.
_ENVOYER = f"""
from django.test.utils import setup_test_environment
setup_test_environment()
from referentiel.models import Etudiant
from tests import fabriques
from tests.guichet import aides, listes
client, _ = aides.agent(aides.ville())
client.get(listes.LISTES)
connus = list(Etudiant.objects.filter(fictif=False).values_list("ine", flat=True)[:{LIGNES // 2}])
inconnus = [(fabriques.ine(),) for _ in range({LIGNES} - len(connus))]
liste = listes.lue(client, listes.en_csv(("INE",), *[(ine,) for ine in connus], *inconnus))
assert listes.confirmer(client, liste).status_code == 302
print(liste.pk)
"""


def mesurer(base: Base) -> list[Rapport]:
    jetons = base.jetons(JETONS, ",".join(SCOPES))
    with base.connecter() as connexion:
        ines = [ligne[0] for ligne in connexion.execute("SELECT ine FROM referentiel_etudiant LIMIT 5000")]
    chemins = [f"{CHEMIN}?{urlencode({'recipient': RECIPIENT, 'ine': ine})}" for ine in ines]
    with tempfile.TemporaryDirectory() as dossier, Valkey(Path(dossier) / "valkey") as courtier:
        base.environnement |= {"BROKER_URL": courtier.adresse}
        with Web(APPLICATION, base) as web:
            appels = requetes(chemins, jetons)
            rafale(web.port, appels, duree=1, connexions=CONNEXIONS)
            seul = rafale(web.port, appels, duree=10, connexions=CONNEXIONS)
            numero = int(base.manage("shell", "--verbosity", "0", "-c", _ENVOYER).split()[-1])
            executant = _executant(base, Path(dossier))
            try:
                debut = time.monotonic()
                dire(f"· une liste de {LIGNES} personnes…")
                time.sleep(10)
                pendant = rafale(web.port, appels, duree=10, connexions=CONNEXIONS)
                _attendre(base, numero)
                duree = time.monotonic() - debut
                apres = rafale(web.port, appels, duree=10, connexions=CONNEXIONS)
            finally:
                executant.terminate()
                executant.wait()
    dire(
        f"  appels par seconde : {seul.debit:.0f} avant, {pendant.debit:.0f} pendant, {apres.debit:.0f} après"
    )
    return [
        Rapport("liste de 5 000 personnes", [duree], SECONDES, maximum=True, unite="s"),
        Rapport(
            "p95 des appels pendant une liste / sans",
            [pendant.p95 / fmean((seul.p95, apres.p95))],
            OBJECTIF,
            maximum=True,
        ),
    ]


def _executant(base: Base, dossier: Path) -> subprocess.Popen[bytes]:
    commande = [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "statut_etudiant",
        "worker",
        "--concurrency",
        "1",
    ]
    with (dossier / "executant.log").open("wb") as journal:
        lance = subprocess.Popen(
            commande, cwd=RACINE, env=base.environnement, stdout=journal, stderr=subprocess.STDOUT
        )
    # What beat would send.
    base.manage(
        "shell",
        "--verbosity",
        "0",
        "-c",
        "from statut_etudiant.guichet.listes.depot import reveiller; reveiller()",
    )
    return lance


def _attendre(base: Base, numero: int) -> None:
    echeance = time.monotonic() + PATIENCE
    while time.monotonic() < echeance:
        with base.connecter() as connexion:
            etat, faites = connexion.execute(
                "SELECT etat, trouvees + introuvables FROM guichet_liste WHERE id = %s", [numero]
            ).fetchone()
        if etat == "terminee" and faites == LIGNES:
            return
        time.sleep(0.5)
    raise SystemExit("La liste n'a pas été vérifiée.")
