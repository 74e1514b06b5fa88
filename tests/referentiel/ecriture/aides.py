"""A small world to judge lines against."""

import datetime

from referentiel.communes import reference
from referentiel.ecriture.contexte import Contexte, EtablissementRef
from referentiel.ecriture.validation import valider

TOULOUSE = EtablissementRef(id=7, uai="0311384L", code_commune="31555", fictif=False, ouvert=True)
FERME = EtablissementRef(id=8, uai="0755890V", code_commune="75105", fictif=False, ouvert=False)
BAC_A_SABLE = EtablissementRef(id=9, uai="9999999A", code_commune="29232", fictif=True, ouvert=True)
AUJOURDHUI = datetime.date(2026, 11, 21)

INE_JUSTE = "1234567890V"  # 1234567890 mod 23 = 19, the 20th letter of the alphabet of the keys


def contexte(*, uais_autorises=None, aujourdhui=AUJOURDHUI) -> Contexte:
    return Contexte(
        etablissements={etab.uai: etab for etab in (TOULOUSE, FERME, BAC_A_SABLE)},
        uais_autorises=uais_autorises,
        communes=reference(),
        aujourdhui=aujourdhui,
    )


def champs(**remplace) -> dict:
    """The smallest line that is taken, with fields replaced, or removed when `...`."""
    base = {
        "ine": INE_JUSTE,
        "dateNaissance": "2004-03-27",
        "uai": "0311384L",
        "dateDebutInscription": "2026-09-01",
        "dateFinInscription": "2027-08-31",
        "statut": "inscrit",
    }
    base.update(remplace)
    return {cle: valeur for cle, valeur in base.items() if valeur is not ...}


def identite(**remplace) -> dict:
    base = {"nomNaissance": "Le Goff", "prenoms": ["Anne-Marie", "Gaëlle"], "sexe": "F"}
    base.update(remplace)
    return {cle: valeur for cle, valeur in base.items() if valeur is not ...}


CONTEXTE = contexte()


def juger(**remplace):
    return valider(champs(**remplace), CONTEXTE)


def codes(signalements):
    return [(signalement.champ, signalement.code) for signalement in signalements]
