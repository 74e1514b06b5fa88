"""Lists of reference that the ministry imports (establishments, communes): what an import says of itself."""

from typing import Any, NamedTuple

from referentiel.ecriture.signalements import Signalement, montrer

#: Changes, rejections and notices shown: enough to see what is wrong; all are counted.
MONTRES = 200

#: Field names as shown to people; each is also accepted as a column title.
LIBELLES = {
    "uai": "UAI",
    "nom": "Nom",
    "type": "Type",
    "secteur": "Secteur",
    "codeCommune": "Code commune",
    "siret": "SIRET",
    "anciensUai": "Anciens codes UAI",
    "pays": "Pays",
    "dateFermeture": "Date de fermeture",
    "code": "Code",
    "codeActuel": "Commune actuelle",
    "codesPostaux": "Codes postaux",
}


class Changement(NamedTuple):
    """What an import changes of one line of the referential. `avant` is empty for what it creates."""

    cle: str
    nom: str
    avant: dict[str, str]
    apres: dict[str, str]


class BilanDImport(NamedTuple):
    """What an import did. `erreurs` and `avis`: line number, what is said of it."""

    lignes: int
    crees: int
    modifies: int
    inchanges: int
    rejetes: int
    erreurs: list[tuple[int, Signalement]]
    avis: list[tuple[int, Signalement]]
    changements: list[Changement]
    #: Former UAIs that lead from now on to an establishment of the list.
    anciens_uai: int = 0


def resumer(bilan: BilanDImport) -> dict[str, Any]:
    """As a page shows it, and as it is kept (JSON)."""
    modifies = [changement for changement in bilan.changements if changement.avant]
    crees = [changement for changement in bilan.changements if not changement.avant]
    return {
        "lignes": bilan.lignes,
        "crees": bilan.crees,
        "modifies": bilan.modifies,
        "inchanges": bilan.inchanges,
        "rejetes": bilan.rejetes,
        "avis": len(bilan.avis),
        "anciens_uai": bilan.anciens_uai,
        "montres": MONTRES,
        "liste_crees": [{"cle": un.cle, "nom": un.nom} for un in crees[:MONTRES]],
        "liste_modifies": [
            {
                "cle": un.cle,
                "nom": un.nom,
                "champs": [
                    {"libelle": libelle, "avant": un.avant[libelle], "apres": apres}
                    for libelle, apres in un.apres.items()
                ],
            }
            for un in modifies[:MONTRES]
        ],
        "liste_rejets": [_ligne(*un) for un in bilan.erreurs[:MONTRES]],
        "liste_avis": [_ligne(*un) for un in bilan.avis[:MONTRES]],
    }


def _ligne(numero: int, signalement: Signalement) -> dict[str, Any]:
    return {
        "ligne": numero,
        "colonne": LIBELLES.get(signalement.champ, signalement.champ),
        "valeur": montrer(signalement.valeur),
        "raison": signalement.message,
    }
