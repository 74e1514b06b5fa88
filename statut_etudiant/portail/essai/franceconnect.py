"""« Essayer avec FranceConnect »: what citizen and habilitation grant, a fictitious citizen or a case to meet."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from habilitations.scopes import AUTRES_NOMS, CATALOGUE, Scope
from referentiel.bac_a_sable import EtudiantFictif
from statut_etudiant.api.perimetre import TABLE
from statut_etudiant.api.perimetre import Porte as Ouverture
from statut_etudiant.api.v2 import vue as v2
from statut_etudiant.api.v3 import vue as v3
from statut_etudiant.franceconnect.echecs import (
    DelaiDepasse,
    EchecFranceConnect,
    Injoignable,
    JetonInactif,
    ReponseIncoherente,
)
from statut_etudiant.franceconnect.protocole import Introspection
from statut_etudiant.franceconnect.reseau import RETENTER
from statut_etudiant.portail.essai.commun import (
    SIRET,
    commande,
    lire_choix,
    montrer,
    presenter,
    un_etudiant,
)
from statut_etudiant.portail.monde_fictif import FranceConnectFictif, MondeFictif, Porte, appeler

FRANCE = "99100"
SEXES = {"F": "female", "M": "male"}
#: Of the shape of FranceConnect's tokens, and none of them.
JETON = "un-jeton-fictif-de-FranceConnect-pour-essayer"
SERVICE = "identifiant-client-du-service"
#: From our names to those under which FranceConnect declares them.
CHEZ_FRANCECONNECT = {notre: leur for leur, notre in AUTRES_NOMS.items()}


class Interface(NamedTuple):
    cle: str
    libelle: str
    chemin: str
    porte: Porte
    ouverture: Ouverture


INTERFACES = (
    Interface(
        "v3",
        "Version 3",
        "/v3/mesri/statut_etudiant/france_connect",
        v3.par_france_connect,
        Ouverture.V3_FC,
    ),
    Interface("v2", "Version 2", "/api/v2/etudiants", v2.etudiants, Ouverture.V2_FC),
)

#: Those that give something through FranceConnect, in one version at least.
SCOPES: tuple[Scope, ...] = tuple(
    scope
    for scope in CATALOGUE
    if any(ligne.scope == scope.nom and ligne.portes & {Ouverture.V2_FC, Ouverture.V3_FC} for ligne in TABLE)
)


class Scene(NamedTuple):
    """A call, and what FranceConnect answers about its token. `claims`: None when it is not asked, or fails."""

    jeton: str
    parametres: dict[str, str]
    claims: dict[str, Any] | None
    echec: EchecFranceConnect | None = None
    habilite: bool = True


class Cas(NamedTuple):
    """What integrators must have met once. `changer`: what it does to a call that would succeed."""

    cle: str
    libelle: str
    changer: Callable[[Scene], Scene]


def _identite(**valeurs: Any) -> Callable[[Scene], Scene]:
    return lambda scene: scene._replace(claims=(scene.claims or {}) | valeurs)


def _echec(echec: EchecFranceConnect) -> Callable[[Scene], Scene]:
    return lambda scene: scene._replace(claims=None, echec=echec)


CAS = (
    Cas("inconnu", "Personne absente du référentiel", _identite(family_name="INTROUVABLE")),
    Cas("sans-recipient", "Paramètre recipient oublié", lambda scene: scene._replace(parametres={})),
    Cas("sans-jeton", "Jeton de FranceConnect oublié", lambda scene: scene._replace(jeton="", claims=None)),
    Cas("mal-ecrit", "Jeton mal recopié", lambda scene: scene._replace(jeton="tronqué", claims=None)),
    Cas("expire", "Jeton expiré : il vit une minute", _echec(JetonInactif("essai"))),
    Cas("sans-sexe", "Identité pivot incomplète", _identite(gender=None)),
    Cas("date-impossible", "Identité pivot inutilisable", _identite(birthdate="2004-13-45")),
    Cas(
        "sans-habilitation",
        "Service sans habilitation FranceConnect",
        lambda scene: scene._replace(habilite=False),
    ),
    Cas("panne", "FranceConnect injoignable", _echec(Injoignable("essai", retenter=RETENTER))),
    Cas("lenteur", "FranceConnect trop lent", _echec(DelaiDepasse("essai"))),
    Cas("incoherent", "Réponse de FranceConnect invérifiable", _echec(ReponseIncoherente("essai"))),
)
PAR_CAS = {cas.cle: cas for cas in CAS}


def claims(etudiant: EtudiantFictif) -> dict[str, Any]:
    """The pivot identity of this student, as FranceConnect would say it."""
    lieu = etudiant.lieu_naissance or ""
    a_l_etranger = lieu.startswith("99")
    return {
        "family_name": etudiant.nom_naissance,
        "given_name": " ".join(etudiant.prenoms),
        "given_name_array": list(etudiant.prenoms),
        "birthdate": etudiant.date_naissance.isoformat(),
        "gender": SEXES.get(etudiant.sexe or "", "unspecified"),
        "birthplace": "" if a_l_etranger else lieu,
        "birthcountry": lieu if a_l_etranger else FRANCE,
    }


def scene(qui: str) -> Scene:
    """`qui`: the INE of a fictitious student, or the key of a case."""
    reussie = Scene(JETON, {"recipient": SIRET}, claims(un_etudiant(qui)))
    return PAR_CAS[qui].changer(reussie) if qui in PAR_CAS else reussie


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    choix, attendre = lire_choix(
        request, interfaces=INTERFACES, cas=CAS, scopes=[scope.nom for scope in SCOPES]
    )
    contexte = choix | {"ici": "franceconnect", "catalogue": SCOPES}
    if not attendre:
        contexte |= _essayer(choix["interface"], scene(choix["qui"]), choix["scopes"])
    return montrer(request, "portail/essai/franceconnect.html", contexte, attente=attendre)


def _essayer(interface: Interface, jouee: Scene, scopes: list[str]) -> dict[str, Any]:
    dits = " ".join(CHEZ_FRANCECONNECT.get(nom, nom) for nom in scopes)
    introspection = jouee.echec or Introspection(
        client_id=SERVICE, jti="essai", scopes=frozenset(dits.split()), identite=jouee.claims or {}
    )
    monde = MondeFictif(frozenset(scopes), FranceConnectFictif(introspection, jouee.habilite))
    requete = urlencode(jouee.parametres)
    reponse = appeler(interface.porte, monde, chemin=interface.chemin, requete=requete, bearer=jouee.jeton)
    # A token that is not one is shown as it is sent: the fault is there.
    valeur = "$JETON" if jouee.jeton == JETON else jouee.jeton
    return {
        "commande": commande(
            f"{interface.chemin}?{requete}" if requete else interface.chemin,
            entetes=[f"Authorization: Bearer {valeur}"] if valeur else (),
        ),
        "introspection": jouee.claims
        and json.dumps(
            {"active": True, "aud": SERVICE, "scope": dits, **jouee.claims}, ensure_ascii=False, indent=2
        ),
        "essai": presenter(reponse),
    }
