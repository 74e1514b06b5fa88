"""« Essayer l'écriture »: an operation or a case to meet, a fictitious student, a body to change; nothing is kept.

What is typed comes by POST: an address is kept by histories and logs.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from referentiel.bac_a_sable import EtudiantFictif
from referentiel.calendrier import debut_annee_universitaire
from referentiel.models import Inscription
from statut_etudiant.api.ecriture.json import CORPS_MAXIMUM
from statut_etudiant.portail.essai.commun import (
    INE_INCONNU,
    attente,
    commande,
    etudiants,
    jeu,
    montrer,
    presenter,
    un_etudiant,
)
from statut_etudiant.portail.essai.ecriture_fictive import Declarer, Relire, Retirer, ecrire

Corps = dict[str, Any]
DECLARER, RELIRE = "/api/inscription", "/api/inscriptions"
#: Well formed, and no establishment's.
UAI_INCONNU = "0750000T"
#: An identifier that no record has.
AUCUNE = "0"


class Scene(NamedTuple):
    """A call, ready. `corps`: None when it has none; `variables`: what the path holds."""

    vue: Any
    methode: str
    adresse: str
    corps: str | None
    variables: dict[str, str] = {}


class Geste(NamedTuple):
    """An operation, or a case to meet. `avec_jeton`: whether the call carries the establishment's token."""

    cle: str
    libelle: str
    preparer: Callable[[EtudiantFictif], Scene]
    avec_jeton: bool = True


def uai_du_jeton(etudiant: EtudiantFictif) -> str:
    """That of the student's present establishment; else that of the first of the set."""
    uais = [une.uai for une in etudiant.inscriptions if une.annee == "en_cours"]
    return uais[0] if uais else jeu().etablissements[0].uai


def _rentree() -> date:
    return debut_annee_universitaire(timezone.localdate())


def _nouvelle(etudiant: EtudiantFictif) -> Corps:
    rentree = _rentree()
    return {
        "ine": etudiant.ine,
        "dateNaissance": etudiant.date_naissance.isoformat(),
        "uai": uai_du_jeton(etudiant),
        "dateDebutInscription": rentree.isoformat(),
        "dateFinInscription": date(rentree.year + 1, 8, 31).isoformat(),
        "statut": "inscrit",
        "regime": "formation initiale",
        "cursus": "L",
        "diplome": "Licence fictive pour essayer",
    }


def _enregistree(etudiant: EtudiantFictif) -> Corps:
    """The student's present record, as it is; a new one for who has none."""
    for une in etudiant.inscriptions:
        if une.annee == "en_cours":
            debut, fin = une.dates(_rentree())
            return {
                "ine": etudiant.ine,
                "dateNaissance": etudiant.date_naissance.isoformat(),
                "uai": une.uai,
                "dateDebutInscription": debut.isoformat(),
                "dateFinInscription": fin.isoformat(),
                "statut": une.statut,
                "regime": une.regime,
                "diplome": une.diplome,
            }
    return _nouvelle(etudiant)


def _modifiee(etudiant: EtudiantFictif) -> Corps:
    rentree = _rentree()
    return _enregistree(etudiant) | {"dateFinInscription": date(rentree.year + 1, 1, 31).isoformat()}


def _inconnu(etudiant: EtudiantFictif) -> Corps:
    return _nouvelle(etudiant) | {"ine": INE_INCONNU}


def _nouvel_etudiant(etudiant: EtudiantFictif) -> Corps:
    identite = {"nomNaissance": "Nouvelle", "prenoms": ["Noa"], "sexe": "F"}
    return _inconnu(etudiant) | {"identite": identite}


def _sans_uai(etudiant: EtudiantFictif) -> Corps:
    return {nom: valeur for nom, valeur in _nouvelle(etudiant).items() if nom != "uai"}


def _avec(**valeurs: str) -> Callable[[EtudiantFictif], Corps]:
    return lambda etudiant: _nouvelle(etudiant) | valeurs


def _autre_etablissement(etudiant: EtudiantFictif) -> Corps:
    autres = [un.uai for un in jeu().etablissements if un.uai != uai_du_jeton(etudiant)]
    return _nouvelle(etudiant) | {"uai": autres[0]}


def _fin_avant_debut(etudiant: EtudiantFictif) -> Corps:
    rentree = _rentree()
    return _nouvelle(etudiant) | {"dateFinInscription": date(rentree.year, 8, 31).isoformat()}


