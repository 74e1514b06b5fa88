"""Invented students in the referential, by COPY: the whole in the memory of one batch."""

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from referentiel.calendrier import debut_annee_universitaire
from referentiel.copies import copier
from referentiel.ecriture.auteur import signer
from referentiel.generation.numeros import Numeros
from referentiel.generation.parcours import Ecoles, Lieu, Parcours
from referentiel.generation.personnes import Personne, personnes
from referentiel.models import Etablissement
from referentiel.nomenclatures import Source

TAILLE_LOT = 20_000
AUTEUR = "commande:generer_donnees"
NULL = r"\N"

_COPIER_ETUDIANTS = """
COPY referentiel_etudiant (id, ine, nom_naissance, prenoms, sexe, date_naissance, precision_naissance,
    lieu_naissance, identite_verifiee) FROM STDIN
"""
_COPIER_INSCRIPTIONS = """
COPY referentiel_inscription (etudiant_id, etablissement_id, statut, regime, date_debut, date_fin, code_commune,
    cursus, diplome, niveau_diplome, source) FROM STDIN
"""


class Comptes(NamedTuple):
    etudiants: int
    inscriptions: int


def generer(
    *, etudiants: int, par_etudiant: int, graine: int, progression: Callable[[int], None] = lambda faits: None
) -> Comptes:
    """Add that many invented students, with one inscription a year for `par_etudiant` years up to this one.

    At least one establishment must be open.
    The seed decides of everything. INE that the referential already holds are left out and replaced by the next ones.
    Each batch is committed on its own: an interruption leaves whole students only.
    """
    ecoles = Ecoles(_lieux())
    libres = _ines_libres(Numeros(graine))
    rentree = debut_annee_universitaire(timezone.localdate())
    faits = 0
    while faits < etudiants:
        combien = min(TAILLE_LOT, etudiants - faits)
        hasard = random.Random(f"lot {graine} {faits}")  # noqa: S311 (invented data)
        ines = list(islice(libres, combien))
        with transaction.atomic(), connection.cursor() as curseur:
            signer(curseur, AUTEUR)
            curseur.execute(
                "SELECT nextval(pg_get_serial_sequence('referentiel_etudiant', 'id')) FROM generate_series(1, %s)",
                [combien],
            )
            ids = [id_ for (id_,) in curseur.fetchall()]
            _copier(
                curseur,
                _COPIER_ETUDIANTS,
                map(_etudiant, ids, ines, personnes(hasard, combien, rentree=rentree)),
            )
            parcours = ecoles.parcours(hasard, combien, rentree=rentree, annees=par_etudiant)
            _copier(curseur, _COPIER_INSCRIPTIONS, map(_inscriptions, ids, parcours))
        faits += combien
        progression(faits)
    with connection.cursor() as curseur:
        # The planner must know at once what was empty a minute ago.
        curseur.execute("SELECT referentiel_analyser()")
    return Comptes(faits, faits * par_etudiant)


def _lieux() -> list[Lieu]:
    ouverts = Etablissement.objects.reels().ouverts().order_by("uai")
    return [Lieu(*ligne) for ligne in ouverts.values_list("id", "type", "code_commune")]


def _ines_libres(numeros: Numeros) -> Iterator[str]:
    suite = count()
    while True:
        candidats = [numeros.ine(i) for i in islice(suite, TAILLE_LOT)]
        with connection.cursor() as curseur:
            curseur.execute(
                "SELECT ine FROM referentiel_etudiant WHERE ine = ANY(%s) AND NOT fictif", [candidats]
            )
            pris = {ine for (ine,) in curseur.fetchall()}
        yield from (ine for ine in candidats if ine not in pris)


def _copier(curseur: Any, sql: str, lignes: Iterable[str]) -> None:
    with copier(curseur, sql) as copie:
        for ligne in lignes:
            copie.write(ligne)


def _etudiant(id_: int, ine: str, personne: Personne) -> str:
    # The vocabulary holds no tab, backslash nor quote: nothing to escape.
    prenoms = '{"' + '","'.join(personne.prenoms) + '"}'
    return (
        f"{id_}\t{ine}\t{personne.nom}\t{prenoms}\t{personne.sexe or NULL}\t{personne.naissance}\t"
        f"{personne.precision}\t{personne.lieu or NULL}\tt\n"
    )


def _inscriptions(etudiant_id: int, parcours: list[Parcours]) -> str:
    return "".join(
        f"{etudiant_id}\t{p.etablissement_id}\t{p.statut}\t{p.regime}\t{p.date_debut}\t{p.date_fin}\t"
        f"{p.code_commune}\t{p.cursus}\t{p.diplome}\t{p.niveau_diplome}\t{Source.COMMANDE.value}\n"
        for p in parcours
    )
