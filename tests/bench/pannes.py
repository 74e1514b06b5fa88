"""Calls while PostgreSQL and the web server are killed (`kill -9`), or its disk slows down and hangs: what was answered
is kept, once.

Each writing client declares an inscription again until it is answered 200, as an establishment's software does. At the
end the database must hold every inscription once, and the history one creation of each. Others read meanwhile: every
answer must have its row in the exchange journal, once. Nobody may ever be answered 500: an absent database is a 503.
"""

import contextlib
import http.client
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Protocol

import orjson
import psutil

from habilitations.scopes import SCOPES
from referentiel.calendrier import debut_annee_universitaire
from referentiel.generation.numeros import Numeros
from referentiel.generation.personnes import personnes
from statut_etudiant.embarque.postgres import Postgres
from statut_etudiant.embarque.web import APPLICATION
from tests.bench.base import Base, dire
from tests.bench.disque_lent import PostgresLent
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web

CLIENTS = 16
LECTEURS = 8
#: With this many tokens in turn, none comes near its 20 calls a second.
JETONS = 500
PAUSES = (3.0, 9.0)  # seconds between two kills
UAI = "0311384L"

_COMPTES = """
SELECT (SELECT count(*) FROM referentiel_etudiant),
    (SELECT count(*) FROM referentiel_inscription),
    (SELECT count(*) FROM (SELECT FROM referentiel_inscription GROUP BY etudiant_id HAVING count(*) > 1) d),
    (SELECT count(*) FROM referentiel_historique WHERE objet = 'inscription' AND operation = 'creation'),
    (SELECT count(*) FROM referentiel_historique WHERE objet = 'etudiant' AND operation = 'creation')
"""


class Declarations:
    """What is to be written, handed out to the clients, and what became of it."""

    def __init__(self, nombre: int, jetons: list[str]) -> None:
        self._a_faire = self._inventer(nombre)
        self._jetons = itertools.cycle(jetons)
        self._verrou = threading.Lock()
        self.faites: set[str] = set()
        self.messages: Counter[str] = Counter()
        self.echecs: Counter[str] = Counter()
        self.erreur: str | None = None

    @staticmethod
    def _inventer(nombre: int) -> Iterator[tuple[str, bytes]]:
        numeros = Numeros(nombre)
        rentree = debut_annee_universitaire(date.today())  # noqa: DTZ011
        for i, personne in enumerate(personnes(random.Random(nombre), nombre, rentree=rentree)):
            ine = numeros.ine(i)
            yield (
                ine,
                orjson.dumps(
                    {
                        "ine": ine,
                        "dateNaissance": str(personne.naissance),
                        "identite": {
                            "nomNaissance": personne.nom,
                            "prenoms": list(personne.prenoms),
                            "sexe": personne.sexe or "F",
                        },
                        "uai": UAI,
                        "dateDebutInscription": f"{rentree.year}-09-01",
                        "dateFinInscription": f"{rentree.year + 1}-08-31",
                        "statut": "inscrit",
                    }
                ),
            )

    def prendre(self) -> tuple[str, bytes, str] | None:
        with self._verrou:
            suivante = next(self._a_faire, None) if self.erreur is None else None
            return None if suivante is None else (*suivante, next(self._jetons))

    def noter(self, ine: str, message: str) -> None:
        with self._verrou:
            self.faites.add(ine)
            self.messages[message] += 1

    def manquer(self, raison: str) -> None:
        with self._verrou:
            self.echecs[raison] += 1

    def abandonner(self, erreur: str) -> None:
        """Nobody calls any more: this answer is not one that an accident explains."""
        self.erreur = erreur


