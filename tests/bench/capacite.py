"""What one call costs, by number of web processes, with a pooler, with a replica; what one row takes on the disk.

The ratio between two numbers of processes says little on a machine whose two cores also run PostgreSQL and the load
generator. The processor time of a call says more: it adds up, and divides by the cores of another machine.
"""

import secrets
import shutil
import statistics
import tempfile
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import orjson

from habilitations.scopes import SCOPES
from referentiel.generation.numeros import Numeros
from statut_etudiant.embarque import adresse_postgres
from statut_etudiant.embarque.postgres import Postgres
from statut_etudiant.embarque.web import APPLICATION
from tests.bench.base import DOSSIER, Base, dire
from tests.bench.charge import requetes
from tests.bench.lecture import JETONS, Cible, _chemins
from tests.bench.melange.gens import inventer
from tests.bench.melange.monde import UAI
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web
from tests.embarque_a_deux import Secondaire
from tests.services_de_debian import pgbouncer

PROCESSUS = (1, 2, 4)
LECTEURS, ECRIVAINS = 64, 16
JETONS_D_ECRITURE = 200
#: Of a pooler: as many as two processes would open for their reading calls, without those of their threads.
CONNEXIONS = 8

_TAILLES = """
SELECT (SELECT count(*) FROM referentiel_etudiant), (SELECT count(*) FROM referentiel_inscription),
    pg_total_relation_size('referentiel_etudiant'), pg_total_relation_size('referentiel_inscription'),
    (SELECT count(*) FROM referentiel_echange),
    (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits
     WHERE inhparent::regclass::text LIKE 'referentiel_echange%%'),
    pg_database_size(current_database())
"""


class Tailles(NamedTuple):
    etudiants: int
    inscriptions: int
    octets_etudiants: int
    octets_inscriptions: int
    echanges: int
    octets_echanges: int
    octets: int


def mesurer(serveur: Postgres, base: Base, etudiants: int, *, tours: int, duree: float) -> list[Rapport]:
    with base.connecter() as connexion:
        connexion.execute("DELETE FROM habilitations_consommation")
    lecture = base.jetons(JETONS, ",".join(SCOPES))
    ecriture = base.manage(
        "creer_jeton", "--type", "ecriture", "--siret", "13002526500013", "--intitule", "Capacité", "--uai", UAI,
        "--nombre", str(JETONS_D_ECRITURE), "--verbosity", "0",
    ).split()  # fmt: skip
    chemins = _chemins(base, etudiants)["ine"]
    avant = _tailles(base)
    with ExitStack() as pile:
        cibles = {
            processus: pile.enter_context(Web(APPLICATION, base, processus=processus))
            for processus in PROCESSUS
        }
        lectures = [
            Cible(f"lecture, {processus} processus", web, requetes(chemins, lecture), serveur)
            for processus, web in cibles.items()
        ]
        ecritures = [
            Cible(f"écriture, {processus} processus", web, _declarations(ecriture, processus), serveur)
            for processus, web in cibles.items()
        ]
        dossier = Path(pile.enter_context(tempfile.TemporaryDirectory()))
        if shutil.which("pgbouncer") or Path("/usr/sbin/pgbouncer").exists():
            adresse = pile.enter_context(pgbouncer(base.adresse, dossier, connexions=CONNEXIONS))
            web = pile.enter_context(_autre(base, DATABASE_URL=adresse, DATABASE_POOLER="true"))
            lectures.append(Cible("lecture, 2 processus, pooler", web, requetes(chemins, lecture), serveur))
        dire("· copie de la base pour une réplique…")
        replique = pile.enter_context(Secondaire(DOSSIER.with_name("bench-replique"), serveur))
        pile.callback(shutil.rmtree, replique.dossier, ignore_errors=True)
        du_nom = adresse_postgres(replique.dossier, base=base.nom)
        web = pile.enter_context(_autre(base, DATABASE_URL_REPLIQUE=du_nom))
        lectures.append(Cible("lecture, 2 processus, réplique", web, requetes(chemins, lecture), serveur))
        dire(f"· {tours} tours de rafales de {duree:g} s, {etudiants:,} étudiants…".replace(",", " "))
        for cible in lectures:
            cible.appeler(LECTEURS, 2)
        for _ in range(tours):
            for cible in lectures:
                cible.noter(LECTEURS, duree)
            for cible in ecritures:
                cible.noter(ECRIVAINS, duree)
    _tableau([*lectures, *ecritures])
    _disque(avant, _tailles(base))
    return []


def _autre(base: Base, **reglages: str) -> Web:
    return Web(APPLICATION, base, processus=2, **reglages)


def _declarations(jetons: list[str], graine: int):
    """Enrolments of students that nobody declared, each by the next token."""
    inventees, numeros = cycle(inventer()), Numeros(100_000_000)
    # Apart from those of the other targets, and most likely of the runs before.
    rang = secrets.randbelow(90_000_000) + graine
    for jeton in cycle(jetons):
        corps = orjson.dumps({"ine": numeros.ine(rang), **next(inventees)})
        rang += len(PROCESSUS) + 1
        yield (
            f"POST /api/inscription HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {jeton}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(corps)}\r\n\r\n"
        ).encode() + corps


def _tailles(base: Base) -> Tailles:
    with base.connecter() as connexion:
        return Tailles(*connexion.execute(_TAILLES).fetchone())


def _tableau(cibles: list[Cible]) -> None:
    dire()
    dire(f"{'':<34}{'appels/s':>10}{'médiane':>11}{'p95':>11}{'web':>9}{'primaire':>11}   réponses")
    for cible in cibles:
        ((_, releves),) = cible.releves.items()
        statuts: dict[int, int] = {}
        for releve in releves:
            for statut, nombre in releve.mesure.statuts.items():
                statuts[statut] = statuts.get(statut, 0) + nombre

        def mediane(lire, releves=releves) -> float:
            return statistics.median(map(lire, releves))

        dire(
            f"{cible.nom:<34}{mediane(lambda r: r.mesure.debit):>10.0f}"
            f"{mediane(lambda r: r.mesure.mediane):>8.1f} ms{mediane(lambda r: r.mesure.p95):>8.1f} ms"
            f"{mediane(lambda r: r.web):>6.0f} µs{mediane(lambda r: r.base):>8.0f} µs   {statuts}"
        )


def _disque(avant: Tailles, apres: Tailles) -> None:
    dire()
    dire(f"base : {apres.octets / 2**30:.2f} Gio")
    dire(f"un étudiant : {apres.octets_etudiants / apres.etudiants:.0f} octets, index compris")
    dire(f"une inscription : {apres.octets_inscriptions / apres.inscriptions:.0f} octets, index compris")
    nouveaux = apres.echanges - avant.echanges
    if nouveaux > 0:
        octets = (apres.octets_echanges - avant.octets_echanges) / nouveaux
        dire(f"une ligne du journal : {octets:.0f} octets, index compris ({nouveaux} lignes écrites)")
