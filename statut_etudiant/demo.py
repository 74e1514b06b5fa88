"""The whole product in the foreground, with data to try it: `make demo`."""

import contextlib
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

import environ

from statut_etudiant.certificats import cles
from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.postgres import Postgres
from statut_etudiant.embarque.processus import ServeurIndisponible, lancer
from statut_etudiant.embarque.serveur import Serveur
from statut_etudiant.embarque.troupe import Troupe, dire
from statut_etudiant.embarque.valkey import Valkey
from statut_etudiant.embarque.web import HOTE
from statut_etudiant.embarque.web import commande as commande_web
from statut_etudiant.franceconnect_local import demonstration as franceconnect_local

RACINE = VAR.parent
PORT = 8000
PORT_FRANCECONNECT = 8900
DELAI_PRET = 90.0
#: Where the demonstration that runs tells its address to a second one.
ADRESSE = VAR / "demonstration.adresse"
SIGNAUX = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# One after the other in one process, which loads Django once.
PREPARATION = {
    "migrate": "structure de la base",
    "charger_demonstration": "données de démonstration",
    "collectstatic": "fichiers statiques",
}
# Only the loading tells its progress: it is the long one.
OPTIONS: dict[str, dict[str, object]] = {
    "migrate": {"interactive": False, "verbosity": 0},
    "collectstatic": {"interactive": False, "verbosity": 0},
}


class Arret(BaseException):
    """A stop was asked for: Ctrl-C, SIGTERM, or the terminal was closed."""


class Echec(Exception):
    """What prevents the demonstration from running, as a person should read it."""


class DejaLancee(Echec):
    """Another runs in this folder: nothing was started here, and nothing there is stopped."""


# --- preparation, in a process of its own


def preparer(*commandes: str) -> None:
    """`python -m statut_etudiant.demo preparer COMMAND…`"""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statut_etudiant.settings")
    django.setup()
    for commande in commandes:
        debut = time.monotonic()
        if titre := PREPARATION.get(commande):
            dire(f"· {titre}…")
        call_command(commande, **OPTIONS.get(commande, {}))
        if commande == "charger_demonstration":
            _poster()
        if titre:
            dire(f"  prêt en {time.monotonic() - debut:.1f} s")


def _poster() -> None:
    """Now rather than by the worker, which would tell each mail in the middle of what the demonstration says."""
    from habilitations.courriels import envoi

    while envoi.envoyer():
        pass


def executer(environnement: dict[str, str], *arguments: str) -> None:
    """Run a child to its end, its output with ours."""
    processus = lancer([sys.executable, *arguments], environnement=environnement, dossier=RACINE)
    try:
        code = processus.wait()
    except BaseException:
        processus.terminate()
        processus.wait()
        raise
    if code != 0:
        raise Echec(f"« {' '.join(arguments)} » a échoué : voir ci-dessus.")


# --- address


def libre(port: int) -> bool:
    with socket.socket() as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind((HOTE, port))
        except OSError:
            return False
    return True


def choisir_port(demande: str) -> int:
    """The port that was asked for, or nothing; without one, 8000 or the next that is free."""
    if demande:
        if not (demande.isascii() and demande.isdecimal()) or not 0 < int(demande) < 65536:
            raise Echec(f"PORT={demande} : un nombre de 1 à 65535 est attendu.")
        if not libre(int(demande)):
            raise Echec(f"Le port {demande} est déjà pris : make demo PORT=8080, par exemple.")
        return int(demande)
    for port in range(PORT, PORT + 100):
        if libre(port):
            if port != PORT:
                dire(f"Le port {PORT} est déjà pris : la démonstration prend le {port}.")
            return port
    raise Echec(f"Aucun port libre de {PORT} à {PORT + 99} : make demo PORT=…")


def attendre_pret(adresse: str, troupe: Troupe) -> None:
    echeance = time.monotonic() + DELAI_PRET
    dernier = "pas de réponse"
    while time.monotonic() < echeance:
        surveiller(troupe)
        try:
            with urllib.request.urlopen(f"{adresse}/sante/pret", timeout=5):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as erreur:
            dernier = f"{erreur.code} {erreur.read(500).decode(errors='replace')}"
        except OSError:
            pass
        time.sleep(0.1)
    raise Echec(f"Le serveur web n'est pas prêt après {DELAI_PRET:.0f} s ({dernier}).")


def surveiller(troupe: Troupe) -> None:
    if parti := troupe.premier_parti():
        nom, code = parti
        fin = f"tué par le signal {-code}" if code < 0 else f"code {code}"
        raise Echec(f"« {nom} » s'est arrêté ({fin}) : j'arrête le reste.")


# --- the run


def repartir_de_zero() -> None:
    """RESET=1 erases what the demonstration itself keeps, never a server that someone pointed at."""
    if os.environ.get("DATABASE_URL"):
        raise Echec("RESET=1 n'efface pas une base indiquée par DATABASE_URL : recréez-la vous-même.")
    dire("· effacement des données de la démonstration précédente…")
    for nom in ("postgres", "postgres.neuf", "valkey", "static", "beat", "courriels", "franceconnect"):
        shutil.rmtree(VAR / nom, ignore_errors=True)


def _autre() -> str:
    """Where the one that runs is, when it has got that far."""
    try:
        ou = f", à l'adresse {ADRESSE.read_text()}/"
    except OSError:
        ou = ""
    return (
        f"Une démonstration tourne déjà dans ce dossier{ou}. Elle continue : arrêtez-la d'abord par Ctrl-C."
    )


