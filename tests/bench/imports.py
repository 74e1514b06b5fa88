"""Importing a file: the command against a bare COPY and merge of the same file, and the memory that it takes."""

import csv
import os
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

from referentiel.calendrier import debut_annee_universitaire
from referentiel.generation.numeros import Numeros
from referentiel.generation.personnes import personnes
from statut_etudiant.embarque import VAR
from statut_etudiant.embarque.postgres import Postgres
from tests.bench.base import RACINE, Base, dire
from tests.bench.rapport import Rapport

LIGNES, PEU, BEAUCOUP = 200_000, 10_000, 1_000_000
MODELE = "bench_import"

_COLONNES = (
    "ine", "dateNaissance", "uai", "dateDebutInscription", "dateFinInscription", "statut", "regime", "cursus",
    "diplome", "nomNaissance", "prenoms", "sexe", "codeCogInseeCommuneNaissance",
)  # fmt: skip

# No validation, no report, no resumption: what PostgreSQL itself needs for this file.
_NU = """
INSERT INTO referentiel_etudiant (ine, nom_naissance, prenoms, sexe, date_naissance, lieu_naissance)
SELECT DISTINCT ON (ine) ine, "nomNaissance", string_to_array(prenoms, ','), nullif(sexe, ''),
    "dateNaissance"::date, nullif("codeCogInseeCommuneNaissance", '')
FROM nu ORDER BY ine ON CONFLICT (ine, fictif) DO NOTHING;
INSERT INTO referentiel_inscription AS i (etudiant_id, etablissement_id, statut, regime, date_debut, date_fin,
    code_commune, cursus, diplome, source)
SELECT e.id, s.id, n.statut, n.regime, n."dateDebutInscription"::date, n."dateFinInscription"::date, s.code_commune,
    n.cursus, n.diplome, 'commande'
FROM nu n JOIN referentiel_etudiant e ON e.ine = n.ine AND NOT e.fictif JOIN referentiel_etablissement s USING (uai)
ON CONFLICT (etudiant_id, etablissement_id, date_debut, diplome) DO UPDATE SET
    statut = excluded.statut, regime = excluded.regime, date_fin = excluded.date_fin, confirmee_le = now();
"""


class Passage(NamedTuple):
    secondes: float
    memoire: float  # peak of the process, in MB


def _fichier(lignes: int, uais: list[str]) -> Path:
    """A file of that many new students: each line creates a student and an inscription."""
    chemin = VAR / f"bench-import-{lignes}.csv"
    hasard = random.Random(lignes)
    numeros = Numeros(lignes)
    rentree = debut_annee_universitaire(date.today())  # noqa: DTZ011
    dates = (f"{rentree.year}-09-01", f"{rentree.year + 1}-08-31")
    with chemin.open("w", encoding="utf-8", newline="") as sortie:
        ecriture = csv.writer(sortie, delimiter=";", lineterminator="\n")
        ecriture.writerow(_COLONNES)
        for i, personne in enumerate(personnes(hasard, lignes, rentree=rentree)):
            ecriture.writerow((
                numeros.ine(i), personne.naissance, uais[i % len(uais)], *dates, "inscrit", "RF1", "L",
                "Licence Droit", personne.nom, ",".join(personne.prenoms), personne.sexe or "F", personne.lieu or "",
            ))  # fmt: skip
    return chemin


def _nu(base: Base, fichier: Path) -> float:
    with base.connecter() as connexion:
        debut = time.perf_counter()
        with connexion.transaction(), connexion.cursor() as curseur:
            colonnes = ", ".join(f'"{nom}" text' for nom in _COLONNES)
            curseur.execute(f"CREATE TEMP TABLE nu ({colonnes}) ON COMMIT DROP")
            copier = "COPY nu FROM STDIN (FORMAT csv, HEADER, DELIMITER ';', NULL '\\N')"
            with fichier.open("rb") as contenu, curseur.copy(copier) as copie:
                while morceau := contenu.read(1 << 20):
                    copie.write(morceau)
            curseur.execute("ANALYZE nu")
            curseur.execute(_NU)
        return time.perf_counter() - debut


def _produit(base: Base, fichier: Path) -> Passage:
    """The command as an operator runs it, start of Python included."""
    debut = time.perf_counter()
    processus = subprocess.Popen(
        [sys.executable, "manage.py", "importer_inscriptions", str(fichier)],
        cwd=RACINE,
        env=base.environnement,
        stdout=subprocess.DEVNULL,
    )
    _, etat, usage = os.wait4(processus.pid, 0)
    processus.returncode = os.waitstatus_to_exitcode(etat)
    if processus.returncode:
        raise SystemExit("l'import a rejeté des lignes, la mesure ne vaut rien")
    return Passage(time.perf_counter() - debut, usage.ru_maxrss / 1024)


def mesurer(serveur: Postgres, *, tours: int) -> list[Rapport]:
    """Each passage starts from the same database: establishments, and no student."""
    modele = Base(serveur, MODELE)
    modele.manage(
        "importer_etablissements", "referentiel/donnees/demonstration/etablissements.csv", "--verbosity", "0"
    )
    with modele.connecter() as connexion:
        uais = [uai for (uai,) in connexion.execute("SELECT uai FROM referentiel_etablissement ORDER BY 1")]

    def neuve() -> Base:
        return Base(serveur, f"{MODELE}_essai", neuve=True, modele=MODELE)

    fichiers = {lignes: _fichier(lignes, uais) for lignes in (PEU, LIGNES, BEAUCOUP)}
    try:
        dire(f"· import : {tours} tours de {LIGNES} lignes, puis {PEU} et {BEAUCOUP}…")
        nus, produits = [], []
        for _ in range(tours):
            nus.append(_nu(neuve(), fichiers[LIGNES]))
            produits.append(_produit(neuve(), fichiers[LIGNES]).secondes)
        peu = _produit(neuve(), fichiers[PEU])
        beaucoup = _produit(neuve(), fichiers[BEAUCOUP])
    finally:
        for fichier in fichiers.values():
            fichier.unlink()
    dire(
        f"{LIGNES} lignes : nu {min(nus):.1f} à {max(nus):.1f} s, produit {min(produits):.1f} à {max(produits):.1f} s"
    )
    return [
        Rapport(
            f"import de {LIGNES} lignes / COPY et fusion nus",
            [nu / produit for nu, produit in zip(nus, produits, strict=True)],
            0.25,
        ),
        Rapport(f"mémoire : {BEAUCOUP} / {PEU} lignes", [beaucoup.memoire / peu.memoire], 1.2, maximum=True),
        Rapport(f"mémoire à {BEAUCOUP} lignes", [beaucoup.memoire], 300, maximum=True, unite="Mo"),
        Rapport(f"durée de {BEAUCOUP} lignes", [beaucoup.secondes], 300, maximum=True, unite="s"),
    ]
