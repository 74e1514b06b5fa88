"""`POST /api/inscription` (contract §6): one record, judged, written and committed before the answer leaves."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from referentiel.ecriture import introuvables
from referentiel.ecriture.chargement import contexte_d_une_ligne
from referentiel.ecriture.fusion import CREEE, INCHANGEE, MODIFIEE, Issue, fusionner_ligne
from referentiel.ecriture.signalements import MESSAGES as MESSAGES_DES_LIGNES
from referentiel.ecriture.signalements import Signalement, signaler
from referentiel.ecriture.validation import LigneValide, valider
from referentiel.nomenclatures import Source
from statut_etudiant.api.ecriture.vue import CORPS, EcritureRefusee, VueEcriture

MESSAGES = {
    CREEE: "une nouvelle inscription créée",
    MODIFIEE: "inscription mise à jour",
    INCHANGEE: "inscription inchangée",
}

TROP = MESSAGES_DES_LIGNES[introuvables.CODE]
ETUDIANT_INTROUVABLE = signaler("ine", "", "etudiant_introuvable").message

#: Codes of validation that are not a 400.
_CAS = {"uai_inconnu": "etablissement", "uai_non_autorise": "acces"}


class InscriptionUnitaire(VueEcriture):
    """Déclarer ou mettre à jour une inscription."""

    def post(self, request: Request) -> HttpResponse:
        champs = request.data
        if not isinstance(champs, dict):
            raise EcritureRefusee(
                "parametre", parametre=CORPS, explication="Un objet JSON est attendu : {…}."
            )
        contexte = contexte_d_une_ligne(
            uai=champs.get("uai"),
            uais_autorises=self.uais,
            fictif=self.ouverture.fictif,
            aujourdhui=timezone.localdate(),
        )
        ligne, erreurs, avis = valider(champs, contexte)
        if ligne is None:
            raise _refus(erreurs)
        issue = fusionner_ligne(ligne, source=Source.API.value, auteur=self.auteur)
        if issue.inscription_id is None:
            explication = TROP if issue.code == introuvables.CODE else ETUDIANT_INTROUVABLE
            raise EcritureRefusee("etudiant", parametre="[ine, dateNaissance]", explication=explication)
        avis += issue.avis()
        # A former UAI brings two establishments: its own, and the one to which it leads.
        (uai,) = (une.uai for une in contexte.etablissements.values() if une.id == ligne.etablissement_id)
        corps: dict[str, Any] = {
            "message": MESSAGES[issue.code],
            "inscription": decrire(ligne, issue, uai=uai),
        }
        if avis:
            corps["avis"] = [expliquer(un) for un in avis]
        return self.repondre(200, corps)


def decrire(ligne: LigneValide, issue: Issue, *, uai: str) -> dict[str, str]:
    """The record as it is now, which may not be as it was sent: default or stored values, converted codes."""
    return {
        "id_inscription": str(issue.inscription_id),
        "ine": ligne.ine,
        "dateNaissance": ligne.date_naissance.isoformat(),
        "dateDebutInscription": ligne.date_debut.isoformat(),
        "dateFinInscription": ligne.date_fin.isoformat(),
        "statut": ligne.statut,
        "codeCommune": issue.code_commune,
        "uai": uai,
    }


def expliquer(signalement: Signalement) -> dict[str, str]:
    """What is said of a field, without the value: it is the sender's own, and answers end up in logs."""
    return {"parameter": signalement.champ, "code": signalement.code, "explication": signalement.message}


def _refus(erreurs: Sequence[Signalement]) -> EcritureRefusee:
    """The first error in the contract's field order decides; the others come beside, to be corrected at once."""
    premiere = erreurs[0]
    complements: dict[str, Any] = {"explication": premiere.message}
    if len(erreurs) > 1:
        complements["erreurs"] = [expliquer(une) for une in erreurs]
    return EcritureRefusee(_CAS.get(premiere.code, "parametre"), parametre=premiere.champ, **complements)