def _declarer(port: int, declarations: Declarations) -> None:
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while (prise := declarations.prendre()) is not None:
        ine, corps, jeton = prise
        while declarations.erreur is None:
            try:
                connexion.request(
                    "POST",
                    "/api/inscription",
                    corps,
                    {"X-API-Key": jeton, "Content-Type": "application/json"},
                )
                reponse = connexion.getresponse()
                contenu = reponse.read()
            except (OSError, http.client.HTTPException) as erreur:
                connexion.close()
                declarations.manquer(type(erreur).__name__)
                time.sleep(0.1)
                continue
            if reponse.status == 200:
                declarations.noter(ine, orjson.loads(contenu)["message"])
                break
            if reponse.status < 500:
                declarations.abandonner(f"{reponse.status} {contenu.decode(errors='replace')[:300]}")
            declarations.manquer(str(reponse.status))
            time.sleep(0.1)
    connexion.close()


class Lectures:
    """What the reading clients were answered: the identifiers of the answers that must be in the journal."""

    def __init__(self, ecritures: int, jetons: list[str]) -> None:
        self.fin = threading.Event()
        self.journalisees: list[str] = []
        self.statuts: Counter[int] = Counter()
        self._jetons = jetons
        # The students that are being declared, and as many that nobody will declare.
        numeros = Numeros(ecritures)
        self._ines = [numeros.ine(i) for i in range(2 * ecritures)]

    def lire(self, port: int, graine: int) -> None:
        hasard = random.Random(graine)
        connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while not self.fin.is_set():
            chemin = f"/v3/mesri/statut_etudiant/ine?recipient=13002526500013&ine={hasard.choice(self._ines)}"
            try:
                connexion.request(
                    "GET", chemin, headers={"Authorization": f"Bearer {hasard.choice(self._jetons)}"}
                )
                reponse = connexion.getresponse()
                reponse.read()
            except (OSError, http.client.HTTPException):
                connexion.close()
                time.sleep(0.1)
                continue
            self.statuts[reponse.status] += 1
            if reponse.status in (200, 404):
                self.journalisees.append(reponse.headers["X-Request-ID"])
            else:
                time.sleep(0.05)
        connexion.close()


def _abattre_postgres(serveur: Postgres) -> None:
    assert serveur.processus is not None
    maitre = psutil.Process(serveur.processus.pid)
    for processus in (*maitre.children(recursive=True), maitre):
        with contextlib.suppress(psutil.NoSuchProcess):
            processus.kill()
    serveur.arreter()
    serveur.demarrer()


class Accidents(Protocol):
    """What happens while people call. `bilan`: what happened, by name."""

    bilan: Counter[str]

    def arriver(self, web: Web, base: Base) -> None: ...


class Abattages:
    """`kill -9`: PostgreSQL, then the web server, then PostgreSQL…"""

    def __init__(self, serveur: Postgres) -> None:
        self._serveur = serveur
        self.bilan: Counter[str] = Counter()

    def arriver(self, web: Web, base: Base) -> None:
        if self.bilan.total() % 2:
            web.tuer()
            web.demarrer()
            self.bilan["web abattu"] += 1
            return
        _abattre_postgres(self._serveur)
        self.bilan["PostgreSQL abattu"] += 1
        # Autovacuum's work: it never has its minute between two kills, and tables that were empty at first would be
        # read from end to end for each write.
        with base.connecter() as connexion:
            connexion.execute("ANALYZE")


class DisqueLent:
    """Each fsync takes half a second for a while, then hangs for longer than PostgreSQL's own timeouts and ours."""

    LENT, LENTEUR = 500, 5.0  # milliseconds each, for so many seconds
    BLOCAGE = 15.0  # seconds

    def __init__(self, serveur: PostgresLent) -> None:
        self._serveur = serveur
        self.bilan: Counter[str] = Counter()

    def arriver(self, web: Web, base: Base) -> None:
        bloque = self.bilan.total() % 2
        self._serveur.attente(60_000 if bloque else self.LENT)
        try:
            time.sleep(self.BLOCAGE if bloque else self.LENTEUR)
        finally:
            self._serveur.attente(0)
        self.bilan["disque bloqué" if bloque else "disque lent"] += 1