def _declarer(ecrire_le_corps: Callable[[EtudiantFictif], Corps]) -> Callable[[EtudiantFictif], Scene]:
    def preparer(etudiant: EtudiantFictif) -> Scene:
        corps = orjson.dumps(ecrire_le_corps(etudiant), option=orjson.OPT_INDENT_2).decode()
        return Scene(Declarer, "POST", DECLARER, corps)

    return preparer


def _illisible(etudiant: EtudiantFictif) -> Scene:
    entiere = _declarer(_nouvelle)(etudiant)
    # Cut before its end, as by an interrupted program.
    return entiere._replace(corps=(entiere.corps or "")[:-2])


def _retirer(etudiant: EtudiantFictif) -> Scene:
    trouvee = (
        Inscription.objects.filter(
            fictif=True, etudiant__ine=etudiant.ine, etablissement__uai=uai_du_jeton(etudiant)
        )
        .order_by("-date_debut", "id")
        .values_list("pk", flat=True)
        .first()
    )
    return _retrait(AUCUNE if trouvee is None else str(trouvee))


def _retrait(numero: str) -> Scene:
    return Scene(Retirer, "DELETE", f"{DECLARER}/{numero}", None, {"id_inscription": numero})


def _relire(etudiant: EtudiantFictif) -> Scene:
    return Scene(Relire, "GET", f"{RELIRE}?ine={etudiant.ine}", None)


OPERATIONS = (
    Geste("declarer", "Déclarer une inscription", _declarer(_nouvelle)),
    Geste("modifier", "Modifier une inscription", _declarer(_modifiee)),
    Geste("redire", "Déclarer de nouveau la même inscription", _declarer(_enregistree)),
    Geste("nouvel-etudiant", "Déclarer un étudiant inconnu, avec son identité", _declarer(_nouvel_etudiant)),
    Geste("retirer", "Retirer une inscription déclarée par erreur", _retirer),
    Geste("relire", "Relire les inscriptions déclarées", _relire),
)
ERREURS = (
    Geste("etudiant-inconnu", "Étudiant inconnu, sans identité", _declarer(_inconnu)),
    Geste("naissance", "Date de naissance d'un autre", _declarer(_avec(dateNaissance="1990-02-03"))),
    Geste("etablissement-inconnu", "Établissement inconnu", _declarer(_avec(uai=UAI_INCONNU))),
    Geste("autre-etablissement", "Établissement hors du jeton", _declarer(_autre_etablissement)),
    Geste("dates", "Fin avant le début", _declarer(_fin_avant_debut)),
    Geste("oubli", "Champ obligatoire oublié", _declarer(_sans_uai)),
    Geste("illisible", "JSON interrompu", _illisible),
    Geste("retrait-inconnu", "Retrait d'une inscription qui n'existe pas", lambda _: _retrait(AUCUNE)),
    Geste("sans-jeton", "Jeton oublié", _declarer(_nouvelle), avec_jeton=False),
)
PAR_CLE = {geste.cle: geste for geste in (*OPERATIONS, *ERREURS)}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    envoye = request.method == "POST"
    choix = request.POST if envoye else request.GET
    geste = PAR_CLE.get(choix.get("geste", ""), OPERATIONS[0])
    etudiant = un_etudiant(choix.get("qui", ""))
    scene = geste.preparer(etudiant)
    if envoye and scene.corps is not None and "corps" in choix:
        # As browsers send what is typed, lines end by two characters; the command shows one.
        scene = scene._replace(corps=choix["corps"].replace("\r\n", "\n"))
    attendre = attente(request) if envoye else 0
    uai = uai_du_jeton(etudiant)
    contexte: dict[str, Any] = {
        "ici": "ecriture",
        "operations": OPERATIONS,
        "erreurs": ERREURS,
        "geste": geste,
        "etudiants": etudiants().values(),
        "etudiant": etudiant,
        "etablissement": next(un for un in jeu().etablissements if un.uai == uai),
        "scene": scene,
        "maximum": CORPS_MAXIMUM >> 10,
        "commande": _commande(scene, geste),
    }
    if envoye and not attendre:
        contexte["essai"] = presenter(
            ecrire(
                scene.vue,
                methode=scene.methode,
                adresse=scene.adresse,
                corps=scene.corps,
                uai=uai if geste.avec_jeton else "",
                **scene.variables,
            )
        )
    return montrer(request, "portail/essai/ecriture.html", contexte, attente=attendre)


def _commande(scene: Scene, geste: Geste) -> str:
    entetes = ["X-API-Key: $JETON"] if geste.avec_jeton else []
    if scene.corps is not None:
        entetes.append("Content-Type: application/json")
    return commande(scene.adresse, methode=scene.methode, entetes=entetes, corps=scene.corps)
