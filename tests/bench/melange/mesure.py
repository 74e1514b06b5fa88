"""The mix itself: who comes, for how long, and what they saw."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from habilitations.scopes import SCOPES
from statut_etudiant.embarque.postgres import Postgres
from statut_etudiant.embarque.processus import lancer
from statut_etudiant.embarque.valkey import Valkey
from statut_etudiant.embarque.web import APPLICATION
from tests.bench.base import RACINE, Base, dire
from tests.bench.melange import croissance
from tests.bench.melange.gens import Appelant, Etablissement, Personne, Releves, Visiteur, inventer
from tests.bench.melange.monde import UAI
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web

ETUDIANTS = 30_000
#: How many of each, and their pause in seconds.
VISITEURS = {"": (6, 1.0), "demandeur": (6, 1.0), "instructeur": (3, 1.0), "administrateur": (1, 2.0),
             "gestionnaire": (6, 1.0)}  # fmt: skip
APPELANTS, PAUSE_APPELANT = 20, 0.2
UN_A_UN, PAUSE_UN_A_UN = 4, 0.5
PAR_LOT, TAILLE_LOT, PAUSE_LOT = 2, 500, 10.0
#: A tenth of the time, but 20 s at least, before which nothing is compared: caches and pools fill.
ECHAUFFEMENT = 20
OBJECTIF_PAGE, OBJECTIF_API = 500, 200  # ms, p95, both cores shared with those who ask
CROISSANCE = 1.15


def mesurer(serveur: Postgres, *, duree: float) -> list[Rapport]:
    base = Base(serveur, "bench_melange")
    base.peupler(ETUDIANTS)
    monde = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.bench.melange.monde"],
            cwd=RACINE, stdout=subprocess.PIPE, text=True, check=True,
            env=base.en_proprietaire,
        ).stdout
    )  # fmt: skip
    lecture = _jetons(base, APPELANTS, "--scopes", ",".join(SCOPES))
    ecriture = _jetons(base, UN_A_UN + PAR_LOT, "--type", "ecriture", "--uai", UAI)
    with base.connecter() as connexion:
        connexion.execute("VACUUM ANALYZE")
    releves, fin = Releves(), threading.Event()
    with tempfile.TemporaryDirectory() as dossier, Valkey(Path(dossier) / "valkey") as courtier:
        base.environnement["BROKER_URL"] = courtier.adresse
        with Web(APPLICATION, base, processus=2) as web:
            worker = _worker(base, Path(dossier) / "worker.log")
            try:
                gens = _gens(web.port, releves, fin, monde, lecture, ecriture)
                dire(f"· {len(gens)} personnes et logiciels pendant {duree:g} s, 2 processus web, 1 worker…")
                for une in gens:
                    une.start()
                points = _observer(base, duree, web.processus.pid, worker.pid)
                fin.set()
                for une in gens:
                    une.join(60)
            finally:
                worker.terminate()
                worker.wait(60)
            journaux = [web.journal.read_text(errors="replace"), (Path(dossier) / "worker.log").read_text()]
    return _rapports(releves, points, journaux, duree)


def _jetons(base: Base, nombre: int, *options: str) -> list[str]:
    return base.manage(
        "creer_jeton", "--siret", "13002526500013", "--intitule", "Mélange", *options,
        "--nombre", str(nombre), "--verbosity", "0",
    ).split()  # fmt: skip


def _worker(base: Base, journal: Path) -> subprocess.Popen[bytes]:
    with journal.open("wb") as sortie:
        return lancer(
            [sys.executable, "-m", "celery", "--quiet", "-A", "statut_etudiant", "worker", "--concurrency", "1"],
            dossier=RACINE, environnement=base.environnement, sortie=sortie,
        )  # fmt: skip


def _gens(port, releves, fin, monde, lecture: list[str], ecriture: list[str]) -> list[Personne]:
    gens: list[Personne] = []
    commun = (port, releves, fin)
    for qui, (nombre, pause) in VISITEURS.items():
        pages = [
            (f"{qui or 'public'}, {nom}", adresse) for a_qui, nom, adresse in monde["pages"] if a_qui == qui
        ]
        gens += [
            Visiteur(*commun, pages=pages, session=monde["sessions"].get(qui), pause=pause, graine=n)
            for n in range(nombre)
        ]
    gens += [
        Appelant(*commun, jeton=jeton, ines=monde["ines"], pause=PAUSE_APPELANT, graine=n)
        for n, jeton in enumerate(lecture)
    ]
    inventees = inventer()
    depart = time.time_ns()  # other students than those of the run before
    gens += [
        Etablissement(*commun, jeton=jeton, inventees=inventees, pause=PAUSE_UN_A_UN, graine=depart + n)
        for n, jeton in enumerate(ecriture[:UN_A_UN])
    ]
    gens += [
        Etablissement(
            *commun,
            jeton=jeton,
            inventees=inventees,
            lot=TAILLE_LOT,
            pause=PAUSE_LOT,
            graine=depart + UN_A_UN + n,
        )
        for n, jeton in enumerate(ecriture[UN_A_UN:])
    ]
    return gens


def _observer(base: Base, duree: float, *racines: int) -> list[croissance.Point]:
    fin = time.monotonic() + duree
    time.sleep(min(duree / 2, max(ECHAUFFEMENT, duree / 10)))
    points = [croissance.relever(base, *racines)]
    while (reste := fin - time.monotonic()) > 0:
        time.sleep(min(reste, max(5.0, duree / 60)))
        points.append(croissance.relever(base, *racines))
    return points


def _rapports(
    releves: Releves, points: list[croissance.Point], journaux: list[str], duree: float
) -> list[Rapport]:
    dire()
    dire(f"{'':<52}{'fois':>8}{'médiane':>12}{'p95':>12}{'maximum':>12}")
    p95 = {}
    for quoi, durees in sorted(releves.durees.items()):
        p95[quoi] = statistics.quantiles(durees, n=20)[-1] if len(durees) > 1 else durees[0]
        dire(
            f"{quoi:<52}{len(durees):>8}{statistics.median(durees):>9.1f} ms{p95[quoi]:>9.1f} ms{max(durees):>9.1f} ms"
        )
    appels = sum(map(len, releves.durees.values()))
    dire(
        f"{appels} réponses, {appels / duree:.0f} par seconde ; erreurs : {dict(releves.erreurs) or 'aucune'}"
    )
    dire(f"{'':<40}{'début':>12}{'milieu':>12}{'fin':>12}")
    for champ, nom in croissance.NOMS.items():
        suite = [getattr(point, champ) for point in points]
        dire(f"{nom:<40}{suite[0]:>12.0f}{suite[len(suite) // 2]:>12.0f}{suite[-1]:>12.0f}")
    fautes = sum(texte.count('"niveau": "ERROR"') + texte.count("Traceback") for texte in journaux)
    if fautes:
        Path(RACINE / "var" / "melange-erreurs.log").write_text("\n".join(journaux))
        dire(f"{fautes} erreurs dans les journaux : var{os.sep}melange-erreurs.log")
    pages = {quoi: valeur for quoi, valeur in p95.items() if not quoi.startswith(("API", "dépôt"))}
    pire = max(pages, key=pages.__getitem__)
    milieu = points[len(points) // 2]
    return [
        Rapport("erreurs", [sum(releves.erreurs.values()) + fautes], 0, maximum=True, unite=""),
        Rapport(f"p95, {pire}", [pages[pire]], OBJECTIF_PAGE, maximum=True, unite="ms"),
        Rapport("p95, API, lecture", [p95["API, lecture par INE"]], OBJECTIF_API, maximum=True, unite="ms"),
        *(
            Rapport(f"{nom}, fin / milieu", [getattr(points[-1], champ) / max(1.0, getattr(milieu, champ))],
                    CROISSANCE, maximum=True)
            for champ, nom in croissance.NOMS.items() if champ != "sessions"
        ),
    ]  # fmt: skip