def reserver(pile: contextlib.ExitStack) -> dict[str, Serveur]:
    """The embedded servers, by the variable that would replace them, held for us alone but not started."""
    serveurs: dict[str, Serveur] = {"DATABASE_URL": Postgres(), "BROKER_URL": Valkey()}
    for serveur in serveurs.values():
        if not serveur.prendre_verrou():
            raise DejaLancee(_autre())
        pile.callback(serveur.arreter)
    return serveurs


def adresses(serveurs: dict[str, Serveur]) -> dict[str, str]:
    """Start the servers that the environment does not name."""
    demarres = {}
    for variable, serveur in serveurs.items():
        if not os.environ.get(variable):
            dire(f"· {serveur.nom} embarqué (données dans {serveur.dossier.relative_to(RACINE)})…")
            demarres[variable] = serveur.demarrer()
            if isinstance(serveur, Postgres):
                demarres["DATABASE_URL_PROPRIETAIRE"] = serveur.adresse_proprietaire
    return demarres


def port_de_franceconnect() -> int:
    for port in range(PORT_FRANCECONNECT, PORT_FRANCECONNECT + 100):
        if libre(port):
            return port
    raise Echec(
        f"Aucun port libre de {PORT_FRANCECONNECT} à {PORT_FRANCECONNECT + 99} pour FranceConnect local."
    )


def lancer_troupe(troupe: Troupe, port: int, franceconnect: Path | None) -> None:
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "statut_etudiant"]
    (VAR / "beat").mkdir(exist_ok=True)
    troupe.ajouter(
        "web", commande_web(port, "--workers-kill-timeout", "3", "--log-level", "warning", processus=2)
    )
    # Without gossip and mingle, a single worker starts at once.
    troupe.ajouter("worker", [
        *celery, "worker", "--concurrency", "2", "--loglevel", "INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ])  # fmt: skip
    troupe.ajouter(
        "beat", [*celery, "beat", "--loglevel", "WARNING", "--schedule", VAR / "beat" / "calendrier"]
    )
    if franceconnect is not None:
        troupe.ajouter("fc", [python, "-m", "statut_etudiant.franceconnect_local", franceconnect])


def derouler(pile: contextlib.ExitStack) -> None:
    debut = time.monotonic()
    embarques = reserver(pile)
    port = choisir_port(os.environ.get("PORT", ""))
    adresse = f"http://{HOTE}:{port}"
    ADRESSE.write_text(adresse)
    pile.callback(ADRESSE.unlink, missing_ok=True)
    if os.environ.get("RESET") == "1":
        repartir_de_zero()
    environnement = {
        **os.environ,
        "ENVIRONNEMENT": os.environ.get("ENVIRONNEMENT") or "demonstration",
        "ADRESSE_PUBLIQUE": adresse,
        "DJANGO_SETTINGS_MODULE": "statut_etudiant.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        # Celery's warning to those who run it as root, as this demonstration may be in a container.
        "PYTHONWARNINGS": "ignore:You're running the worker",
        **adresses(embarques),
    }
    franceconnect = None
    if not os.environ.get("FRANCECONNECT_URL"):
        franceconnect, reglages = franceconnect_local.preparer(
            VAR / "franceconnect", adresse=adresse, port=port_de_franceconnect()
        )
        environnement |= reglages
    if not environnement.get("CERTIFICATS_CLES"):
        environnement["CERTIFICATS_CLES"] = str(cles_des_certificats(VAR / "certificats.json"))
    # A hundred lines of mails written and sent would hide the progress: only what goes wrong is said.
    calme = {"NIVEAU_JOURNAUX": "WARNING", **environnement}
    executer(calme, "-m", "statut_etudiant.demo", "preparer", *PREPARATION)
    dire("· web, worker, beat et FranceConnect local…" if franceconnect else "· web, worker et beat…")
    troupe = pile.enter_context(Troupe(environnement))
    lancer_troupe(troupe, port, franceconnect)
    attendre_pret(adresse, troupe)
    executer(environnement, "-m", "statut_etudiant.demo", "preparer", "presenter_demonstration")
    dire(f"\nPrêt en {time.monotonic() - debut:.0f} s : {adresse}/   (Ctrl-C pour arrêter)\n")
    while True:
        surveiller(troupe)
        time.sleep(0.3)


def cles_des_certificats(fichier: Path) -> Path:
    """The keys that sign the certificates, made once and kept."""
    if not fichier.exists():
        cles.renouveler(fichier)
    return fichier


def _arreter(signum: int, cadre: FrameType | None) -> None:
    raise Arret


def main() -> int:
    for sortie in (sys.stdout, sys.stderr):
        sortie.reconfigure(errors="replace")  # type: ignore[union-attr]
    os.chdir(RACINE)
    environ.Env.read_env(RACINE / ".env")
    for signum in SIGNAUX:
        if signal.getsignal(signum) is not signal.SIG_IGN:  # as nohup asks
            signal.signal(signum, _arreter)
    code, fin = 0, "Tout est arrêté ; les données restent dans var/."
    with contextlib.ExitStack() as pile:
        try:
            derouler(pile)
        except Arret:
            dire("\nArrêt demandé…")
        except (Echec, ServeurIndisponible) as erreur:
            dire(f"\n{erreur}")
            code = 1
            if isinstance(erreur, DejaLancee):
                fin = ""
        finally:
            # A second signal must not interrupt the shutdown, which is bounded in time.
            for signum in SIGNAUX:
                signal.signal(signum, signal.SIG_IGN)
    if fin:
        dire(fin)
    return code


if __name__ == "__main__":
    if sys.argv[1:2] == ["preparer"]:
        preparer(*sys.argv[2:])
    else:
        sys.exit(main())
