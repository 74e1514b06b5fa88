"""Reading: the whole path (token, quota, scopes, search, journal) against bare searches, and against its own size."""

import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

import psutil

from habilitations.scopes import SCOPES
from statut_etudiant.embarque.postgres import Postgres
from statut_etudiant.embarque.web import APPLICATION
from tests.bench.base import Base, dire
from tests.bench.charge import Mesure, rafale, requete, requetes
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web

CONNEXIONS = (1, 8, 32, 64)
#: Where the ratios are read.
REFERENCE = 32
#: What is served where no loop runs: Django drives the same doors, one statement a call.
APPLICATION_WSGI = "statut_etudiant.wsgi:application"
#: With this many tokens in turn, each stays far below its 20 calls a second.
JETONS = 500
ECHANTILLON = 20_000
RECIPIENT = "13002526500013"

# Students whom their identity alone designates: the search is the same for homonyms, but the answer is not.
_ECHANTILLON = """
SELECT e.ine, e.nom_naissance, e.prenoms[1], e.date_naissance, e.sexe, e.lieu_naissance
FROM referentiel_etudiant e
WHERE e.sexe IS NOT NULL AND mod(e.id, %s) = 0 AND NOT EXISTS (
    SELECT FROM referentiel_etudiant a
    WHERE a.cle_nom = e.cle_nom AND a.date_naissance = e.date_naissance AND a.id <> e.id)
LIMIT %s
"""


class Releve(NamedTuple):
    """A burst, and the processor time that each of its calls took (µs) of the web server and of PostgreSQL."""

    mesure: Mesure
    web: float
    base: float


@dataclass
class Cible:
    """Something to call, and what its bursts gave by number of connections."""

    nom: str
    web: Web
    appels: Iterator[bytes]
    serveur: Postgres
    releves: dict[int, list[Releve]] = field(default_factory=lambda: defaultdict(list))

    def appeler(self, connexions: int, duree: float) -> Releve:
        web, base = _processeur(self.web.processus.pid), _processeur(self.serveur.processus.pid)
        mesure = rafale(self.web.port, self.appels, duree=duree, connexions=connexions)
        if not mesure.statuts:
            raise SystemExit(f"{self.nom} : aucune réponse en {duree:g} s, la mesure ne vaut rien.")
        appels = sum(mesure.statuts.values())
        return Releve(
            mesure,
            (_processeur(self.web.processus.pid) - web) / appels * 1e6,
            (_processeur(self.serveur.processus.pid) - base) / appels * 1e6,
        )

    def noter(self, connexions: int, duree: float) -> None:
        self.releves[connexions].append(self.appeler(connexions, duree))

    def debits(self, connexions: int) -> list[float]:
        return [releve.mesure.debit for releve in self.releves[connexions]]

    def latences(self, connexions: int) -> list[float]:
        return [releve.mesure.mediane for releve in self.releves[connexions]]


def _processeur(pid: int) -> float:
    """Seconds of processor of a process and of its children, those that have ended included."""
    total = 0.0
    for processus in (racine := psutil.Process(pid), *racine.children(recursive=True)):
        # An autovacuum may end meanwhile: its time is then its parent's.
        with suppress(psutil.NoSuchProcess):
            temps = processus.cpu_times()
            total += temps.user + temps.system
    return total


def _rapports(hauts: list[float], bas: list[float]) -> list[float]:
    return [haut / un for haut, un in zip(hauts, bas, strict=True)]


