"""What the pages of « Essayer » share: the fictitious students, a call as it is shown, how often one may try."""

import json
import shlex
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from habilitations.comptes.adresse import adresse_appelant
from referentiel.bac_a_sable import EtudiantFictif, Jeu, lire_jeu
from statut_etudiant.api.reponse import Reponse
from statut_etudiant.portail.cadence import Cadence
from statut_etudiant.portail.saisie import texte

Parametres = list[tuple[str, str]]

#: The SIRET of the DINUM, as in the documentation.
SIRET = "13002526500013"
#: Well formed, and nobody's.
INE_INCONNU = "990000999JJ"
#: One for the three pages: they cost the same.
CADENCE = Cadence(nombre=60, secondes=60)
#: Ticked at first: what it takes to know that somebody studies, and where.
PAR_DEFAUT = ("mesri_inscription_etudiant", "mesri_inscription_autre", "mesri_etablissements")


class Essai(NamedTuple):
    """An answer. `lisible`: the body set out for people; `brut`: as it is sent."""

    statut: int
    type_contenu: str
    lisible: str
    brut: str


@cache
def jeu() -> Jeu:
    # Files of the product: they change with it only.
    return lire_jeu()


@cache
def etudiants() -> dict[str, EtudiantFictif]:
    """By INE, in the set's order."""
    return {etudiant.ine: etudiant for etudiant in jeu().etudiants}


def un_etudiant(ine: str) -> EtudiantFictif:
    """This one, or the first of the set."""
    return etudiants().get(ine) or next(iter(etudiants().values()))


def presenter(reponse: Reponse) -> Essai:
    brut = reponse.corps.decode()
    lisible = json.dumps(json.loads(brut), ensure_ascii=False, indent=2)
    return Essai(reponse.statut, reponse.entetes["Content-Type"], lisible, brut)


def commande(
    chemin: str, *, entetes: Iterable[str] = (), methode: str = "GET", corps: str | None = None
) -> str:
    """The call as curl makes it, ready to be pasted in a shell, where `JETON` holds the token."""
    lignes = ["curl --include --globoff"]
    if methode != "GET":
        lignes.append(f"--request {methode}")
    lignes += [f'--header "{entete}"' for entete in entetes]
    if corps is not None:
        lignes.append(f"--data-raw {shlex.quote(corps)}")
    lignes.append(f'"{settings.ADRESSE_PUBLIQUE}{chemin}"')
    return " \\\n  ".join(lignes)


def lire_choix(
    request: HttpRequest, *, interfaces: Iterable[Any], cas: Iterable[Any], scopes: Iterable[str]
) -> tuple[dict[str, Any], int]:
    """What was chosen on a page that calls by GET, for its template, and the seconds to wait.

    `interface`: one of `interfaces`, the first one unless asked; `qui`: the key of a case or the INE of a student;
    `scopes`: those of `scopes` that are ticked, in that order. Interfaces and cases have a `cle`.
    """
    par_cle = {interface.cle: interface for interface in interfaces}
    demande = texte(request, "qui")
    envoye = "interface" in request.GET
    coches = request.GET.getlist("scopes") if envoye else PAR_DEFAUT
    choix = {
        "interfaces": interfaces,
        "interface": par_cle.get(texte(request, "interface"), next(iter(par_cle.values()))),
        "etudiants": etudiants().values(),
        "cas": cas,
        "qui": demande if demande in {un.cle for un in cas} | set(etudiants()) else next(iter(etudiants())),
        "scopes": [scope for scope in scopes if scope in coches],
    }
    return choix, attente(request) if envoye else 0


def attente(request: HttpRequest) -> int:
    """Seconds to wait before another call from this address; zero, and this one is counted."""
    return CADENCE.attente(adresse_appelant(request) or "")


def montrer(request: HttpRequest, gabarit: str, contexte: dict[str, Any], *, attente: int) -> HttpResponse:
    reponse = render(request, gabarit, contexte | {"attente": attente}, status=429 if attente else 200)
    if attente:
        reponse.headers["Retry-After"] = str(attente)
    return reponse