def mesurer(serveur: Postgres, *, ecritures: int, accidents: Accidents | None = None) -> list[Rapport]:
    accidents = accidents or Abattages(serveur)
    base = Base(serveur, "bench_pannes", neuve=True)
    base.manage(
        "importer_etablissements", "referentiel/donnees/demonstration/etablissements.csv", "--verbosity", "0"
    )
    jetons = base.manage(
        "creer_jeton", "--type", "ecriture", "--siret", "13002526500013", "--intitule", "Pannes", "--uai", UAI,
        "--nombre", str(JETONS), "--verbosity", "0",
    ).split()  # fmt: skip
    jetons_de_lecture = base.manage(
        "creer_jeton", "--siret", "13002526500013", "--intitule", "Pannes", "--scopes", ",".join(SCOPES),
        "--nombre", "50", "--verbosity", "0",
    ).split()  # fmt: skip
    declarations, lectures = Declarations(ecritures, jetons), Lectures(ecritures, jetons_de_lecture)
    hasard = random.Random()
    dire(f"· {ecritures} inscriptions déclarées par {CLIENTS} clients pendant les accidents…")
    debut = time.monotonic()
    with Web(APPLICATION, base) as web:
        clients = [threading.Thread(target=_declarer, args=(web.port, declarations)) for _ in range(CLIENTS)]
        lecteurs = [threading.Thread(target=lectures.lire, args=(web.port, n)) for n in range(LECTEURS)]
        for client in (*clients, *lecteurs):
            client.start()
        try:
            while any(client.is_alive() for client in clients):
                # Until the pause is over, or the work.
                clients[0].join(hasard.uniform(*PAUSES))
                if not clients[0].is_alive():
                    break
                accidents.arriver(web, base)
        except BaseException:
            declarations.abandonner("interrompu")
            raise
        finally:
            for client in clients:
                client.join()
            lectures.fin.set()
            for lecteur in lecteurs:
                lecteur.join()
    duree = time.monotonic() - debut
    if declarations.erreur is not None:
        raise SystemExit(f"réponse inattendue : {declarations.erreur}")
    with base.connecter() as connexion:
        (etudiants, inscriptions, doubles, creations, etudiants_crees) = connexion.execute(
            _COMPTES
        ).fetchone()
        presentes = {
            ine
            for (ine,) in connexion.execute(
                "SELECT e.ine FROM referentiel_etudiant e JOIN referentiel_inscription i ON i.etudiant_id = e.id"
            )
        }
        journal = Counter(
            requete for (requete,) in connexion.execute("SELECT requete FROM referentiel_echange")
        )
        sans_attribution = connexion.execute(
            "SELECT count(*) FROM referentiel_echange WHERE jeton_id IS NULL OR organisation = ''"
        ).fetchone()[0]
    dire(
        f"{len(declarations.faites)} écritures répondues en {duree:.0f} s ; {dict(accidents.bilan)} ; réponses "
        f"{dict(declarations.messages)} ; échecs recommencés {dict(declarations.echecs)}"
    )
    dire(f"lectures : {dict(lectures.statuts)} ; journal : {journal.total()} lignes")
    dire(
        f"en base : {etudiants} étudiants, {inscriptions} inscriptions ; historique : {etudiants_crees} et {creations} "
        "créations"
    )
    perdues = len(declarations.faites - presentes)
    en_trop = doubles + abs(creations - inscriptions) + abs(etudiants_crees - etudiants)
    en_trop += max(0, inscriptions - len(declarations.faites))
    return [
        Rapport(f"perdues sur {ecritures} écritures répondues", [perdues], 0, maximum=True, unite="écr."),
        Rapport("en trop, ou sans leur trace", [en_trop], 0, maximum=True, unite="écr."),
        Rapport(
            f"sans leur ligne, sur {len(lectures.journalisees)} lectures",
            [sum(requete not in journal for requete in lectures.journalisees)],
            0,
            maximum=True,
            unite="lect.",
        ),
        Rapport(
            "lignes doublées ou sans attribution",
            [journal.total() - len(journal) + sans_attribution],
            0,
            maximum=True,
            unite="lign.",
        ),
        Rapport(
            "réponses 500",
            [declarations.echecs["500"] + lectures.statuts[500]],
            0,
            maximum=True,
            unite="rép.",
        ),
    ]
