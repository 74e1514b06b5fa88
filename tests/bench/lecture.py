"""Reading: the whole path (token, quota, scopes, search, journal) against a bare search, and against its own size."""

import random
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlencode

from habilitations.scopes import SCOPES
from tests.bench.base import Base, dire
from tests.bench.charge import Mesure, rafale, requetes
from tests.bench.rapport import Rapport
from tests.bench.serveurs import Web

CONNEXIONS = 32
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


@dataclass
class Cible:
    """Something to call, and what its bursts gave."""

    nom: str
    port: int
    appels: Iterator[bytes]
    mesures: list[Mesure] = field(default_factory=list)

    @property
    def debit(self) -> float:
        return statistics.median(mesure.debit for mesure in self.mesures)

    def appeler(self, duree: float) -> Mesure:
        mesure = rafale(self.port, self.appels, duree=duree, connexions=CONNEXIONS)
        if not mesure.statuts:
            raise SystemExit(f"{self.nom} : aucune réponse en {duree:g} s, la mesure ne vaut rien.")
        return mesure


def rapport(nom: str, haut: Cible, bas: Cible, objectif: float) -> Rapport:
    valeurs = [h.debit / b.debit for h, b in zip(haut.mesures, bas.mesures, strict=True)]
    return Rapport(nom, valeurs, objectif)


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
    petite: Base, grande: Base, *, tailles: tuple[int, int], tours: int, duree: float
) -> list[Rapport]:
    """Interleaved rounds: each target in turn, so that what disturbs the machine disturbs them all."""
    scopes = ",".join(SCOPES)
    with ExitStack() as pile:
        cibles = {}
        for nom, base, taille in (("petite", petite, tailles[0]), ("grande", grande, tailles[1])):
            jetons = base.jetons(JETONS, scopes)
            chemins = _chemins(base, taille)
            web = pile.enter_context(Web("statut_etudiant.wsgi:application", base))
            milliers = f"{taille:,}".replace(",", " ")
            cibles[nom] = Cible(f"produit, INE, {milliers}", web.port, requetes(chemins["ine"], jetons))
            if base is grande:
                cibles["identite"] = Cible(
                    f"produit, identité, {milliers}", web.port, requetes(chemins["identite"], jetons)
                )
                nu = pile.enter_context(Web("tests.bench.temoin:application", base))
                cibles["nu"] = Cible(f"vue nue, INE, {milliers}", nu.port, requetes(chemins["ine"], jetons))
        dire(f"· échauffement, puis {tours} tours de {len(cibles)} rafales de {duree:g} s…")
        for cible in cibles.values():
            cible.appeler(2)
        for _ in range(tours):
            for cible in cibles.values():
                cible.mesures.append(cible.appeler(duree))
    _tableau(list(cibles.values()))
    return [
        rapport("chemin complet / vue nue (INE)", cibles["grande"], cibles["nu"], 0.35),
        rapport("identité / INE", cibles["identite"], cibles["grande"], 0.8),
        rapport(f"{tailles[1]:,} / {tailles[0]:,} étudiants".replace(",", " "),
                cibles["grande"], cibles["petite"], 0.9),
    ]  # fmt: skip


def _tableau(cibles: list[Cible]) -> None:
    dire()
    dire(f"{'':<32}{'appels/s':>10}{'médiane':>11}{'p95':>11}{'générateur':>12}   réponses")
    for cible in cibles:
        statuts: dict[int, int] = {}
        for mesure in cible.mesures:
            for statut, nombre in mesure.statuts.items():
                statuts[statut] = statuts.get(statut, 0) + nombre
        dire(
            f"{cible.nom:<32}{cible.debit:>10.0f}"
            f"{statistics.median(m.mediane for m in cible.mesures):>8.2f} ms"
            f"{statistics.median(m.p95 for m in cible.mesures):>8.2f} ms"
            f"{statistics.median(m.generateur for m in cible.mesures):>11.0%}    {statuts}"
        )
        if set(statuts) != {200}:
            raise SystemExit(f"{cible.nom} : des réponses ne sont pas 200, la mesure ne vaut rien.")