def _chemins(base: Base, etudiants: int) -> dict[str, list[str]]:
    with base.connecter() as connexion:
        lignes = connexion.execute(_ECHANTILLON, [max(1, etudiants // ECHANTILLON), ECHANTILLON]).fetchall()
    random.Random(0).shuffle(lignes)
    ine = [urlencode({"recipient": RECIPIENT, "ine": ligne[0]}) for ligne in lignes]
    identite = [
        urlencode(
            {
                "recipient": RECIPIENT, "nomNaissance": nom, "prenoms[]": prenom, "anneeDateNaissance": date.year,
                "moisDateNaissance": date.month, "jourDateNaissance": date.day, "sexeEtatCivil": sexe,
                **({"codeCogInseeCommuneNaissance": lieu} if lieu else {}),
            }
        )
        for _, nom, prenom, date, sexe, lieu in lignes
    ]  # fmt: skip
    return {
        "ine": [f"/v3/mesri/statut_etudiant/ine?{requete}" for requete in ine],
        "identite": [f"/v3/mesri/statut_etudiant/identite?{requete}" for requete in identite],
    }


def mesurer(
    serveur: Postgres, petite: Base, grande: Base, *, tailles: tuple[int, int], tours: int, duree: float
) -> list[Rapport]:
    """Interleaved rounds: each target in turn, so that what disturbs the machine disturbs them all."""
    milliers = [f"{taille:,}".replace(",", " ") for taille in tailles]
    with ExitStack() as pile:
        jetons = {base.adresse: base.jetons(JETONS, ",".join(SCOPES)) for base in (petite, grande)}
        chemins = {
            base.adresse: _chemins(base, taille)
            for base, taille in zip((petite, grande), tailles, strict=True)
        }

        def servir(application: str, base: Base, **options: int) -> Web:
            return pile.enter_context(Web(application, base, **options))

        def cible(nom: str, web: Web, base: Base = grande, voie: str = "ine") -> Cible:
            return Cible(nom, web, requetes(chemins[base.adresse][voie], jetons[base.adresse]), serveur)

        un, deux = servir(APPLICATION, grande), servir(APPLICATION, grande, processus=2)
        ine, identite = cible("produit, INE", un), cible("produit, identité", un, voie="identite")
        ine_deux = cible("produit, INE, 2 processus", deux)
        en_petit = cible(f"produit, INE, {milliers[0]}", servir(APPLICATION, petite), petite)
        avant = cible("un appel à la fois (WSGI)", servir(APPLICATION_WSGI, grande, fils=16))
        nues = [
            cible("vue nue WSGI, 16 fils", servir("tests.bench.temoin:application", grande, fils=16)),
            cible("vue nue WSGI, 4 fils", servir("tests.bench.temoin:application", grande, fils=4)),
            cible("vue nue ASGI, 4 connexions", servir("tests.bench.temoin:application_asgi", grande)),
        ]
        partout = [ine, identite, ine_deux, avant, *nues]
        dire(f"· échauffement, puis {tours} tours de rafales de {duree:g} s, {milliers[1]} étudiants…")
        for une in (*partout, en_petit):
            une.appeler(REFERENCE, 2)
        for _ in range(tours):
            for connexions in CONNEXIONS:
                for une in partout:
                    une.noter(connexions, duree)
            en_petit.noter(REFERENCE, duree)
    _tableau([*partout, en_petit])
    meilleure = {
        connexions: [max(debits) for debits in zip(*(nue.debits(connexions) for nue in nues), strict=True)]
        for connexions in CONNEXIONS
    }
    a_reference = ine.debits(REFERENCE)
    return [
        Rapport(
            f"INE / meilleure vue nue, {REFERENCE} connexions",
            _rapports(a_reference, meilleure[REFERENCE]),
            0.8,
        ),
        *(
            Rapport(f"— {connexions} connexions", _rapports(ine.debits(connexions), meilleure[connexions]), 0)
            for connexions in CONNEXIONS
            if connexions != REFERENCE
        ),
        Rapport("identité / INE", _rapports(identite.debits(REFERENCE), a_reference), 0.8),
        Rapport(
            " / ".join(reversed(milliers)) + " étudiants",
            _rapports(a_reference, en_petit.debits(REFERENCE)),
            0.9,
        ),
        Rapport(
            "latence, 1 connexion / un à la fois",
            _rapports(ine.latences(1), avant.latences(1)),
            1.1,
            maximum=True,
        ),
        Rapport("débit, 8 connexions / un à la fois", _rapports(ine.debits(8), avant.debits(8)), 1.0),
    ]


def interblocages(serveur: Postgres, base: Base, *, duree: float) -> list[Rapport]:
    """Two processes, each call with a token drawn at random: PostgreSQL must never find two waiting for each other."""
    jetons = base.jetons(JETONS, ",".join(SCOPES))
    chemins = _chemins(base, ECHANTILLON)["ine"]
    hasard = random.Random(0)

    def melange() -> Iterator[bytes]:
        while True:
            yield requete(hasard.choice(chemins), hasard.choice(jetons))

    dire(f"· deux processus, jetons tirés au hasard, {duree:g} s…")
    avant = _interblocages(base)
    with Web(APPLICATION, base, processus=2) as web:
        mesure = rafale(web.port, melange(), duree=duree, connexions=64)
    trouves = _interblocages(base) - avant
    dire(f"{mesure.debit:.0f} appels/s, réponses {mesure.statuts}")
    inattendues = sum(nombre for statut, nombre in mesure.statuts.items() if statut not in (200, 429))
    return [
        Rapport("interblocages", [trouves], 0, maximum=True, unite="fois"),
        Rapport("réponses ni 200 ni 429", [inattendues], 0, maximum=True, unite="rép."),
    ]


def _interblocages(base: Base) -> int:
    with base.connecter() as connexion:
        (nombre,) = connexion.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    return int(nombre)


def _tableau(cibles: list[Cible]) -> None:
    dire()
    dire(
        f"{'':<28}{'connexions':>11}{'appels/s':>10}{'médiane':>11}{'p95':>11}{'web':>9}{'PostgreSQL':>12}"
        f"{'générateur':>12}   réponses"
    )
    for cible in cibles:
        for connexions, releves in cible.releves.items():

            def mediane(lire: Callable[[Releve], float], releves: list[Releve] = releves) -> float:
                return statistics.median(map(lire, releves))

            statuts: dict[int, int] = {}
            for releve in releves:
                for statut, nombre in releve.mesure.statuts.items():
                    statuts[statut] = statuts.get(statut, 0) + nombre
            dire(
                f"{cible.nom:<28}{connexions:>11}{mediane(lambda r: r.mesure.debit):>10.0f}"
                f"{mediane(lambda r: r.mesure.mediane):>8.2f} ms{mediane(lambda r: r.mesure.p95):>8.2f} ms"
                f"{mediane(lambda r: r.web):>6.0f} µs{mediane(lambda r: r.base):>9.0f} µs"
                f"{mediane(lambda r: r.mesure.generateur):>11.0%}    {statuts}"
            )
            if set(statuts) != {200}:
                raise SystemExit(f"{cible.nom} : des réponses ne sont pas 200, la mesure ne vaut rien.")
