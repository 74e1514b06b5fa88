"""« Essayer la lecture »: scopes, a fictitious student or a case to meet."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from habilitations.scopes import CATALOGUE, SCOPES
from referentiel.bac_a_sable import EtudiantFictif
from statut_etudiant.api.v2 import vue as v2
from statut_etudiant.api.v3 import vue as v3
from statut_etudiant.portail.essai.commun import (
    INE_INCONNU,
    SIRET,
    Parametres,
    commande,
    lire_choix,
    montrer,
    presenter,
    un_etudiant,
)
from statut_etudiant.portail.monde_fictif import MondeFictif, Porte, appeler


class Interface(NamedTuple):
    """A way of asking. `ecrire`: the query string that looks for this student."""

    cle: str
    libelle: str
    chemin: str
    porte: Porte
    entete: str
    ecrire: Callable[[EtudiantFictif], Parametres]


class Cas(NamedTuple):
    """What integrators must have met once. `changer`: what it does to a call that would succeed."""

    cle: str
    libelle: str
    changer: Callable[[Parametres], Parametres]


def _ine(recipient: str, etudiant: EtudiantFictif) -> Parametres:
    return [("ine", etudiant.ine), *([("recipient", recipient)] if recipient else [])]


def _identite_v2(etudiant: EtudiantFictif) -> Parametres:
    return [
        ("nom", etudiant.nom_naissance),
        ("prenom", etudiant.prenoms[0]),
        ("dateDeNaissance", etudiant.date_naissance.isoformat()),
        ("sexe", (etudiant.sexe or "F").lower()),
        *([("lieuDeNaissance", etudiant.lieu_naissance)] if etudiant.lieu_naissance else []),
    ]


def _identite_v3(etudiant: EtudiantFictif) -> Parametres:
    naissance, lieu = etudiant.date_naissance, etudiant.lieu_naissance
    return [
        ("nomNaissance", etudiant.nom_naissance),
        *(("prenoms[]", prenom) for prenom in etudiant.prenoms),
        ("anneeDateNaissance", str(naissance.year)),
        ("moisDateNaissance", str(naissance.month)),
        ("jourDateNaissance", str(naissance.day)),
        ("sexeEtatCivil", etudiant.sexe or "F"),
        *([("codeCogInseeCommuneNaissance", lieu)] if lieu else []),
        ("recipient", SIRET),
    ]


CLE, BEARER = "X-Api-Key: ", "Authorization: Bearer "
INTERFACES = (
    Interface(
        "v3-ine",
        "Version 3, par INE",
        "/v3/mesri/statut_etudiant/ine",
        v3.par_ine,
        BEARER,
        partial(_ine, SIRET),
    ),
    Interface(
        "v3-identite",
        "Version 3, par identité",
        "/v3/mesri/statut_etudiant/identite",
        v3.par_identite,
        BEARER,
        _identite_v3,
    ),
    Interface("v2-ine", "Version 2, par INE", "/api/v2/etudiants", v2.etudiants, CLE, partial(_ine, "")),
    Interface("v2-identite", "Version 2, par identité", "/api/v2/etudiants", v2.etudiants, CLE, _identite_v2),
)


def _avec(parametres: Parametres, **valeurs: str) -> Parametres:
    return [(nom, valeurs.get(nom, valeur)) for nom, valeur in parametres]


CAS = (
    Cas(
        "inconnu",
        "Personne inconnue",
        partial(_avec, ine=INE_INCONNU, nom="Introuvable", nomNaissance="Introuvable"),
    ),
    Cas("oubli", "Paramètre obligatoire oublié", lambda parametres: parametres[1:]),
    Cas(
        "illisible",
        "Paramètre mal écrit",
        partial(_avec, ine="12345", dateDeNaissance="27/03/2004", moisDateNaissance="13"),
    ),
)
PAR_CAS = {cas.cle: cas for cas in CAS}


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    choix, attendre = lire_choix(request, interfaces=INTERFACES, cas=CAS, scopes=SCOPES)
    contexte = choix | {"ici": "lecture", "catalogue": CATALOGUE}
    if not attendre:
        contexte |= _essayer(choix["interface"], qui=choix["qui"], scopes=frozenset(choix["scopes"]))
    return montrer(request, "portail/essai/lecture.html", contexte, attente=attendre)


def _essayer(interface: Interface, *, qui: str, scopes: frozenset[str]) -> dict[str, Any]:
    """`qui`: the INE of a fictitious student, or the key of a case."""
    parametres = interface.ecrire(un_etudiant(qui))
    if qui in PAR_CAS:
        parametres = PAR_CAS[qui].changer(parametres)
    requete = urlencode(parametres)
    reponse = appeler(interface.porte, MondeFictif(scopes), chemin=interface.chemin, requete=requete)
    return {
        "commande": commande(f"{interface.chemin}?{requete}", entetes=[f"{interface.entete}$JETON"]),
        "essai": presenter(reponse),
    }
